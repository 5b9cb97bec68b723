/** The walk from revision to revision: held content, the configuration of each revision, and what is told in the end. */
import { describe, expect, it } from 'vitest';
import {
  createSampleHistory,
  historyOfEdits,
  walkThrough,
  type SampleFile,
} from '../../../support/sample-history.ts';
import { teamOf } from '../../../../src/core/catalogue/team.ts';
import { configurationOf } from '../../../support/sample-teams.ts';

type Edits = readonly Readonly<Record<string, SampleFile | undefined>>[];

const BROKEN = 'id: a\nmembers: [alice\n';

/** `id: members` of each team after each commit of a history. */
async function statesOf(edits: Edits, fixed?: string): Promise<string[][]> {
  const history = historyOfEdits(edits);
  const fixedConfiguration = fixed === undefined ? undefined : configurationOf(fixed);
  const { walked } = await walkThrough(
    history,
    null,
    [history.steps(null, edits.length - 1)],
    fixedConfiguration,
  );
  return walked.map(({ teams }) =>
    [...teams.values()]
      .map(teamOf)
      .map((team) => `${team.id}: ${team.members.map(({ id }) => id).join(' ')}`.trim())
      .sort(),
  );
}

describe('a broken file', () => {
  it('holds its last valid content, and what changed comes out when it is mended', async () => {
    expect(
      await statesOf([
        { 'teams/a.yml': 'members: [alice]', 'teams/b.yml': 'members: [bob]' },
        { 'teams/a.yml': BROKEN, 'teams/b.yml': 'members: [carol]' },
        { 'teams/a.yml': '' },
        { 'teams/a.yml': 'members: [alice, dave]' },
      ]),
    ).toEqual([
      ['a: alice', 'b: bob'],
      ['a: alice', 'b: carol'],
      ['a: alice', 'b: carol'],
      ['a: alice dave', 'b: carol'],
    ]);
  });

  it('that was never valid holds no team', async () => {
    expect(await statesOf([{ 'teams/a.yml': BROKEN }, { 'teams/a.yml': 'members: [bob]' }])).toEqual([
      [],
      ['a: bob'],
    ]);
  });

  it('that was deleted in between holds nothing of before', async () => {
    expect(
      await statesOf([{ 'teams/a.yml': 'id: a' }, { 'teams/a.yml': undefined }, { 'teams/a.yml': BROKEN }]),
    ).toEqual([['a:'], [], []]);
  });

  it('that is deleted while it is broken takes its teams along', async () => {
    expect(
      await statesOf([{ 'teams/a.yml': 'id: a' }, { 'teams/a.yml': BROKEN }, { 'teams/a.yml': undefined }]),
    ).toEqual([['a:'], ['a:'], []]);
  });

  it('holds the same where the walk starts on it', async () => {
    const history = historyOfEdits([
      { 'teams/a.yml': 'members: [alice]' },
      { 'teams/a.yml': 'members: [alice, bob]' },
      { 'teams/a.yml': BROKEN },
      { 'teams/a.yml': `${BROKEN}# still` },
    ]);
    const { start } = await walkThrough(history, 3, []);
    expect(start.get('a')?.members).toBe('[{"id":"alice"},{"id":"bob"}]');
  });
});

