/** What the walk tells in the end: the problems of what the range touched, each with the commit that brought it. */
import { describe, expect, it, vi } from 'vitest';
import {
  historyOfEdits,
  walkThrough,
  type SampleFile,
  type SampleHistory,
} from '../../../support/sample-history.ts';

type Edits = readonly Readonly<Record<string, SampleFile | undefined>>[];

/** `path:line:column #commit message` of each problem at the end of the range from one commit to another. */
async function problemsOf(
  edits: Edits,
  from: number | null,
  to = edits.length - 1,
  squash = false,
): Promise<string[]> {
  const history = historyOfEdits(edits);
  const window = squash ? [history.step(from, to)] : history.steps(from, to);
  const { walk } = await walkThrough(history, from, [window]);
  const numbers = new Map(edits.map((_, index) => [history.id(index), index]));
  return (await walk.problems()).map(
    ({ path, line, column, commit, message }) =>
      `${path}:${line}:${column} #${numbers.get(commit)} ${message}`,
  );
}

/** What is told of `teams/a.yml`, which the second commit breaks. */
const BROKEN_A = expect.stringMatching(/^teams\/a\.yml:2:1 #1 duplicated mapping key/) as string;

describe('the same id in two files', () => {
  const twice: Edits = [
    { 'teams/a.yml': 'id: x\nmembers: [alice]' },
    { 'teams/b.yml': '- id: y\n- id: x' },
    { 'teams/a.yml': undefined },
  ];

  it('is a problem of the file that does not count, until it stands alone', async () => {
    const told =
      'teams/b.yml:2:3 #1 the team id "x" is also in teams/a.yml, which counts; this one is left out';
    expect(await problemsOf(twice, null, 1)).toEqual([told]);
    expect(await problemsOf(twice, 0, 1)).toEqual([told]);
    expect(await problemsOf(twice, null)).toEqual([]);
    const untouched: Edits = [...twice.slice(0, 2), { 'README.md': 'x' }];
    expect(await problemsOf(untouched, 1)).toEqual([]);
    expect(await problemsOf(untouched, 0)).toEqual([told]);
  });
});

describe('the problems in the end', () => {
  const edits: Edits = [
    { 'teams/a.yml': 'id: a', 'teams/b.yml': 'id: b\nmembers: 3' },
    { 'teams/a.yml': 'id: a\nid: b' },
    { 'README.md': 'x' },
    { 'teams/a.yml': 'id: a' },
  ];

  it('are those of the files that the range touched, at the newest revision', async () => {
    expect(await problemsOf(edits, null, 1)).toEqual([
      BROKEN_A,
      'teams/b.yml:2:10 #0 the members are the number 3; expected a list',
    ]);
    expect(await problemsOf(edits, 0, 1)).toEqual([BROKEN_A]);
    expect(await problemsOf(edits, 0, 2)).toEqual([BROKEN_A]);
    expect(await problemsOf(edits, 1, 2)).toEqual([]);
    expect(await problemsOf(edits, 0, 3)).toEqual([]);
  });

  it('are those of the configuration too', async () => {
    const configured: Edits = [{ 'team-events.yml': 'version: 2' }, { 'teams/a.yml': 'id: a' }];
    expect(await problemsOf(configured, null)).toEqual(['team-events.yml:1:10 #0 version: expected 1']);
    expect(await problemsOf(configured, 0)).toEqual([]);
  });

  // src/core/catalogue/walk.ts, #follow: a squashed step reads all broken files again, and counts them as touched.
  it('are not those of files that a squashed range did not touch', async () => {
    const later: Edits = [...edits.slice(0, 3), { 'README.md': 'y' }];
    expect(await problemsOf(later, 1, 3)).toEqual([]);
    expect(await problemsOf(later, 1, 3, true)).toEqual([]);
  });

  // src/core/catalogue/walk.ts, #follow: a step that changes the configuration counts every file as its own.
  it('name the commit that broke the file, whatever happens to the configuration afterwards', async () => {
    const later: Edits = [...edits.slice(0, 2), { 'team-events.yml': 'catalogue: {authorEmail: true}' }];
    expect(await problemsOf(later, 0)).toEqual([BROKEN_A]);
  });

  it.each([
    ['other problems', 'people', ['2:9 #2 the members are the number 4; expected a list']],
    [
      'more of them',
      '[members, people]',
      [
        '1:10 #2 the members are the number 3; expected a list',
        '2:9 #2 the members are the number 4; expected a list',
      ],
    ],
    ['the same ones', '[members, team]', ['1:10 #0 the members are the number 3; expected a list']],
  ])(
    'name the commit that made them, where its configuration finds %s in the same file',
    async (_, keys, told) => {
      const later: Edits = [
        { 'teams/a.yml': 'members: 3\npeople: 4' },
        { 'README.md': 'x' },
        { 'team-events.yml': `catalogue: {members: ${keys}}` },
      ];
      expect(await problemsOf(later, null)).toEqual(told.map((one) => `teams/a.yml:${one}`));
    },
  );
});

describe('many of them', () => {
  const list = (ids: number): string =>
    Array.from({ length: ids }, (_, id) => `- {id: t${String(id).padStart(3, '0')}}\n`).join('');

  // src/core/catalogue/repeated-teams.ts: a copy of a long file had git asked, and the file parsed, for each of its teams.
  it('of a copied file are told of a file that is read once, a hundred with their places', async () => {
    const history = historyOfEdits([
      { 'teams/a.yml': list(250), 'teams/b.yml': list(250), 'teams/c.yml': list(2) },
    ]);
    const { walk } = await walkThrough(history, null, [history.steps(null, 0)]);
    const blobs = vi.spyOn(history, 'blobs');
    const problems = await walk.problems();
    expect(blobs.mock.calls.map(([ids]) => ids.length)).toEqual([2]);
    expect(problems.map(({ path, line }) => `${path}:${line}`)).toEqual([
      'teams/b.yml:1',
      ...Array.from({ length: 100 }, (_, at) => `teams/b.yml:${at + 1}`),
      'teams/c.yml:1',
      'teams/c.yml:2',
    ]);
    expect(problems[0]?.message).toMatch(
      /^the team id|^150 more team ids of this file are also in other files/,
    );
    expect(problems.map(({ message }) => message)).toContain(
      '150 more team ids of this file are also in other files, which count; these are left out',
    );
  });

  // src/core/catalogue/held-content.ts: each broken file had a git log of its own over all of history.
  it('where a walk begins, or a step spans many commits, cost one look back, which ends where all is found', async () => {
    const files = (text: string): Readonly<Record<string, string>> =>
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`teams/${at}.yml`, text]));
    const history = historyOfEdits([
      ...Array.from({ length: 50 }, (_, at) => ({ 'README.md': String(at) })),
      files('members: [x]'),
      files('members: [x'),
      files('members: [x\n'),
      { 'README.md': 'x' },
    ]);
    const looks: number[] = [];
    const counting: SampleHistory = {
      ...history,
      async *changesBack(...asked) {
        const look = looks.push(0) - 1;
        for await (const window of history.changesBack(...asked)) {
          looks[look] = (looks[look] ?? 0) + 1;
          yield window;
        }
      },
    };
    const { start } = await walkThrough(counting, 52, [[history.step(52, 53)]]);
    expect(start.size).toBe(20);
    expect(looks).toEqual([2]);
    const { walk } = await walkThrough(counting, 50, [[history.step(50, 53)]]);
    expect(walk.catalogue.size).toBe(20);
    expect(looks).toEqual([2, 3]);
  });
});
