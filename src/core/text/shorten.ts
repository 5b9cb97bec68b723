/** A text of at most so many UTF-16 units: cut between characters as people see them, with a … where it was. */

let graphemes: Intl.Segmenter | undefined;

export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const last = length - 1;
  // One more unit tells whether the character before it ends there; of what comes later nothing depends.
  const cut = graphemes.segment(text.slice(0, length + 1)).containing(last)?.index ?? 0;
  if (cut > 0) return `${text.slice(0, cut)}…`;
  // One character that is longer than all there may be: between its code points, at least.
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(last - 1));
  return `${text.slice(0, isHalf ? last - 1 : last)}…`;
}