describe('a file that is moved and broken in one step', () => {
  const moved = (files: Edits[number], before: Edits[number] = { 'teams/a.yml': 'id: a\nmembers: [x]' }) => [
    before,
    files,
  ];
  const gone = { 'teams/a.yml': undefined };

  it.each<[why: string, edits: Edits, teams: readonly string[], fixed?: string]>([
    ['holds its teams', moved({ ...gone, 'teams/europe/a.yml': BROKEN }), ['a: x']],
    [
      'holds what is left of them where the others moved well',
      moved(
        { ...gone, 'teams/b.yml': undefined, 'teams/eu/a.yml': BROKEN, 'teams/eu/b.yml': 'id: b' },
        { 'teams/a.yml': 'id: a', 'teams/b.yml': 'id: b' },
      ),
      ['a:', 'b:'],
    ],
    [
      'holds the teams of all that go, as any of them may be its own',
      moved(
        { ...gone, 'teams/b.yml': undefined, 'teams/c.yml': BROKEN },
        { 'teams/a.yml': '[{id: a}, {id: b, members: [first]}]', 'teams/b.yml': '[{id: b}, {id: c}]' },
      ),
      ['a:', 'b: first', 'c:'],
    ],
    [
      'holds a team of a list that was split, of which the other part is valid',
      moved(
        { 'teams/all.yml': undefined, 'teams/a.yml': BROKEN, 'teams/b.yml': 'id: b\nmembers: [y]' },
        { 'teams/all.yml': '[{id: a, members: [x]}, {id: b}]' },
      ),
      ['a: x', 'b: y'],
    ],
    [
      'holds no team that a valid file names as its earlier one',
      moved({ ...gone, 'teams/b.yml': 'id: b\npreviously: [a]', 'teams/c.yml': BROKEN }),
      ['b:'],
    ],
    [
      'holds nothing beside another broken one',
      moved({ ...gone, 'teams/b.yml': BROKEN, 'teams/c.yml': '' }),
      [],
    ],
    [
      'is alone beside one that was there and broke',
      moved(
        { ...gone, 'teams/b.yml': BROKEN, 'teams/c.yml': '' },
        { 'teams/a.yml': 'id: a', 'teams/b.yml': 'id: b' },
      ),
      ['a:', 'b:'],
    ],
    ['holds nothing of a file that is still there', moved({ 'teams/b.yml': BROKEN }), ['a: x']],
    [
      'holds nothing of files that are none of the catalogue',
      moved({ 'README.md': undefined, 'teams/a.yml': BROKEN }, { 'README.md': 'id: a' }),
      [],
    ],
    [
      'takes over from one that became a link',
      moved({ 'teams/a.yml': { link: 'b.yml' }, 'teams/b.yml': BROKEN }),
      ['a: x'],
    ],
    [
      'holds what it held where it is moved on',
      [...moved({ ...gone, 'teams/b.yml': BROKEN }), { 'teams/b.yml': undefined, 'teams/c.yml': BROKEN }],
      ['a: x'],
    ],
    [
      'holds nothing where its path came one step later',
      [{ 'teams/a.yml': 'id: a' }, gone, { 'teams/b.yml': BROKEN }],
      [],
    ],
    [
      'has the id of its path, where paths make ids',
      moved({ ...gone, 'teams/eu/a.yml': BROKEN }),
      ['a: x'],
      'catalogue: {id: "{file}"}',
    ],
    [
      'is another team, where its path makes it one',
      moved({ ...gone, 'teams/eu/a.yml': BROKEN }),
      [],
      'catalogue: {id: "{path}"}',
    ],
  ])('%s', async (_, edits, teams, fixed) => {
    expect((await statesOf(edits, fixed)).at(-1)).toEqual(teams);
    const { start } = await walkThrough(
      historyOfEdits(edits),
      edits.length - 1,
      [],
      fixed === undefined ? undefined : configurationOf(fixed),
    );
    expect([...start.keys()].sort()).toEqual(teams.map((team) => team.replace(/:.*/, '')));
  });

  it('tells what changed once it is mended, in its own file', async () => {
    const history = historyOfEdits([
      { 'teams/a.yml': 'id: a\nmembers: [x]' },
      { 'teams/a.yml': undefined, 'teams/b.yml': BROKEN },
      { 'teams/b.yml': 'id: a\nmembers: [x, y]' },
      { 'teams/b.yml': undefined },
    ]);
    const { walked } = await walkThrough(history, null, [history.steps(null, 3)]);
    expect(walked.map(({ before, after }) => [before.get('a')?.file, after.get('a')?.file])).toEqual([
      [undefined, 'teams/a.yml'],
      ['teams/a.yml', 'teams/b.yml'],
      ['teams/b.yml', 'teams/b.yml'],
      ['teams/b.yml', undefined],
    ]);
    expect(walked[1]?.before.get('a')?.text).toBe(walked[1]?.after.get('a')?.text);
  });
});

