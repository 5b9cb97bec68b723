/** Mappings, anchors and documents, and where a text that is no YAML goes wrong. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

function documentsOf(text: string): readonly unknown[] {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(parsed.wrong.message);
  return parsed.value.documents;
}

function problemOf(text: string): string {
  const parsed = parseYaml(text);
  if (parsed.ok) return 'none';
  return `${parsed.wrong.line}:${parsed.wrong.column} ${parsed.wrong.message}`;
}

describe('keys', () => {
  it.each([
    ['a: 1\nb: 2\na: 3', '3:1'],
    ['{a: 1, a: 2}', '1:8'],
    ['a:\n  k: 1\n  k: 2', '3:3'],
    ['1: x\n"1": y', '2:2'],
    ['true: x\n"true": y', '2:2'],
    ['null: x\n~: y', '2:1'],
    ['é: 1\ne\u0301: 2', '2:1'],
  ])('%j has a duplicate at %s', (text, place) => {
    expect(problemOf(text)).toMatch(new RegExp(`^${place} duplicated mapping key`));
  });

  it('are text in NFC, whatever they look like', () => {
    expect(documentsOf('e\u0301: 1\n1.10: 2\ntrue: 3\n2024-01-01: 4')).toEqual([
      { é: 1, '1.10': 2, true: 3, '2024-01-01': 4 },
    ]);
  });

  it.each(['__proto__: 1', '"__proto__": {x: 1}', 'a: {__proto__: {x: 1}}'])('%s is refused', (text) => {
    expect(problemOf(text)).toContain('__proto__');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('that every object has are ordinary', () => {
    expect(documentsOf('constructor: 1\ntoString: 2')).toEqual([{ constructor: 1, toString: 2 }]);
  });

  it.each(['? [a, b]\n: c', '? {a: b}\n: c'])('that are no scalar are a problem: %j', (text) => {
    expect(problemOf(text)).toMatch(/^1:1 /);
  });
});

describe('anchors, aliases and merge keys', () => {
  it.each([
    ['an alias', 'a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['a merge key', 'a: &x {k: 1, l: 1}\nb: {<<: *x, l: 2}', { a: { k: 1, l: 1 }, b: { k: 1, l: 2 } }],
    ['its own key wins wherever it stands', 'a: &x {k: 1}\nb: {k: 2, <<: *x}', { a: { k: 1 }, b: { k: 2 } }],
    ['several merged, the first wins', 'b: {<<: [{a: 1}, {a: 2, c: 3}]}', { b: { a: 1, c: 3 } }],
    [
      'a merged key in another normal form',
      'a: &x {e\u0301: 1}\nb: {<<: *x, é: 2}',
      { a: { é: 1 }, b: { é: 2 } },
    ],
    ['a quoted merge key, which is none', '"<<": {a: 1}', { '<<': { a: 1 } }],
  ])('work: %s', (_, text, expected) => {
    expect(documentsOf(text)).toEqual([expected]);
  });

  it.each([
    ['an alias to nothing', 'a: *nope', '1:5'],
    ['a merged scalar', 'a: {<<: 1}', '1:5'],
    ['a merged list of scalars', 'a: {<<: [1]}', '1:5'],
    ['a mapping that holds itself', 'a: &x {b: *x}', '1:12'],
  ])('%s is a problem', (_, text, place) => {
    expect(problemOf(text)).toMatch(new RegExp(`^${place} `));
  });

  it('more than 10 000 aliases are a problem', () => {
    expect(problemOf(`a: &a 1\nb: [${'*a,'.repeat(10_001)}]`)).toMatch(/^2:\d+ .*aliases/);
  });

  it('more than 100 levels are a problem', () => {
    expect(problemOf(`${'['.repeat(101)}${']'.repeat(101)}`)).toMatch(/^1:\d+ .*nesting/);
    expect(problemOf(`${'['.repeat(99)}${']'.repeat(99)}`)).toBe('none');
  });
});

describe('documents', () => {
  it.each([
    ['', []],
    ['# nothing but a comment\n', []],
    ['---\na: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['---\n---\na: 1\n', [null, { a: 1 }]],
    ['a: 1\n...\n', [{ a: 1 }]],
    ['%YAML 1.2\n---\na: 1\n', [{ a: 1 }]],
    ['a:\r\n  b: 1\r\n', [{ a: { b: 1 } }]],
    ['\ufeffa: 1', [{ a: 1 }]],
  ])('%j', (text, expected) => {
    expect(documentsOf(text)).toEqual(expected);
  });
});

describe('a text that is no YAML', () => {
  it.each([
    ['a: 1\nb: [1', '2:6'],
    ['a: "x', '1:6'],
    ['a: b: c', '1:5'],
    ['a:\n  - x\n b: 1', '3:2'],
    ['a: 1\r\nb: @x', '2:4'],
    ['a: 1\nb: \u0001', '2:4'],
  ])('%j goes wrong at %s', (text, place) => {
    expect(problemOf(text)).toMatch(new RegExp(`^${place} `));
  });
});

/** Without the kinds of scalars, which the other reader does not tell apart here. What holds itself is marked. */
function plain(value: unknown, around: readonly unknown[] = []): unknown {
  if (around.includes(value)) return { holds: around.indexOf(value) };
  if (Array.isArray(value)) return value.map((one) => plain(one, [...around, value]));
  if (typeof value !== 'object' || value === null) {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return text === 'null' || text === '~' ? '' : text;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key === 'null' ? '' : key, plain(one, [...around, value])]),
  );
}

