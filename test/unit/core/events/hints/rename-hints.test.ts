/** What looks like a rename, and was not told as one: hints for people, sound and few. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meantIds } from '../../../../../src/core/catalogue/configuration/id-frame.ts';
import type { TeamEntry } from '../../../../../src/core/catalogue/team.ts';
import { renameHints } from '../../../../../src/core/events/hints/rename-hints.ts';
import { findRenames } from '../../../../../src/core/events/step-changes.ts';
import { growth, MOST_GROWTH } from '../../../../support/growth.ts';
import { team, teams } from '../../../../support/sample-teams.ts';

type Value<Of> = Of extends fc.Arbitrary<infer Each> ? Each : never;
type Teams = ReadonlyMap<string, TeamEntry>;

const told = (before: Teams, after: Teams): string[] =>
  renameHints(before, after).map(({ from, to, likeness }) => `${from.id} -> ${to.id} (${likeness})`);

/** The same teams, all of them in one file. */
const inOneFile = (all: Teams, file = 'teams.yml'): Teams =>
  new Map([...all].map(([id, entry]) => [id, { ...entry, file }]));

const old = team('old', { members: ['alice', 'bob', 'carol'], perimeter: 'billing' });

describe('a team that went and one that came look like one', () => {
  it.each<[what: string, before: Teams, after: Teams, expected: string]>([
    [
      'alone in the same file',
      inOneFile(teams(team('old', { members: ['alice'] })), 'teams/a.yml'),
      inOneFile(teams(team('new', { members: ['bob'] })), 'teams/a.yml'),
      'old -> new (file)',
    ],
    ['of one content', teams(old), teams({ ...old, id: 'new', name: 'new' }), 'old -> new (content)'],
    [
      'of one content, with a single member',
      teams(team('old', { members: ['alice'] })),
      teams(team('new', { members: ['alice'] })),
      'old -> new (content)',
    ],
    [
      'of one name',
      teams({ ...old, name: 'Payments' }),
      teams(team('new', { name: 'Payments' })),
      'old -> new (name)',
    ],
    [
      'with half of the members of the larger',
      teams(old),
      teams(team('new', { members: ['alice', 'bob', 'dave', 'erin'] })),
      'old -> new (members)',
    ],
    [
      'though it names another id in previously',
      teams(old),
      teams([{ ...old, id: 'new', name: 'new' }, ['older']]),
      'old -> new (content)',
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(told(before, after)).toEqual([expected]);
  });
});

describe('they do not', () => {
  it.each<[what: string, before: Teams, after: Teams]>([
    ['where nothing is the same', teams(old), teams(team('new', { members: ['dave', 'erin'] }))],
    ['where one member is shared', teams(old), teams(team('new', { members: ['alice', 'erin'] }))],
    [
      'where fewer than half are shared',
      teams(old),
      teams(team('new', { members: ['alice', 'bob', 'd', 'e', 'f'] })),
    ],
    ['where both are empty', teams(team('old')), teams(team('new'))],
    ['where previously tells it', teams(old), teams([{ ...old, id: 'new' }, ['old']])],
    ['where the old team stays', teams(old), teams(old, { ...old, id: 'new' })],
    ['where the new team was there', teams(old, team('new')), teams({ ...old, id: 'new' })],
    [
      'for being in one list with others',
      inOneFile(teams(team('old'), team('kept'))),
      inOneFile(teams(team('new'), team('kept'))),
    ],
  ])('%s', (_what, before, after) => {
    expect(told(before, after)).toEqual([]);
  });
});

it('takes the surest first: the file before the members', () => {
  const moved = { ...old, id: 'moved', name: 'moved' };
  const other = team('other', { members: ['alice', 'bob', 'carol', 'dave'] });
  expect(told(teams(old), teams(other, moved))).toEqual(['old -> moved (content)']);
  const [entry] = teams(other).values();
  const inFile = new Map([['other', { ...entry, file: 'teams/old.yml' } as TeamEntry], ...teams(moved)]);
  expect(told(teams(old), inFile)).toEqual(['old -> other (file)']);
});

it('takes time of what they are, however many are like each other', () => {
  const people = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `p${from + index}`);
  const ratio = growth((size) => {
    const pairs = Array.from({ length: size / 10 }, (_, index) =>
      team(`a${index}`, { members: people(2 * index, 2) }),
    );
    const before = teams(...pairs);
    const after = teams(team('all', { members: people(0, size / 5) }));
    return () => renameHints(before, after);
  });
  expect(ratio).toBeLessThan(MOST_GROWTH);
});

