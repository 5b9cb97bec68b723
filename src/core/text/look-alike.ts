/** Finds misspelled keys: `membre`, `Members`, `perimêtre`. */
import { normalized } from './unicode.ts';

/**
 * Shorter keys are similar to too many others; at this length only an extra or missing letter counts as a typo, as in
 * `tag`.
 */
const SHORT = 4;
/** From this length on, two typos still count as the same key. */
const LONG = 9;
const MAX_SLIPS = 2;

/** Returns the known key that a key looks like. */
export type LookAlike = (key: string) => string | undefined;

/**
 * Finds the key among `known` that a key looks like: the same except for case and accents, or one typo away (an extra,
 * missing or wrong letter, or two swapped). undefined if the key is one of them, or like none. Takes time proportional
 * to the lengths, however long the keys are.
 */
export function createLookAlike(known: readonly string[]): LookAlike {
  const forms = known.map((one) => ({ one, plain: plainForm(one) }));
  return (key) => {
    if (known.includes(key)) return undefined;
    const plain = plainForm(key);
    const found =
      forms.find((form) => form.plain === plain) ?? forms.find((form) => isSlip(plain, form.plain));
    return found?.one;
  };
}

/** As {@link createLookAlike}, for one key. */
export const lookAlike = (key: string, known: readonly string[]): string | undefined =>
  createLookAlike(known)(key);

function isSlip(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length);
  if (length <= SHORT && (length < SHORT || a.length === b.length)) return false;
  return areWithin(length >= LONG ? MAX_SLIPS : 1, a, b);
}

const plainForm = (key: string): string =>
  normalized(key, 'NFD')
    .replace(/[\u0300-\u036f]|[-_ ]/g, '')
    .toLowerCase();

/**
 * Whether `a` and `b` are at most `slips` apart (optimal string alignment distance). Only the diagonal of the distance
 * table and `slips` cells on each side of it matter: `row[offset]` is the distance between the first `i` characters of
 * `a` and the first `i + offset - slips` characters of `b`.
 */
function areWithin(slips: number, a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > slips) return false;
  const width = 2 * slips + 1;
  let older: number[] = [];
  let before = Array.from({ length: width }, (_, offset) => (offset < slips ? Infinity : offset - slips));
  for (let i = 1; i <= a.length; i++) {
    const row: number[] = [];
    for (let offset = 0; offset < width; offset++) {
      const j = i + offset - slips;
      if (j < 0 || j > b.length) row.push(Infinity);
      else if (j === 0) row.push(i);
      else {
        const replaced = (before[offset] ?? Infinity) + (a[i - 1] === b[j - 1] ? 0 : 1);
        const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        const swapped = isSwap ? (older[offset] ?? Infinity) + 1 : Infinity;
        row.push(
          Math.min(
            (before[offset + 1] ?? Infinity) + 1,
            (row[offset - 1] ?? Infinity) + 1,
            replaced,
            swapped,
          ),
        );
      }
    }
    if (Math.min(...row) > slips && Math.min(...before) > slips) return false;
    [older, before] = [before, row];
  }
  return (before[b.length - a.length + slips] ?? Infinity) <= slips;
}
