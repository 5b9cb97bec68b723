/**
 * How large entries of the clients file may be. Aliases make much of little: in what comes out, an alias counts as all
 * that it stands for.
 */

/** Values, keys not counted. */
export const MAX_ENTRY_VALUES = 10_000;
/** Beside one for each character of the file, which is more than a file without aliases has. */
const MAX_ALIASED_VALUES = 100_000;

/** The entries that are too large, by index, with why: those, and no others, cannot be used. Linear in the file. */
export function tooLargeEntries(
  entries: readonly unknown[],
  characters: number,
): ReadonlyMap<number, string> {
  const sizes = new Map<object, number>();
  const found = new Map<number, string>();
  let left = characters + MAX_ALIASED_VALUES;
  for (const [index, entry] of entries.entries()) {
    const size = sizeOf(entry, sizes);
    if (size > MAX_ENTRY_VALUES) {
      found.set(
        index,
        `the entry holds more than ${MAX_ENTRY_VALUES} values, aliases counted as what they stand for`,
      );
    } else if (size > left) {
      found.set(index, 'aliases make more of the file than can be read; write out what they stand for');
    } else left -= size;
  }
  return found;
}

/** How many values there are in one, itself included; each object is looked at once, however often it is met. */
function sizeOf(value: unknown, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  sizes.set(value, Infinity); // one that holds itself never ends
  const size = Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one, sizes), 1);
  sizes.set(value, size);
  return size;
}
