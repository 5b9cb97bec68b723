/** `10ms`, `2s`, `5m`, `24h` -> milliseconds. */
import * as v from 'valibot';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const ANY_TIME = '^[0-9]+(?:\\.[0-9]+)?(?:ms|s|m|h)$';
const SOME_TIME = ANY_TIME.replace('^', '^(?![0.]+[a-z])');

/** The duration in milliseconds; undefined if `text` is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text);
  if (!match) return undefined;
  const value = Number(match[1]) * (UNITS[match[2] ?? ''] ?? NaN);
  return Number.isFinite(value) && value <= 2 ** 31 - 1 ? Math.round(value) : undefined;
}

/** Formats a duration in the largest unit that gives a whole number. */
export function durationText(milliseconds: number): string {
  const units = Object.entries(UNITS).reverse();
  const [unit = 'ms', size = 1] =
    units.find(([, one]) => milliseconds >= one && milliseconds % one === 0) ?? [];
  return `${milliseconds / size}${unit}`;
}

export const DURATION_EXPECTED = 'expected a duration such as 10ms, 2s or 5m';

/** Schema for a duration in a file: the output is in milliseconds, at least `minimumMs`. */
export const durationSchema = (minimumMs: number) =>
  v.pipe(
    v.string(DURATION_EXPECTED),
    v.check((text) => (parseDuration(text) ?? -1) >= minimumMs, DURATION_EXPECTED),
    v.metadata({ pattern: minimumMs > 0 ? SOME_TIME : ANY_TIME }),
    v.transform((text) => parseDuration(text) ?? 0),
  );