describe('a flow collection', () => {
  it.each([
    ['members: [\n  a,\n  b\n]\nx: 1', { members: ['a', 'b'], x: 1 }],
    ['a:\n  members: [\n    b,\n]\n', { a: { members: ['b'] } }],
    ['a:\n    members: {\n      b: [\n        c\n ]\n}', { a: { members: { b: ['c'] } } }],
    ['p:\n  k: [a,\tb,\t\tc]', { p: { k: ['a', 'b', 'c'] } }],
    ['text: |\n  ]\nk: [\n]', { text: ']\n', k: [] }],
  ])('may end at the column of its key, and hold tabs: %j', (text, expected) => {
    expect(documentsOf(text)).toEqual([expected]);
    expect(parseDocument(text).toJS()).toEqual(expected);
  });

  it('has its problems on their own lines', () => {
    const parsed = parseYaml('a: [\n  x\n]\nb: [\n]\nc: {d: 1}');
    expect(parsed.ok && parsed.value.locate([0, 'c', 'd'])).toEqual({ line: 6, column: 8 });
  });

  it.each([
    ['members: [a\nname: x', '2:1 deficient indentation'],
    ['members: [\n]]', '2:1 deficient indentation'],
    ['a: "x\ny"', '2:1 deficient indentation'],
  ])('that is not closed, or whose items stand too far left, is told where it is: %j', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('is one of as many as there are', () => {
    let key = 0;
    const text = 'k: [\n]\n'.repeat(20_000).replaceAll('k', () => `k${key++}`);
    expect(documentsOf(text)).toEqual([
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, []])),
    ]);
  });

  const piece = fc.constantFrom(
    'a',
    'b: ',
    'k: [',
    'k: {',
    'k: [\n',
    'k: {\n',
    '- k: [\n',
    '[',
    ']',
    '{',
    '}',
    ',',
    ',\n',
    '\n',
    '\n  ',
    '\n    ',
    '\t',
    '\n\t',
    '\n  \t',
    ' ',
    '- ',
    'z: |\n  }\n',
    'y: >-\n   ]\n',
    '"',
    '"x"',
    "'",
    '# ] y',
    '\n]',
    '\n  ]',
    '\n}',
    '\nz: ',
    '&a ',
    '*a',
    '!!str ',
    '\u2028',
    '\n---\n',
  );

  it('means what another reader of YAML takes it for, where both read the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 3, maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseYaml(text);
        const others = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
        if (!parsed.ok || others.some(({ errors }) => errors.length > 0)) return;
        expect(plain(parsed.value.documents)).toEqual(plain(others.map((one) => one.toJS() as unknown)));
      }),
      { numRuns: 2000 },
    );
  });
});
