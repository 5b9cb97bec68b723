/** How long a receiver asks to wait: `Retry-After` (RFC 9110, 10.2.3), or GitHub's rate limit headers. */
import type { Outcome } from './answer.ts';

/**
 * How long the receiver asks to wait, in milliseconds; undefined if it does not ask. `nowMs`: milliseconds since 1970.
 */
export function askedWaitMs(outcome: Outcome, nowMs: number): number | undefined {
  if (outcome.kind !== 'answered') return undefined;
  const { retryAfter, rateRemaining, rateReset } = outcome;
  return (
    retryAfterMs(retryAfter, nowMs) ?? (rateRemaining?.trim() === '0' ? resetMs(rateReset, nowMs) : undefined)
  );
}

/** Some servers give the end of a limit in seconds since 1970, others in seconds from now. */
function resetMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (!/^[0-9]{1,12}$/.test(text)) return undefined;
  const milliseconds = Number(text) * 1000;
  return milliseconds > nowMs / 2 ? Math.max(0, milliseconds - nowMs) : milliseconds;
}

/** Seconds or an HTTP date -> milliseconds from now; undefined if it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  // The oldest of the three HTTP date formats names no time zone; all are in UTC.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
