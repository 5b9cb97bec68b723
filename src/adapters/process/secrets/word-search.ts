/**
 * Finds many words in a text at once, in time that hardly depends on the words: pieces of the text are compared by a
 * rolling hash (Rabin and Karp, https://doi.org/10.1147/rd.312.0249), and the longest word at a position is found by
 * binary search over the word lengths (Waldvogel, https://doi.org/10.1145/263109.263136). A hash collision is as
 * unlikely as it is harmless: then something that is no word is found.
 */

/** A piece of a text: its first index, and the index after its last. */
export type Span = readonly [start: number, end: number];

/** The longest word at each position where one begins, in the order of positions. */
export type WordSearch = (text: string) => Span[];

/** `shortest`: the length of the shortest word, or less. */
export function createWordSearch(words: Iterable<string>, shortest: number): WordSearch {
  const known = [...new Set(words)].sort((a, b) => a.length - b.length);
  const lengths = [...new Set(known.map(({ length }) => length))];
  const powers = powersUpTo(lengths.at(-1) ?? 0);
  const beginnings = new Set<number>();
  /**
   * By the index of a length: words and prefixes of that length, each with the length of the longest word it starts
   * with.
   */
  const longestIn = lengths.map(() => new Map<number, number>());

  function longestAt(numberOf: NumberOf, at: number, most: number): number {
    let longest = 0;
    let [low, high] = [0, lengths.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const length = lengths[middle] ?? 0;
      const found = length <= most ? longestIn[middle]?.get(numberOf(at, length)) : undefined;
      longest = found ?? longest;
      if (found === undefined) high = middle - 1;
      else low = middle + 1;
    }
    return longest;
  }

  for (const word of known) {
    const numberOf = numbersIn(word, powers);
    beginnings.add(numberOf(0, shortest));
    let [low, high] = [0, lengths.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const length = lengths[middle] ?? 0;
      if (length > word.length) {
        high = middle - 1;
        continue;
      }
      // Shorter words are in the tables already.
      const longest = length === word.length ? length : longestAt(numberOf, 0, length);
      longestIn[middle]?.set(numberOf(0, length), longest);
      low = middle + 1;
    }
  }

  return (text) => {
    const found: Span[] = [];
    const numberOf = numbersIn(text, powers);
    for (let at = 0; at + shortest <= text.length; at++) {
      if (!beginnings.has(numberOf(at, shortest))) continue;
      const length = longestAt(numberOf, at, text.length - at);
      if (length > 0) found.push([at, at + length]);
    }
    return found;
  };
}

/** The hash of a piece of a text. */
type NumberOf = (start: number, length: number) => number;

const MULTIPLIERS = [0x9e3779b1, 0x85ebca77] as const;

type Powers = readonly [Int32Array, Int32Array];

function powersUpTo(length: number): Powers {
  const powersOf = (multiplier: number): Int32Array => {
    const powers = new Int32Array(length + 1).fill(1);
    for (let index = 1; index <= length; index++)
      powers[index] = Math.imul(powers[index - 1] ?? 0, multiplier);
    return powers;
  };
  return [powersOf(MULTIPLIERS[0]), powersOf(MULTIPLIERS[1])];
}

/** Hashes of 53 bits, computed from the hashes of two prefixes of the text. */
function numbersIn(text: string, powers: Powers): NumberOf {
  const beginningsBy = (multiplier: number): Int32Array => {
    const sums = new Int32Array(text.length + 1);
    for (let index = 0; index < text.length; index++)
      sums[index + 1] = Math.imul(sums[index] ?? 0, multiplier) + text.charCodeAt(index) + 1;
    return sums;
  };
  const [first, second] = [beginningsBy(MULTIPLIERS[0]), beginningsBy(MULTIPLIERS[1])];
  const part = (sums: Int32Array, of: Int32Array, start: number, length: number): number =>
    ((sums[start + length] ?? 0) - Math.imul(sums[start] ?? 0, of[length] ?? 0)) >>> 0;
  return (start, length) =>
    part(first, powers[0], start, length) * 0x200000 + (part(second, powers[1], start, length) >>> 11);
}
