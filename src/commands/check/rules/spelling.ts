/** Names that people and systems take for one, though they are two: `alice`, `Alice`, `alice ` and `ａｌｉｃｅ`. */
import { nfc, normalized } from '../../../core/text/unicode.ts';

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** What two names may differ in and still look like one, each with how that is taken away. */
const DIFFERENCES = [
  ['characters that nobody sees', (text: string) => text.replace(UNSEEN, '')],
  ['the form of characters', (text: string) => normalized(text, 'NFKC')],
  ['blanks at their ends', (text: string) => text.trim()],
  ['upper and lower case', (text: string) => nfc(text.toUpperCase().toLowerCase())],
] as const;

type Difference = (typeof DIFFERENCES)[number];

const without = (differences: readonly Difference[], name: string): string =>
  differences.reduce((text, [, plain]) => plain(text), name);

/** The same for names that look like one. */
export const plainSpelling = (name: string): string =>
  /^[!-~]*$/.test(name) ? name.toLowerCase() : without(DIFFERENCES, name);

/** In what two names of one plain spelling differ, for a sentence: the least that explains it. */
export function spellingDifference(a: string, b: string): string {
  let needed: readonly Difference[] = DIFFERENCES;
  for (const one of [...DIFFERENCES].reverse()) {
    const others = needed.filter((other) => other !== one);
    if (without(others, a) === without(others, b)) needed = others;
  }
  return needed.map(([what]) => what).join(' and ');
}

/** Two names that look like one; `second` is the later of them. */
export interface LookAlikePair<Name> {
  readonly first: Name;
  readonly second: Name;
}

/** Each of `names` that looks like one before it, with the first that it looks like. Names that are the same are one. */
export function lookAlikePairs<Name>(
  names: Iterable<Name>,
  textOf: (name: Name) => string,
): LookAlikePair<Name>[] {
  const pairs: LookAlikePair<Name>[] = [];
  const known = new Map<string, Name>();
  const seen = new Set<string>();
  for (const name of names) {
    const text = textOf(name);
    if (seen.has(text)) continue;
    seen.add(text);
    const plain = plainSpelling(text);
    const first = known.get(plain);
    if (first === undefined) known.set(plain, name);
    else pairs.push({ first, second: name });
  }
  return pairs;
}
