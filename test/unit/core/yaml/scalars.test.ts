/** Lossless scalars: a plain scalar becomes a number or a boolean only where printing it gives the same text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

function valueOf(scalar: string): unknown {
  const parsed = parseYaml(`key: ${scalar}`);
  if (!parsed.ok) throw new Error(parsed.wrong.message);
  return (parsed.value.documents[0] as Record<string, unknown>)['key'];
}

describe('a plain scalar', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['-1', -1],
    ['0.1', 0.1],
    ['-1.5', -1.5],
    ['9007199254740991', 9007199254740991],
    ['true', true],
    ['false', false],
  ])('%s is read as a value', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each([
    '0x009922',
    '0123',
    '0o17',
    '1e3',
    '1E3',
    '1.10',
    '1.0',
    '-0',
    '-0.0',
    '+1',
    '.5',
    '1.',
    '1_000',
    '1:30',
    '12345678901234567890',
    '9007199254740993',
    '0.0000001',
    '1e21',
    '.inf',
    '.nan',
    '2024-01-01',
    '2001-12-14T21:59:43Z',
    '=',
    '<<',
    'True',
    'TRUE',
    'False',
    'yes',
    'no',
    'on',
    'off',
    'y',
    'text',
  ])('%s stays text', (text) => {
    expect(valueOf(text)).toBe(text);
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is no value', (text) => {
    expect(valueOf(text)).toBeNull();
  });

  it('that is a number or a boolean prints as it was written', () => {
    const scalar = fc.oneof(
      fc.stringMatching(/^[-+]?[0-9]{1,20}(\.[0-9]{1,8})?$/),
      fc.double({ noNaN: true }).map(String),
      fc.constantFrom('true', 'True', 'false', 'yes'),
    );
    fc.assert(
      fc.property(scalar, (text) => {
        expect(String(valueOf(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('that is a whole number in its shortest form is a number', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(valueOf(`${number}`)).toBe(number);
      }),
    );
  });
});

describe('a quoted or block scalar', () => {
  it.each([
    ['"1"', '1'],
    ["'true'", 'true'],
    ['"null"', 'null'],
    ['""', ''],
    ['!!str 12', '12'],
    ['|\n  12', '12\n'],
    ['>-\n  a\n  b', 'a b'],
  ])('%j is text', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });
});

describe('a tagged scalar', () => {
  it.each(['!!int 0x12', '!!bool yes', '!!float 1e3', '!!binary aGk=', '!!timestamp 2024-01-01', '!own x'])(
    '%s, which could not be printed back, is a problem',
    (text) => {
      expect(parseYaml(`key: ${text}`)).toMatchObject({ ok: false, wrong: { line: 1, column: 6 } });
    },
  );

  it.each([
    ['!!int 12', 12],
    ['!!float 1.5', 1.5],
    ['!!bool true', true],
    ['!!null null', null],
  ])('%s is read', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });
});
