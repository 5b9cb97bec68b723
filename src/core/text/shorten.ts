/** Limits a text to a number of UTF-16 units: cut between visible characters, with a … where it was cut. */

let graphemes: Intl.Segmenter | undefined;

export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const last = length - 1;
  // Whether the last character ends at the cut can be seen with one more unit; later text does not matter.
  const cut = graphemes.segment(text.slice(0, length + 1)).containing(last)?.index ?? 0;
  if (cut > 0) return `${text.slice(0, cut)}…`;
  // A single character is longer than the limit: cut at least between its code points.
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(last - 1));
  return `${text.slice(0, isHalf ? last - 1 : last)}…`;
}
