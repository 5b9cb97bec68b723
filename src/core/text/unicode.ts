/** Unicode text: normalization in linear time, and characters that are not allowed in names. */
import { shorten } from './shorten.ts';

/** More combining marks than any script uses; `normalize` takes time quadratic in their number. */
const STACKED_MARKS = /\p{M}{65}/u;
// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;

/** The text in that normal form; unchanged if it has absurdly many combining marks. */
export function normalized(text: string, form: 'NFC' | 'NFD' | 'NFKC'): string {
  return NOT_ASCII.test(text) && !STACKED_MARKS.test(text) ? text.normalize(form) : text;
}

/** The form in which keys, ids and paths are compared. */
export const nfc = (text: string): string => normalized(text, 'NFC');

/**
 * Characters that end lines, move the cursor or change the writing direction, and so could forge what people and
 * scripts read.
 */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first control character of a text, as `U+000A`. */
export function controlCharacterIn(text: string): string | undefined {
  const found = CONTROL.exec(text)?.[0];
  return found === undefined ? undefined : codePoint(found);
}

/** Whether the text has an unpaired surrogate, which no Unicode encoding can represent. */
export const hasHalfCharacter = (text: string): boolean => /\p{Cs}/u.test(text);

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Invisible characters: format characters, fillers, blanks other than the space. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}]/u;
const MAX_QUOTED = 100;

/** A text in quotes, for messages: invisible characters are escaped, and long text is cut. */
export function quoted(text: string): string {
  const shown = Array.from(shorten(text, MAX_QUOTED), (character) => {
    const inJson = JSON.stringify(character).slice(1, -1);
    if (inJson !== character || character === ' ' || !UNSEEN.test(character)) return inJson;
    return `\\u${codePoint(character).slice(2).toLowerCase()}`;
  });
  return `"${shown.join('')}"`;
}
