/** Where a bracket was left open, the message names it beside the place where the parser noticed. */
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

const problemOf = (text: string): string => {
  const yaml = parseYaml(text);
  return yaml.ok ? 'none' : `${yaml.wrong.line}:${yaml.wrong.column}: ${yaml.wrong.message}`;
};
const END = 'unexpected end of the stream within a flow collection';

describe('a bracket that is not closed', () => {
  it.each([
    ['[', `1:2: ${END}: is the [ of line 1, column 1 closed?`],
    [': [', `1:4: ${END}: is the [ of line 1, column 3 closed?`],
    ['members: [alice\nname: x\n', '2:1: deficient indentation: is the [ of line 1, column 10 closed?'],
    ['a: {b: c\nd: e\n', '2:1: deficient indentation: is the { of line 1, column 4 closed?'],
    [
      'teams:\n  - id: a\n    members: [alice,\n      bob\n  - id: b\n    members: [carol]\n',
      '5:3: deficient indentation: is the [ of line 3, column 14 closed?',
    ],
    ['a: [x, [y]\nb: 1\n', '2:1: deficient indentation: is the [ of line 1, column 4 closed?'],
    [
      'a: [x, {y: 1]\nb: 2\n',
      '1:13: missed comma between flow collection entries: is the { of line 1, column 8 closed?',
    ],
    // What is quoted or a comment opens and closes nothing.
    [`a: [']', "}]" # ]\n  , x\nb: 1\n`, '3:1: deficient indentation: is the [ of line 1, column 4 closed?'],
    ['x: "a\nb: c\n', '2:1: deficient indentation'],
    ['a: [1]\nx: "a\nb: c\n', '3:1: deficient indentation'],
    ['a: ]', '1:4: bad indentation of a mapping entry'],
    ['members: [\n  alice,\n]\n', 'none'],
  ])('%j', (text, message) => {
    expect(problemOf(text)).toBe(message);
  });

  it('is found at once in a long text', () => {
    expect(problemOf(`${'a: ["\', \'", {\n'.repeat(40)}${'# ]\n'.repeat(100_000)}b: 1\n`)).toContain(
      'is the ',
    );
  });
});
