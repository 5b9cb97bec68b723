/**
 * Limits the size of entries in the clients file. Aliases can expand to a lot, so an alias counts as everything that it
 * stands for.
 */

/** Number of values; keys are not counted. */
export const MAX_ENTRY_VALUES = 10_000;
/** Allowed in addition to one value per character of the file; a file without aliases never has more than that. */
const MAX_ALIASED_VALUES = 100_000;

/**
 * The entries that are too large, by index, with the reason; only these are unusable. Takes time linear in the file.
 */
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

/** The number of values in `value`, including itself; each object is visited only once. */
function sizeOf(value: unknown, sizes: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  sizes.set(value, Infinity); // for an alias that contains itself
  const size = Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one, sizes), 1);
  sizes.set(value, size);
  return size;
}
