/** `team-events.yml`: its defaults, its problems all at once, and which files it takes in. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_CONFIGURATION,
  parseConfiguration,
} from '../../../../../src/core/catalogue/configuration/configuration.ts';
import { configurationOf } from '../../../../support/sample-teams.ts';

function problemsOf(text: string): string[] {
  const parsed = parseConfiguration(text);
  return parsed.ok ? [] : parsed.wrong.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('the configuration', () => {
  it('has a default for every key', () => {
    expect(configurationOf('{}')).toMatchObject({
      source: undefined,
      files: ['teams/**/*.{yml,yaml}', 'equipes/**/*.{yml,yaml}', 'teams.{yml,yaml}', 'equipes.{yml,yaml}'],
      layout: 'auto',
      at: ['teams', 'equipes'],
      children: ['teams'],
      id: '{id}',
      name: ['name', 'nom'],
      members: ['members', 'membres'],
      member: ['id', 'login', 'username', 'matricule', 'email', 'name', 'nom'],
      tags: ['tags'],
      perimeter: ['perimeter', 'perimetre', 'périmètre', 'scope'],
      previously: ['previously'],
      required: [],
      ignore: [],
      memberCase: 'sensitive',
      authorEmail: false,
    });
  });

  it('takes one text for a list of one', () => {
    expect(configurationOf('catalogue: {members: people, files: "*.yml"}')).toMatchObject({
      members: ['people'],
      files: ['*.yml'],
    });
  });

  it('compares keys in NFC', () => {
    expect(configurationOf('catalogue: {name: e\u0301quipe}').name).toEqual(['équipe']);
  });

  it('names the source', () => {
    expect(configurationOf('source: https://git.example.com/x').source).toBe('https://git.example.com/x');
  });
});

describe('a problem of the configuration', () => {
  it.each([
    ['', '1:1 the file is empty'],
    ['# only this\n', '1:1 the file is empty'],
    ['version: 1\n---\nversion: 1', '1:1 the file holds more than one document'],
    ['version: 2', '1:10 version: expected 1'],
    ['clients: []', '1:10 clients: unknown key; expected version, source, catalogue'],
    ['catalogue:\n  tag: [x]', '2:8 catalogue.tag: unknown key; is it "tags"?'],
    [
      'source: with space',
      '1:9 source: expected a URI-reference, such as https://example.com/teams; other characters percent-encoded',
    ],
    ['catalogue: {id: fixed}', '1:17 catalogue.id: expected at least one placeholder such as {id} or {file}'],
    ['catalogue: {files: []}', '1:20 catalogue.files: expected at least one glob, such as "a*"'],
    ['version: 1\nversion: 1', expect.stringMatching(/^2:1 duplicated mapping key/) as string],
    [
      'catalogue: [',
      '1:13 unexpected end of the stream within a flow collection: is the [ of line 1, column 12 closed?',
    ],
  ])('in %j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it.each([
    ['more than 100 globs', `files: [${'"a/*",'.repeat(101)}]`, '101 globs with wildcards'],
    ['globs with too many braces', `files: [${'"{a,b,c,d}",'.repeat(26)}]`, '104 globs with wildcards'],
    ['more than 50 globs of no teams', `exclude: [${'"a*",'.repeat(51)}]`, '51 globs with wildcards'],
    ['more than 50 keys', `members: [${'a,'.repeat(51)}]`, 'more than 50 keys'],
    ['more than 50 places', `at: [${'a,'.repeat(51)}]`, 'more than 50 keys'],
    ['a long key', `name: ${'a'.repeat(201)}`, 'a key of more than 200 characters'],
    ['a long template', `id: "{id}${'a'.repeat(200)}"`, 'a template of more than 200 characters'],
  ])('is that it has %s, as each costs time for every file', (_, text, expected) => {
    expect(problemsOf(`catalogue: {${text}}`)).toEqual([expect.stringContaining(`: ${expected}`)]);
  });

  it.each([
    ['100 alternatives', '{a,b,c,d,e,f,g,h,i,j}{a,b,c,d,e,f,g,h,i,j}', []],
    [
      '101 alternatives',
      `{${','.repeat(100)}}a*`,
      ['the braces of a glob stand for more than 100 alternatives'],
    ],
    ['200 characters', `${'a'.repeat(199)}*`, []],
    ['201 characters', `${'a'.repeat(200)}*`, ['a glob has more than 200 characters']],
    ['200 characters behind its !', `!${'a'.repeat(199)}*`, []],
    ['201 characters behind its !', `!${'a'.repeat(200)}*`, ['a glob has more than 200 characters']],
  ])('of a glob with %s', (_, glob, expected) => {
    const found = problemsOf(`catalogue: {files: ["teams.yml", "${glob}"]}`);
    expect(found).toEqual(expected.map((one) => `1:20 catalogue.files: ${one}`));
  });

  it('is not that it has as many as are taken', () => {
    const names = Array.from({ length: 50 }, (_, index) => `k${index}`).join(', ');
    const wild = Array.from({ length: 50 }, (_, index) => `"a${index}/*.{yml,yaml}"`);
    const plain = Array.from({ length: 5000 }, (_, index) => `a${index}.yml`);
    const globs = [...wild, ...plain].join(', ');
    expect(problemsOf(`catalogue: {files: [${globs}], ignore: [${names}], exclude: []}`)).toEqual([]);
  });

  it.each(['text', '- 1', '3', 'catalogue:', 'catalogue: text', 'catalogue: []'])(
    'is that it is no mapping: %j',
    (text) => {
      expect(problemsOf(text)).not.toEqual([]);
    },
  );

  // src/core/yaml/checked-file.ts, parseCheckedFile: an empty list passes for a mapping with all keys at their defaults.
  it('is that it is an empty list', () => {
    expect(problemsOf('[]')).toHaveLength(1);
  });

  it('is told with all others at once, in the order of the file', () => {
    const text = `version: 3
foo: 1
catalogue:
  memberCase: upper
  layout: tree
  required: {a: 1}
source: 5
`;
    expect(problemsOf(text).map((problem) => problem.replace(/: .*/, ''))).toEqual([
      '1:10 version',
      '2:6 foo',
      '4:15 catalogue.memberCase',
      '5:11 catalogue.layout',
      '6:13 catalogue.required',
      '7:9 source',
    ]);
  });
});

