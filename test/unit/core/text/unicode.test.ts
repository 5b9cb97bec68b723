/** Normal forms without long waits, characters that forge what is read, and texts shown as they are. */
import { describe, expect, it } from 'vitest';
import {
  controlCharacterIn,
  hasHalfCharacter,
  nfc,
  normalized,
  quoted,
} from '../../../../src/core/text/unicode.ts';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

describe('a normal form', () => {
  it('is that of Unicode', () => {
    expect(nfc('e\u0301quipe')).toBe('équipe');
    expect(normalized('ａ\u00a0ﬁ', 'NFKC')).toBe('a fi');
    expect(normalized('é', 'NFD')).toBe('e\u0301');
  });

  it('is left alone where more marks are stacked than in any writing', () => {
    const few = `e${'\u0315\u0300'.repeat(20)}`;
    expect(nfc(few)).toBe(few.normalize('NFC'));
    const many = `e${'\u0315\u0300'.repeat(40)}`;
    expect(nfc(many)).toBe(many);
  });
});

describe('a control character', () => {
  it.each([
    ['a\nb', 'U+000A'],
    ['\u0000', 'U+0000'],
    ['\u007f', 'U+007F'],
    ['a\u0085', 'U+0085'],
    ['\u2028', 'U+2028'],
    ['a\u202eb', 'U+202E'],
    ['\u2066', 'U+2066'],
  ])('is told by its number: %j', (text, expected) => {
    expect(controlCharacterIn(text)).toBe(expected);
  });

  it.each(['', 'a b', 'é', '日本', '👩\u200d💻', 'a\u200bb', '\u05d0\u200f'])('is not in %j', (text) => {
    expect(controlCharacterIn(text)).toBeUndefined();
  });
});

describe('half a surrogate pair', () => {
  it('is told from a whole one', () => {
    expect(['\ud83d', 'a\ude80', '🚀', 'x'].map(hasHalfCharacter)).toEqual([true, true, false, false]);
  });

  it.each([
    ['name: "x \\uD83D y"', '1:7'],
    ['id: a\n"\\ud800": 1', '2:1'],
    ['- a\n- ["\\ude80\\ud83d"]', '2:4'],
    ['a: "\\U0000D800"', '1:4'],
  ])('is a problem of a YAML text: %s', (text, place) => {
    const parsed = parseYaml(text);
    expect(parsed.ok ? 'none' : `${parsed.wrong.line}:${parsed.wrong.column} ${parsed.wrong.message}`).toBe(
      `${place} the text is not valid Unicode: half a surrogate pair`,
    );
  });

  it.each([['"\\ud83d\\ude80"'], ['"\\\\ud800"'], ["'\\ud800'"], ['\\ud800'], ['"\\U0001F680"']])(
    'is not in the YAML text %s',
    (text) => {
      expect(parseYaml(text).ok).toBe(true);
    },
  );
});

describe('a text in quotes', () => {
  it.each([
    ['payments', '"payments"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['alice\u200b', '"alice\\u200b"'],
    ['alice\u00a0', '"alice\\u00a0"'],
    ['a\nb', '"a\\nb"'],
    ['\u0085\u202e', '"\\u0085\\u202e"'],
    ['équipe 日本 🚀', '"équipe 日本 🚀"'],
    ['x'.repeat(101), `"${'x'.repeat(99)}…"`],
  ])('shows what nobody sees, and the beginning of what is long: %j', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });
});
