/** Files that break, go, come back and move (a broken file holds its last valid content). */
import { describe, expect, it } from 'vitest';
import type { ImportedCommit } from '../../support/imported-repo.ts';
import { teamEvents } from '../../support/program.ts';
import { team } from '../../support/sample-repo.ts';
import { tell } from '../../support/ugly-story.ts';

const BROKEN = 'id: a\nmembers: [x\n';

interface Case {
  readonly name: string;
  readonly commits: readonly ImportedCommit[];
  readonly steps: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

const A = { 'teams/a.yml': team('a', ['x']) };

const cases: readonly Case[] = [
  {
    name: 'broken for 19 days with edits on top, then mended',
    commits: [
      A,
      ...Array.from({ length: 19 }, (_, day) => ({ 'teams/a.yml': `${BROKEN}# day ${day}\n` })),
      { 'teams/a.yml': team('a', ['x', 'y']) },
    ],
    steps: [['+ a', '(a: + x)'], ...Array.from({ length: 19 }, () => []), ['a: + y']],
  },
  {
    name: 'broken and never mended',
    commits: [A, { 'teams/a.yml': BROKEN }, { 'teams/a.yml': `${BROKEN}contact: c\n` }],
    steps: [['+ a', '(a: + x)'], [], []],
    notes: ['teams/a.yml:3:1: deficient indentation: is the [ of line 2, column 10 closed?'],
  },
  {
    name: 'broken from the first day',
    commits: [{ 'teams/a.yml': BROKEN, 'teams/b.yml': team('b', []) }, A],
    steps: [['+ b'], ['+ a', '(a: + x)']],
  },
  {
    name: 'broken by what a conflict of a merge left',
    commits: [A, { 'teams/a.yml': `<<<<<<< ours\n${team('a', ['x'])}=======\n>>>>>>> theirs\n` }],
    steps: [['+ a', '(a: + x)'], []],
    notes: ['teams/a.yml:1:1: a conflict of a merge was left in the file'],
  },
  {
    name: 'deleted and added again broken',
    commits: [A, { 'teams/a.yml': null }, { 'teams/a.yml': BROKEN }, A],
    steps: [['+ a', '(a: + x)'], ['(a: - x)', '- a'], [], ['+ a', '(a: + x)']],
  },
  {
    name: 'broken, then deleted',
    commits: [A, { 'teams/a.yml': BROKEN }, { 'teams/a.yml': null }],
    steps: [['+ a', '(a: + x)'], [], ['(a: - x)', '- a']],
  },
  {
    name: 'emptied: of everything, to a comment, to a mark',
    commits: [A, { 'teams/a.yml': '' }, { 'teams/a.yml': '# gone?\n' }, { 'teams/a.yml': '---\n' }],
    steps: [['+ a', '(a: + x)'], [], [], []],
    notes: ['teams/a.yml:1:1: the file is empty'],
  },
  {
    name: 'a list of teams emptied by accident, then on purpose',
    commits: [
      { 'teams.yml': 'teams: [{id: a}, {id: b}]' },
      { 'teams.yml': 'teams:\n' },
      { 'teams.yml': 'teams: []' },
    ],
    steps: [['+ a', '+ b'], [], ['- a', '- b']],
  },
  {
    name: 'a broken list: all of its teams are held, those of other files go on',
    commits: [
      { 'teams.yml': 'teams: [{id: a}, {id: b}]', 'teams/c.yml': team('c', []) },
      { 'teams.yml': 'teams: [{id: a}, {id: a}]', 'teams/c.yml': team('c', ['x']) },
    ],
    steps: [['+ a', '+ b', '+ c'], ['c: + x']],
    notes: ['teams.yml:1:18: the team id "a" appears twice in this file'],
  },
  {
    name: 'a team moved between files, alone and into a list',
    commits: [
      A,
      { 'teams/a.yml': null, 'teams/deep/a.yml': team('a', ['x']) },
      { 'teams/deep/a.yml': null, 'teams.yml': `- ${team('a', ['x']).replace('\n', '\n  ')}` },
    ],
    steps: [['+ a', '(a: + x)'], [], []],
  },
  {
    name: 'a team moved and changed at once',
    commits: [A, { 'teams/a.yml': null, 'equipes/a.yml': team('a', ['y'], 'tags: [t]\n') }],
    steps: [
      ['+ a', '(a: + x)'],
      ['a: tags', 'a: - x', 'a: + y'],
    ],
  },
  {
    name: 'moved and broken in one commit, then mended',
    commits: [
      A,
      { 'teams/a.yml': null, 'teams/europe/a.yml': BROKEN },
      { 'README.md': 'x' },
      { 'teams/europe/a.yml': team('a', ['x', 'y']) },
    ],
    steps: [['+ a', '(a: + x)'], [], [], ['a: + y']],
  },
  {
    name: 'a folder of teams moved, and one of them broken',
    commits: [
      { ...A, 'teams/b.yml': team('b', ['y']) },
      {
        'teams/a.yml': null,
        'teams/b.yml': null,
        'equipes/a.yml': BROKEN,
        'equipes/b.yml': team('b', ['z']),
      },
      { 'equipes/a.yml': null },
    ],
    steps: [
      ['+ a', '+ b', '(a: + x)', '(b: + y)'],
      ['b: - y', 'b: + z'],
      ['(a: - x)', '- a'],
    ],
  },
  {
    name: 'the same id in two files, then the first removed',
    commits: [
      { 'teams/b.yml': team('same', ['x']) },
      { 'teams/c.yml': team('same', ['y']) },
      { 'teams/a.yml': team('same', ['z']) },
      { 'teams/a.yml': null },
      { 'teams/b.yml': null },
    ],
    steps: [
      ['+ same', '(same: + x)'],
      [],
      ['same: - x', 'same: + z'],
      ['same: - z', 'same: + x'],
      ['same: - x', 'same: + y'],
    ],
  },
  {
    name: 'the same id in two files, to the end',
    commits: [A, { 'teams/b.yml': `# the second\n${team('a', ['y'])}` }],
    steps: [['+ a', '(a: + x)'], []],
    notes: ['teams/b.yml:2:1: the team id "a" is also in teams/a.yml, which counts; this one is left out'],
  },
  {
    name: 'the same id in two files, of which the first breaks and is deleted',
    commits: [{ ...A, 'teams/b.yml': team('a', ['y']) }, { 'teams/a.yml': BROKEN }, { 'teams/a.yml': null }],
    steps: [['+ a', '(a: + x)'], [], ['a: - x', 'a: + y']],
  },
  {
    name: 'an id that changes its case',
    commits: [A, { 'teams/a.yml': team('A', ['x']) }],
    steps: [
      ['+ a', '(a: + x)'],
      ['+ A', '(a: - x)', '(A: + x)', '- a'],
    ],
  },
  {
    name: 'over 1 MiB, then small again',
    commits: [
      A,
      { 'teams/a.yml': `${team('a', ['y'])}# ${'x'.repeat(1024 * 1024)}\n` },
      { 'teams/a.yml': team('a', ['y']) },
    ],
    steps: [['+ a', '(a: + x)'], [], ['a: - x', 'a: + y']],
  },
];

describe('a file', () => {
  it.each(cases)('$name', async ({ commits, steps, notes = [] }) => {
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
    expect(story.notes).toEqual(notes);
    expect(story.code).toBe(notes.length > 0 ? 4 : 0);
  });

  it('broken is told with the commit that broke it last', async () => {
    const { directory, ids } = await tell([A, { 'teams/a.yml': BROKEN }, { 'teams/b.yml': team('b', []) }]);
    const { stdout, code } = await teamEvents([
      '-C',
      directory,
      '--print-events',
      '--format',
      'json',
      '--from',
      'root',
    ]);
    expect(code).toBe(4);
    expect((JSON.parse(stdout) as { problems: unknown }).problems).toEqual([
      expect.objectContaining({ path: 'teams/a.yml', line: 3, column: 1, commit: ids[1] }),
    ]);
  });
});
