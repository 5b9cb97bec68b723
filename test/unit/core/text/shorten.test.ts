/** Texts are cut between characters, wherever they are cut. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../../../src/core/text/shorten.ts';

const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';

describe('a text that is too long', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['abc\u{1f680}efg', 5, 'abc…'],
    ['abc\u{1f680}efg', 6, 'abc\u{1f680}…'],
    [`ab${FAMILY}cd`, 9, 'ab…'],
    [`ab${FAMILY}cd`, 11, `ab${FAMILY}…`],
    ['cafe\u0301s are nice', 5, 'caf…'],
    ['cafe\u0301s are nice', 6, 'cafe\u0301…'],
    ['\u{1f1eb}\u{1f1f7}\u{1f1e9}\u{1f1ea}x', 7, '\u{1f1eb}\u{1f1f7}…'],
    ['one\r\ntwo three', 5, 'one…'],
  ])('%j of at most %i is %j', (text, length, expected) => {
    expect(shorten(text, length)).toBe(expected);
  });

  it('is never longer, never ends in half a character, and begins as it did', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '\u0301', '\u200d', '\u{1f468}', '\u{1f1eb}', '\u{1f3fd}', 'é'),
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 12 }), (whole, length) => {
        const short = shorten(whole, length);
        expect(short.length).toBeLessThanOrEqual(length);
        expect(Buffer.from(short).toString()).toBe(short);
        expect(whole.startsWith(short.replace(/…$/, ''))).toBe(true);
      }),
    );
  });

  it('where one character is longer than all there may be, is cut between its code points', () => {
    expect(shorten(`e${'\u0301'.repeat(50)}`, 5)).toBe('e\u0301\u0301\u0301…');
    expect(shorten(FAMILY, 4)).toBe('\u{1f468}\u200d…');
    expect(shorten(FAMILY, 5)).toBe('\u{1f468}\u200d…');
  });
});
