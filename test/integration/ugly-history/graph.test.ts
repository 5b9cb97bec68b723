/** Merges, roots, reverts, and commits that hold nothing or everything (steps are first-parent commits). */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { importRepo, type ImportedCommit } from '../../support/imported-repo.ts';
import { printedEvents, teamEvents } from '../../support/program.ts';
import { gitEnvironment, team } from '../../support/sample-repo.ts';
import { inShort, tell } from '../../support/ugly-story.ts';

const A = { 'teams/a.yml': team('a', ['x']) };
const B = { 'teams/b.yml': team('b', ['y']) };
const C = { 'teams/c.yml': team('c', ['z']) };

interface Case {
  readonly name: string;
  readonly commits: readonly ImportedCommit[];
  /** Of the commits in their order; those of side branches tell nothing. */
  readonly steps: readonly (readonly string[])[];
}

const cases: readonly Case[] = [
  {
    name: 'an octopus merge is one step, with all that its branches bring',
    commits: [
      A,
      { parents: [0], edits: B },
      { parents: [0], edits: C },
      { parents: [0], edits: { 'teams/a.yml': team('a', ['x', 'w']) } },
      { parents: [3, 1, 2], edits: { ...B, ...C } },
      { 'teams/c.yml': null },
    ],
    steps: [
      ['+ a', '(a: + x)'],
      [],
      [],
      ['a: + w'],
      ['+ b', '+ c', '(b: + y)', '(c: + z)'],
      ['(c: - z)', '- c'],
    ],
  },
  {
    name: 'a merge that takes nothing of the other side tells nothing',
    commits: [A, { parents: [0], edits: B }, { parents: [0, 1], edits: {} }],
    steps: [['+ a', '(a: + x)'], [], []],
  },
  {
    name: 'a merge that changes what neither side had',
    commits: [A, { parents: [0], edits: B }, { parents: [0, 1], edits: { ...B, ...C } }],
    steps: [['+ a', '(a: + x)'], [], ['+ b', '+ c', '(b: + y)', '(c: + z)']],
  },
  {
    name: 'a file that broke on a branch holds what the line knew, not what the branch did',
    commits: [
      A,
      { parents: [0], edits: { 'teams/a.yml': team('a', ['side']) } },
      { parents: [1], edits: { 'teams/a.yml': 'id: [\n' } },
      { parents: [0, 2], edits: { 'teams/a.yml': 'id: [\n' } },
      { 'teams/a.yml': team('a', ['x', 'y']) },
    ],
    steps: [['+ a', '(a: + x)'], [], [], [], ['a: + y']],
  },
  {
    name: 'two roots: the second comes in with its merge',
    commits: [
      A,
      { parents: [], edits: B },
      { parents: [1], edits: C },
      { parents: [0, 2], edits: { ...B, ...C } },
    ],
    steps: [['+ a', '(a: + x)'], [], [], ['+ b', '+ c', '(b: + y)', '(c: + z)']],
  },
  {
    name: 'reverts tell the way back, and the way there again',
    commits: [{ ...A, ...B }, { 'teams/a.yml': null }, A, { 'teams/a.yml': null }],
    steps: [
      ['+ a', '+ b', '(a: + x)', '(b: + y)'],
      ['(a: - x)', '- a'],
      ['+ a', '(a: + x)'],
      ['(a: - x)', '- a'],
    ],
  },
  {
    name: 'an empty commit, at the root and later, tells nothing',
    commits: [{}, {}, A, {}, { 'teams/a.yml': team('a', []) }, {}],
    steps: [[], [], ['+ a', '(a: + x)'], [], ['a: - x'], []],
  },
];

describe('a history with', () => {
  it.each(cases)('$name', async ({ commits, steps }) => {
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
  });

  it('ids of their own for the same change made, reverted and made again', async () => {
    const { events } = await tell([B, A, { 'teams/a.yml': null }, A]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it.each([
    ['on the second parent of a merge', 2, ['+ c', '(c: + z)', 'a: + w']],
    ['behind the second parent', 1, ['+ c', '+ d', '(c: + z)', 'a: + w']],
    ['on the third parent of an octopus merge', 3, ['+ b', '+ d', '(b: + y)', 'a: + w']],
  ])(
    'a range that begins %s: the first step is the whole difference of the trees',
    async (_, from, expected) => {
      const d = { 'teams/d.yml': team('d', []) };
      const { directory, ids } = await tell([
        A,
        { parents: [0], edits: B },
        { parents: [1], edits: d },
        { parents: [0], edits: C },
        { parents: [0, 2, 3], edits: { ...B, ...C, ...d } },
        { 'teams/a.yml': team('a', ['x', 'w']) },
      ]);
      const events = await printedEvents(directory, '--from', ids[from] ?? '');
      expect(events.map(inShort)).toEqual(expected);
      expect(events[0]?.data.commit).toMatchObject({ id: ids[4], parent: ids[from] });
    },
  );

  it('two roots, from the other of which a range begins', async () => {
    const { directory, ids } = await tell([
      A,
      { parents: [], edits: { ...B, 'teams/a.yml': team('a', ['other']) } },
      { parents: [0, 1], edits: B },
    ]);
    const events = await printedEvents(directory, '--from', ids[1] ?? '');
    expect(events.map(inShort)).toEqual(['a: - other', 'a: + x']);
  });

  // src/run/event-log/plan-steps.ts: all parents were handed to one call, which takes about 120,000.
  it('a commit that names its parent 150,000 times', async () => {
    const { directory, ids } = importRepo([A, { ...A, ...B }]);
    const [a = '', b = ''] = ids;
    const git = (input: string, ...args: string[]): string =>
      execFileSync('git', args, { cwd: directory, env: gitEnvironment(), input }).toString().trim();
    const who = 'Ann <ann@example.com> 1767603600 +0000';
    const parents = `parent ${a}\n`.repeat(150_000);
    const commit = `tree ${git('', 'rev-parse', `${b}^{tree}`)}\n${parents}author ${who}\ncommitter ${who}\n\nx\n`;
    git('', 'update-ref', 'refs/heads/main', git(commit, 'hash-object', '-t', 'commit', '-w', '--stdin'));
    const events = await printedEvents(directory, '--from', a);
    expect(events.map(inShort)).toEqual(['+ b', '(b: + y)']);
    const { code, stdout } = await teamEvents(['check', '-C', directory, '--base', a]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('team.created')]);
  });

  it('a bulk commit of 2,000 teams, and one that takes all away but one', async () => {
    const id = (index: number): string => `t${String(index).padStart(4, '0')}`;
    const ids = Array.from({ length: 2000 }, (_, index) => id(index));
    const path = (name: string): string => `teams/${name.slice(0, 3)}/${name}.yml`;
    const story = await tell([
      { 'README.md': 'x' },
      ids.map((name) => [path(name), team(name, [`${name}-lead`])] as const),
      ids.slice(1).map((name) => [path(name), null] as const),
    ]);
    expect(story.steps).toEqual([
      [],
      [...ids.map((name) => `+ ${name}`), ...ids.map((name) => `(${name}: + ${name}-lead)`)],
      [
        ...ids.slice(1).map((name) => `(${name}: - ${name}-lead)`),
        ...ids.slice(1).map((name) => `- ${name}`),
      ],
    ]);
    expect(story.events.at(-1)?.sequence).toBe('000000000003.003997');
  });
});
