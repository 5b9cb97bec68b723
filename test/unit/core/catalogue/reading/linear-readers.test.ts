/** What one file may cost: time in proportion to its size, whatever stands in it. */
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../../../src/core/catalogue/configuration/glob.ts';
import { readTeamFile } from '../../../../../src/core/catalogue/reading/team-file.ts';
import { KeySurvey } from '../../../../../src/commands/check/rules/key-survey.ts';
import { createLookAlike } from '../../../../../src/core/text/look-alike.ts';
import { parseYaml } from '../../../../../src/core/yaml/yaml-text.ts';
import { growth, MOST_GROWTH } from '../../../../support/growth.ts';
import { configurationOf } from '../../../../support/sample-teams.ts';

const repeat = (count: number, piece: (index: number) => string, between = ''): string =>
  Array.from({ length: Math.floor(count) }, (_, index) => piece(index)).join(between);

const longKey = 'a'.repeat(190);
/** Marks that come in another order in every normal form. */
const marks = '\u0315\u0300';

/** A text of about so many bytes; with the configuration that it is read with. */
type Text = (size: number) => string | Uint8Array;
const TEXTS: readonly (readonly [what: string, text: Text, configuration?: string])[] = [
  [
    'one member again and again',
    (n) => `id: x\nmembers: [${repeat(n / 16, (i) => `{id: u, k${i}: v}`, ',')}]`,
  ],
  [
    'one member again and again, with a long text first',
    (n) =>
      `id: x\nmembers: [{id: u, k: "!${'x'.repeat(n / 2)}"}, ${repeat(n / 32, (i) => `{id: u, k: b${i}}`, ',')}]`,
  ],
  [
    'replacement characters before a stray byte',
    (n) => Buffer.concat([Buffer.from(`id: x\nname: "${'\ufffd'.repeat(n / 3)}"\n# `), Buffer.from([255])]),
  ],
  ['brackets too far left', (n) => repeat(n / 14, (i) => `k${i}: [\n  x,\n]\n`)],
  ['tabs between items', (n) => repeat(n / 14, (i) => `k${i}: [x,\ty]\n`)],
  ['brackets that close nothing', (n) => `k: [\n${']\n'.repeat(n / 2)}`],
  ['a long key beside a long known one', (n) => `? ${'a'.repeat(n)}\n: 1\n`, `catalogue: {name: ${longKey}}`],
  ['stacked marks in an id', (n) => `id: "a${marks.repeat(n / 4)}"`],
  ['stacked marks in a key', (n) => `"members${marks.repeat(n / 4)}": [x]`],
  ['stacked marks in a member', (n) => `members: ["a${marks.repeat(n / 4)}", b]`],
  ['keys that look like one', (n) => repeat(n / 14, (i) => `memb${String.fromCodePoint(0x4e00 + i)}rs: 1\n`)],
  [
    'one name of many teams',
    (n) => `- {id: a, name: &n ${'x'.repeat(n / 2)}}\n${repeat(n / 20, (i) => `- {id: b${i}, name: *n}\n`)}`,
  ],
  [
    'earlier ids of many teams',
    (n) =>
      `- {id: a, previously: &n [${'x, '.repeat(n / 6)}]}\n${repeat(n / 40, (i) => `- {id: b${i}, previously: *n}\n`)}`,
  ],
  [
    'keys that are ignored',
    (n) => `id: a\n${repeat(n / 14, (i) => `k${i}: {b: 1}\n`)}`,
    `catalogue: {ignore: [${repeat(50, (i) => `k${i}.b`, ', ')}]}`,
  ],
  ['documents without a team', (n) => '---\n{a: 1}\n'.repeat(n / 11), 'catalogue: {layout: map, at: x.y}'],
  ['documents with a slip', (n) => '---\nteems: {}\n'.repeat(n / 14), 'catalogue: {layout: map, at: teams}'],
  [
    'members that look like one',
    (n) => `members: [${repeat(n / 20, (i) => `"a${'\u200b'.repeat(i % 9)}${i}"`, ',')}]`,
  ],
];

const TABLE = TEXTS.map(
  ([what, text, configuration = '{}']) => [what, text, configurationOf(configuration)] as const,
);

describe('a team file', () => {
  it.each(TABLE)('is read in time of its size: %s', (_, textOf, configuration) => {
    const ratio = growth((size) => {
      const bytes = Buffer.from(textOf(size));
      return () => readTeamFile('teams/a.yml', { size: bytes.length, bytes }, configuration);
    });
    expect(ratio).toBeLessThan(MOST_GROWTH);
  });

  it.each(TABLE)('is looked through by check in time of its size: %s', (_, textOf, configuration) => {
    const ratio = growth((size) => {
      const yaml = parseYaml(textOf(size).toString());
      return () => {
        if (yaml.ok) new KeySurvey(configuration).add('teams/a.yml', yaml.value, size, true);
      };
    });
    expect(ratio).toBeLessThan(MOST_GROWTH);
  });

  it('that is small costs little, whatever its aliases would make of it', () => {
    const list = (name: string, item: string): string => `${name}: &${name} [${`${item},`.repeat(9)}]\n`;
    const text = `id: x\n${list('a', '"text"')}${list('b', '*a')}${list('c', '*b')}${list('d', '*c')}${list('e', '*d')}`;
    const bytes = Buffer.from(text);
    const { problems } = readTeamFile('teams/a.yml', { size: bytes.length, bytes }, configurationOf('{}'));
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^the aliases of this file expand past \d+ KiB, the most for a file of its size$/,
      ),
    ]);
  });
});

describe('two long keys', () => {
  it('are compared in time of their length', () => {
    const ratio = growth((size) => {
      const [a, b] = [`${'a'.repeat(size)}x`, `${'a'.repeat(size)}y`];
      return () => createLookAlike([a])(b);
    });
    expect(ratio).toBeLessThan(MOST_GROWTH);
  });
});

describe('a glob', () => {
  it('is matched in time of the text', () => {
    const ratio = growth((size) => {
      const glob = compileGlob('*a*a*a*a*a*b', true);
      return () => glob?.matches('a'.repeat(size));
    });
    expect(ratio).toBeLessThan(MOST_GROWTH);
  });
});
