/** From a path inside the values back to line and column. */
import { describe, expect, it } from 'vitest';
import { parseYaml, type NodePath } from '../../../../src/core/yaml/yaml-text.ts';

function placeOf(text: string, path: NodePath): string {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(parsed.wrong.message);
  const { line, column } = parsed.value.locate(path);
  return `${line}:${column}`;
}

const TEXT = `a: 1
b:
  - x
  - k: v
    "quoted key": 'single'
  - "double"
c: |
  block
e:
f: {g: [1, 22]}
é: last
`;

describe('a path leads to', () => {
  it.each([
    ['the document', [0], '1:1'],
    ['a scalar', [0, 'a'], '1:4'],
    ['a list in flow style', [0, 'f', 'g'], '10:8'],
    ['the key of a list in block style', [0, 'b'], '2:1'],
    ['an item', [0, 'b', 0], '3:5'],
    ['a mapping in a list', [0, 'b', 1], '4:5'],
    ['a key in it', [0, 'b', 1, 'k'], '4:8'],
    ['a single-quoted text under a quoted key', [0, 'b', 1, 'quoted key'], '5:19'],
    ['a double-quoted text', [0, 'b', 2], '6:5'],
    ['the key of an empty value', [0, 'e'], '9:1'],
    ['an item in flow style', [0, 'f', 'g', 1], '10:12'],
    ['a key that is not ASCII', [0, 'é'], '11:4'],
    ['the last node that is there, where a key is missing', [0, 'f', 'g', 9], '10:8'],
    ['the last node that is there, below a scalar', [0, 'a', 'deeper'], '1:4'],
  ])('%s', (_, path, place) => {
    expect(placeOf(TEXT, path)).toBe(place);
  });

  it('the text of a block scalar', () => {
    expect(placeOf(TEXT, [0, 'c'])).toMatch(/^8:/);
  });

  it('a key that is written in another normal form', () => {
    expect(placeOf('x: 0\ne\u0301: 1', [0, 'é'])).toBe('2:5');
  });

  it('a key that is a number in the text', () => {
    expect(placeOf('1: a\n1.10: b', [0, '1.10'])).toBe('2:7');
  });

  // src/core/yaml/yaml-text.ts, offsetOf: an empty item has no start of its own, and the list's is given.
  it('the line of an empty item', () => {
    expect(placeOf('a:\n  - x\n  -\n  - y\n', [0, 'a', 1])).toMatch(/^3:/);
  });

  it.each([
    ['an anchored scalar', [0, 'a'], '1:9'],
    ['an anchored mapping', [0, 'm'], '2:7'],
    ['an alias', [0, 'n'], '3:4'],
    ['the alias, for what stands behind it', [0, 'n', 'k'], '3:4'],
    ['the mapping, for a merged key', [0, 'o', 'k'], '4:1'],
    ['a key beside a merge key', [0, 'o', 'own'], '6:8'],
    ['a tagged scalar', [0, 't'], '7:10'],
  ])('%s', (_, path, place) => {
    const text = 'a: &one 1\nm: &m {k: v}\nn: *m\no:\n  <<: *m\n  own: 1\nt: !!str 5\n';
    expect(placeOf(text, path)).toBe(place);
  });

  it.each([
    [[0, 'a'], '4:4'],
    [[1, 'b'], '6:4'],
    [[2], '8:1'],
    [[2, 0], '8:3'],
  ])('%j in one of several documents', (path, place) => {
    expect(placeOf('# comment\n\n---\na: 1\n---\nb: 2\n---\n- c\n', path)).toBe(place);
  });

  it.each(['\n', '\r\n', '\r'])('the same place whatever ends a line: %j', (newline) => {
    expect(placeOf(['a: 1', 'b:', '  c: 2'].join(newline), [0, 'b', 'c'])).toBe('3:6');
  });
});
