/** Text as Unicode has it: normal forms in linear time, and characters that have no place in a name. */
import { shorten } from './shorten.ts';

/** More marks on one letter than any writing has; `normalize` takes time in the square of their number. */
const STACKED_MARKS = /\p{M}{65}/u;
// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;

/** The text in that normal form; as it is where marks are stacked as in no writing. */
export function normalized(text: string, form: 'NFC' | 'NFD' | 'NFKC'): string {
  return NOT_ASCII.test(text) && !STACKED_MARKS.test(text) ? text.normalize(form) : text;
}

/** The form in which keys, ids and paths are compared. */
export const nfc = (text: string): string => normalized(text, 'NFC');

/** Ends lines, moves the cursor or turns the direction of writing, and so forges what people and scripts read. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first control character of a text, as `U+000A`. */
export function controlCharacterIn(text: string): string | undefined {
  const found = CONTROL.exec(text)?.[0];
  return found === undefined ? undefined : codePoint(found);
}

/** Half a surrogate pair, which no encoding of Unicode can carry. */
export const hasHalfCharacter = (text: string): boolean => /\p{Cs}/u.test(text);

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** What nobody sees: formats, fillers, blanks other than the space. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}]/u;
const MAX_QUOTED = 100;

/** A text in quotes, for messages: what nobody sees as escapes, and only its beginning where it is long. */
export function quoted(text: string): string {
  const shown = Array.from(shorten(text, MAX_QUOTED), (character) => {
    const inJson = JSON.stringify(character).slice(1, -1);
    if (inJson !== character || character === ' ' || !UNSEEN.test(character)) return inJson;
    return `\\u${codePoint(character).slice(2).toLowerCase()}`;
  });
  return `"${shown.join('')}"`;
}
