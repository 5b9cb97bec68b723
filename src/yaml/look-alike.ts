/** Keys that are almost another one: `membre`, `Members`, `perimêtre`. */

/** Shorter keys are like too many others; of this length only one letter more or less is a slip, as in `tag`. */
const SHORT = 4;
/** From this length on two slips are one key still. */
const LONG = 9;

/**
 * The key among `known` that `key` looks like: the same but for case and accents, or a slip of the hand away (a
 * letter more, less or another, or two that changed places). undefined where it is one of them, or like none.
 */
export function lookAlike(key: string, known: readonly string[]): string | undefined {
  if (known.includes(key)) return undefined;
  const plain = plainForm(key);
  const same = known.find((one) => plainForm(one) === plain);
  return same ?? known.find((one) => isSlip(plain, plainForm(one)));
}

function isSlip(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length);
  if (length <= SHORT && (length < SHORT || a.length === b.length)) return false;
  return slips(a, b) <= (length >= LONG ? 2 : 1);
}

const plainForm = (key: string): string =>
  key
    .normalize('NFD')
    .replace(/[\u0300-\u036f]|[-_ ]/g, '')
    .toLowerCase();

/** How many slips lead from one to the other: the optimal string alignment distance, up to 3. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let [older, before] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (older[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [older, before] = [before, row];
  }
  return before[b.length] ?? 3;
}
