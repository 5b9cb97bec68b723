/** Names that people and systems confuse although they differ: `alice`, `Alice`, `alice ` and `ａｌｉｃｅ`. */
import { nfc, normalized } from '../../../core/text/unicode.ts';

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Ways in which two look-alike names may differ, each with a function that removes the difference. */
const DIFFERENCES = [
  ['invisible characters', (text: string) => text.replace(UNSEEN, '')],
  ['compatibility forms of characters', (text: string) => normalized(text, 'NFKC')],
  ['blanks at the beginning or end', (text: string) => text.trim()],
  ['upper and lower case', (text: string) => nfc(text.toUpperCase().toLowerCase())],
] as const;

type Difference = (typeof DIFFERENCES)[number];

const without = (differences: readonly Difference[], name: string): string =>
  differences.reduce((text, [, plain]) => plain(text), name);

/** Equal for names that look alike. */
export const plainSpelling = (name: string): string =>
  /^[!-~]*$/.test(name) ? name.toLowerCase() : without(DIFFERENCES, name);

/** How two look-alike names differ, for a sentence: the smallest set of differences that explains it. */
export function spellingDifference(a: string, b: string): string {
  let needed: readonly Difference[] = DIFFERENCES;
  for (const one of [...DIFFERENCES].reverse()) {
    const others = needed.filter((other) => other !== one);
    if (without(others, a) === without(others, b)) needed = others;
  }
  return needed.map(([what]) => what).join(' and ');
}

/** Two names that look alike; `second` is the later one. */
export interface LookAlikePair<Name> {
  readonly first: Name;
  readonly second: Name;
}

/** Each name that looks like an earlier one, paired with the first such name. Equal names count once. */
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