it('takes of several those that share most members', () => {
  const before = teams(team('a', { members: ['1', '2', '3', '4'] }), team('b', { members: ['1', '2', '5'] }));
  const after = teams(
    team('x', { members: ['1', '2', '3', '9'] }),
    team('y', { members: ['1', '2', '5', '8'] }),
  );
  expect(told(before, after)).toEqual(['a -> x (members)', 'b -> y (members)']);
});

describe('however teams come and go', () => {
  /** Two that are whole, and four that stand in frames. */
  const IDS: Readonly<Record<string, string>> = { c: 'x/a', d: 'x/b', e: 'y/a', f: 'y/b' };
  const withFrame = ([id, entry]: readonly [string, TeamEntry]): readonly [string, TeamEntry] => [
    id,
    { ...entry, idFrame: { before: id.slice(0, id.indexOf('/') + 1), after: '' } },
  ];
  const some = fc.array(
    fc.record({
      id: fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'),
      name: fc.constantFrom('Same', 'Other', 'a'),
      members: fc.subarray(['1', '2', '3', '4']),
      file: fc.constantFrom('x.yml', 'y.yml', 'z.yml'),
      previously: fc.subarray(['a', 'b', 'c']),
    }),
    { maxLength: 6 },
  );
  const asTeams = (all: Value<typeof some>): Teams =>
    new Map(
      all.flatMap(({ id, name, members, file, previously }) =>
        [...teams([team(id, { name, members }), previously])].map(
          ([key, entry]) => [key, { ...entry, file }] as const,
        ),
      ),
    );

  it('each is in one hint at most, and only what truly went and came', () => {
    fc.assert(
      fc.property(some, some, (was, is) => {
        const [before, after] = [asTeams(was), asTeams(is)];
        const hints = renameHints(before, after);
        const [from, to] = [hints.map((hint) => hint.from.id), hints.map((hint) => hint.to.id)];
        expect(new Set(from).size).toBe(from.length);
        expect(new Set(to).size).toBe(to.length);
        for (const id of from) expect([before.has(id), after.has(id)]).toEqual([true, false]);
        for (const id of to) expect([before.has(id), after.has(id)]).toEqual([false, true]);
      }),
    );
  });

  it('what is said to be written makes it a rename, where ids are composed too', () => {
    fc.assert(
      fc.property(some, some, (was, is) => {
        const framed = (all: Value<typeof some>): Teams =>
          new Map([...asTeams(all.map((one) => ({ ...one, id: IDS[one.id] ?? one.id })))].map(withFrame));
        const [before, after] = [framed(was), framed(is)];
        for (const { from, to, written } of renameHints(before, after)) {
          const mended = new Map(after).set(to.id, { ...to, previously: meantIds(to.idFrame, written) });
          expect(findRenames(before, mended).get(to.id)).toBe(from.id);
          const last = from.id.slice(from.idFrame.before.length);
          const short = from.idFrame.before === to.idFrame.before && !before.has(last);
          expect(written).toBe(short ? last : from.id);
        }
      }),
    );
  });

  it('the order of files does not matter', () => {
    fc.assert(
      fc.property(some, some, (was, is) => {
        const [before, after] = [asTeams(was), asTeams(is)];
        const turned = (all: Teams): Teams => new Map([...all].reverse());
        expect(told(turned(before), turned(after))).toEqual(told(before, after));
      }),
    );
  });
});

it('is quick where everybody is in every team', () => {
  const everybody = { members: ['1', '2', '3'], perimeter: 'x' };
  const many = (prefix: string, perimeter: string) =>
    teams(
      ...Array.from({ length: 2000 }, (_, index) => team(`${prefix}${index}`, { ...everybody, perimeter })),
    );
  expect(renameHints(many('a', 'x'), many('b', 'y'))).toEqual([]);
});