describe('the files of the catalogue', () => {
  it.each([
    ['teams/a.yml', true],
    ['teams/a.yaml', true],
    ['teams/deep/down/a.yml', true],
    ['equipes/a.yml', true],
    ['teams.yml', true],
    ['equipes.yaml', true],
    ['teams/with space.yml', true],
    ['teams/équipe.yml', true],
    ['teams/a.json', false],
    ['teams/.a.yml', false],
    ['teams/.drafts/a.yml', false],
    ['a.yml', false],
    ['other/teams/a.yml', false],
    ['Teams/a.yml', false],
    ['team-events.yml', false],
  ])('by default: %s is %s', (path, expected) => {
    expect(DEFAULT_CONFIGURATION.matches(path)).toBe(expected);
  });

  it.each([
    ['teams/a.yml', true],
    ['teams/archive/a.yml', false],
    ['teams/_template.yml', false],
    ['teams/x/_template.yml', false],
    ['equipes/a.yml', false],
  ])('with globs that exclude: %s is %s', (path, expected) => {
    const configuration = configurationOf(
      'catalogue: {files: ["!teams/archive/**", "teams/**/*.yml", "!**/_*.yml"]}',
    );
    for (const time of ['first', 'again'])
      expect([time, configuration.matches(path)]).toEqual([time, expected]);
  });

  it.each(['teams/a\nb.yml', 'teams/\nb.yml', 'teams/x\ny/b.yml', 'teams/x\u2028/b.yml', 'teams/a\\b.yml'])(
    'may have any character in its path: %j',
    (path) => {
      expect(DEFAULT_CONFIGURATION.matches(path)).toBe(true);
    },
  );

  it('are compared in NFC', () => {
    expect(configurationOf('catalogue: {files: "e\u0301quipe/*.yml"}').matches('équipe/a.yml')).toBe(true);
    expect(configurationOf('catalogue: {files: "équipe/*.yml"}').matches('e\u0301quipe/a.yml')).toBe(true);
  });

  it.each(['teams/*.yml', './teams/*.yml', '/teams/*.yml'])('are found from the root by %s', (glob) => {
    const configuration = configurationOf(`catalogue: {files: ["${glob}", "!${glob.replace('*', 'b*')}"]}`);
    expect(['teams/a.yml', 'teams/b.yml'].map((path) => configuration.matches(path))).toEqual([true, false]);
  });

  it('never are team-events.yml', () => {
    const configuration = configurationOf('catalogue: {files: "*.yml"}');
    expect(['team-events.yml', 'a.yml'].map((path) => configuration.matches(path))).toEqual([false, true]);
  });
});

describe('a link or submodule could hold files of the catalogue', () => {
  it.each([
    ['teams/**/*.yml', 'teams', true],
    ['teams/**/*.yml', 'teams/europe/west', true],
    ['teams/**/*.yml', 'teams/a.yml', true],
    ['teams/**/*.yml', 'vendor/teams', false],
    ['orgs/*/config.yml', 'orgs/acme', true],
    ['orgs/*/config.yml', 'orgs/acme/config.yml', true],
    ['orgs/*/config.yml', 'orgs/acme/other.yml', false],
    ['orgs/*/config.yml', 'orgs/acme/config.yml/x', false],
    ['{teams,equipes/**}/*.yml', 'equipes/x', true],
    ['**/*.yml', 'anything', true],
    ['teams/*.yml', 'team-events.yml', true],
  ])('%s at %s: %s', (glob, path, expected) => {
    expect(configurationOf(`catalogue: {files: "${glob}"}`).mayHold(path)).toBe(expected);
  });

  it('unless it is excluded', () => {
    expect(configurationOf('catalogue: {files: ["**/*.yml", "!vendor/**"]}').mayHold('vendor')).toBe(false);
  });
});