describe('the configuration', () => {
  it('of each revision reads that revision: changing it is a step like any other', async () => {
    expect(
      await statesOf([
        { 'teams/a.yml': 'id: a\nmembers: [Alice]\nsquad: x' },
        { 'team-events.yml': 'catalogue: {memberCase: insensitive}' },
        { 'team-events.yml': 'catalogue: {id: "{squad}"}' },
        { 'team-events.yml': 'catalogue: {files: "other/*.yml"}' },
        { 'team-events.yml': undefined },
      ]),
    ).toEqual([['a: Alice'], ['a: alice'], ['x: Alice'], [], ['a: Alice']]);
  });

  it('that is broken holds its last valid version', async () => {
    expect(
      await statesOf([
        { 'teams/a.yml': 'id: a\nsquad: x', 'team-events.yml': 'catalogue: {id: "{squad}"}' },
        { 'team-events.yml': 'catalogue: {id: [}' },
        { 'teams/a.yml': 'id: a\nsquad: y' },
      ]),
    ).toEqual([['x:'], ['x:'], ['y:']]);
  });

  it('that is deleted and comes back broken is the default', async () => {
    expect(
      await statesOf([
        { 'teams/a.yml': 'id: a\nsquad: x', 'team-events.yml': 'catalogue: {id: "{squad}"}' },
        { 'team-events.yml': undefined },
        { 'team-events.yml': 'catalogue: 3' },
      ]),
    ).toEqual([['x:'], ['a:'], ['a:']]);
  });

  it('makes a file broken that holds what it held', async () => {
    expect(
      await statesOf([{ 'teams/a.yml': 'id: a' }, { 'team-events.yml': 'catalogue: {required: [contact]}' }]),
    ).toEqual([['a:'], ['a:']]);
  });

  it('that is broken holds what was valid on its own side, where a step leads to another branch', async () => {
    const team = { 'teams/a.yml': 'id: a\nsquad: x' };
    const history = createSampleHistory([
      { tree: { ...team, 'team-events.yml': 'catalogue: {id: "{squad}"}' } },
      { tree: { ...team, 'team-events.yml': 'catalogue: 3' } },
      { tree: { ...team, 'team-events.yml': 'catalogue: {id: "{file}-{squad}"}' }, parent: 0 },
      { tree: { ...team, 'team-events.yml': 'catalogue: 3' } },
    ]);
    const { start, walked } = await walkThrough(history, 1, [[history.step(1, 3)]]);
    expect([...start.keys()]).toEqual(['x']);
    expect([...(walked[0]?.after.keys() ?? [])]).toEqual(['a-x']);
  });

  // src/core/catalogue/walk.ts, #advance: files of a window that was opened under an earlier configuration are read with it.
  it('that changed in one window counts in the next, whose files are read ahead', async () => {
    const history = historyOfEdits([
      { 'team-events.yml': 'catalogue: {id: "{squad}"}' },
      { 'teams/a.yml': 'id: a\nsquad: x', 'teams/b.yml': 'id: b\nsquad: y' },
      { 'team-events.yml': undefined },
      { 'teams/b.yml': 'id: c\nsquad: z' },
    ]);
    const windows = history.steps(null, 3).map((step) => [step]);
    const { walked } = await walkThrough(history, null, windows);
    expect(walked.map(({ teams }) => [...teams.keys()].sort())).toEqual([
      [],
      ['x', 'y'],
      ['a', 'b'],
      ['a', 'c'],
    ]);
  });

  it('that is given from outside counts at all revisions', async () => {
    expect(
      await statesOf(
        [{ 'teams/a.yml': 'id: a\nsquad: x' }, { 'team-events.yml': 'catalogue: {files: none.yml}' }],
        'catalogue: {id: "{squad}"}',
      ),
    ).toEqual([['x:'], ['x:']]);
  });
});

describe('links and submodules', () => {
  it('are passed over with a warning, where they would be files of the catalogue', async () => {
    const history = historyOfEdits([
      {
        'teams/a.yml': 'id: a',
        'teams/link.yml': { link: 'a.yml' },
        'teams/sub.yml': { submodule: 'sub' },
        'other/link': { link: 'x' },
      },
    ]);
    const { walk, walked } = await walkThrough(history, null, [history.steps(null, 0)]);
    expect([...walk.warnings]).toEqual([
      ['teams/link.yml', 'a symbolic link'],
      ['teams/sub.yml', 'a submodule'],
    ]);
    expect([...(walked[0]?.teams.keys() ?? [])]).toEqual(['a']);
  });

  it('take the teams of the file along in whose place they come', async () => {
    expect(await statesOf([{ 'teams/a.yml': 'id: a' }, { 'teams/a.yml': { link: 'x' } }])).toEqual([
      ['a:'],
      [],
    ]);
  });
});

describe('the same id in two files', () => {
  it('counts once, and goes on where the first is removed', async () => {
    expect(
      await statesOf([
        { 'teams/a.yml': 'id: x\nmembers: [alice]' },
        { 'teams/b.yml': '- id: y\n- id: x' },
        { 'teams/a.yml': undefined },
      ]),
    ).toEqual([['x: alice'], ['x: alice', 'y:'], ['x:', 'y:']]);
  });
});

describe('whether any file matched', () => {
  it.each([
    [[{ 'teams/a.yml': 'id: a' }], true],
    [[{ 'teams/a.yml': BROKEN }], true],
    [[{ 'teams/a.yml': 'id: a' }, { 'teams/a.yml': undefined }], true],
    [[{ 'README.md': 'x' }], false],
    [[{ 'teams/a.yml': { link: 'x' } }], false],
  ] as [Edits, boolean][])('of %j is %s', async (edits, expected) => {
    const history = historyOfEdits(edits);
    const { walk } = await walkThrough(history, null, [history.steps(null, edits.length - 1)]);
    expect(walk.matched).toBe(expected);
  });
});
