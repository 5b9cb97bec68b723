/** Random teams and steps: few ids, few values and awkward keys, so that everything meets everything. */
import * as fc from 'fast-check';
import {
  byCodeUnits,
  createCanonicalizer,
  type Json,
  type JsonObject,
} from '../../src/core/catalogue/reading/json-value.ts';
import { teamEntry, type Member, type Team, type TeamEntry } from '../../src/core/catalogue/team.ts';

const KEYS = [
  'a',
  'b',
  'contact',
  'a.b',
  'x[0]',
  'quote"d',
  '',
  '10',
  '9',
  'toString',
  'é',
  'back\\slash',
  'two\nlines',
];
const TEAM_IDS = ['a', 'b', 'c', 'd', 'B', 'a.b', 'é', '10', '9'];
const MEMBER_IDS = ['alice', 'bob', 'carol', 'Bob', 'd.e', '10', 'zoé'];

const canonical = (value: unknown): Json => createCanonicalizer(() => undefined)(value);

const arbitraryKey = fc.constantFrom(...KEYS);
const scalar = fc.constantFrom<Json>('', 'x', 'y', '0x10', true, false, 0, 1, -1.5);

const arbitraryJson: fc.Arbitrary<Json> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(fc.oneof(scalar, fc.constant(null), tie('value')), { maxLength: 3 }),
      fc.dictionary(arbitraryKey, tie('value'), { maxKeys: 3 }),
    ),
  }))
  .value.map(canonical);

const arbitraryMapping: fc.Arbitrary<JsonObject> = fc
  .dictionary(arbitraryKey, arbitraryJson, { maxKeys: 3 })
  .map((value) => canonical(value) as JsonObject);

const labels = (...all: string[]): fc.Arbitrary<string[]> =>
  fc.subarray(all).map((some) => [...some].sort(byCodeUnits));

const arbitraryMembers: fc.Arbitrary<Member[]> = fc
  .tuple(
    fc.subarray(MEMBER_IDS),
    fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, arbitraryMapping), {
      minLength: 7,
      maxLength: 7,
    }),
    fc.option(fc.array(labels('lead', 'member'), { minLength: 7, maxLength: 7 }), { nil: undefined }),
  )
  .map(([ids, own, roles]) =>
    [...ids]
      .sort(byCodeUnits)
      .map((id, index): Member => ({ id, ...own[index], ...(roles && { roles: roles[index] ?? [] }) })),
  );

const arbitraryTeam = (id: string): fc.Arbitrary<Team> =>
  fc.record({
    id: fc.constant(id),
    name: fc.constantFrom(id, 'Team', ''),
    members: arbitraryMembers,
    tags: fc.oneof(labels('core', 'critical', '1'), arbitraryMapping),
    perimeter: fc.oneof(fc.constant(null), arbitraryJson),
    attributes: arbitraryMapping,
  });

const arbitraryEntry = (id: string): fc.Arbitrary<TeamEntry> =>
  fc
    .record({
      team: arbitraryTeam(id),
      previously: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        fc.shuffledSubarray(TEAM_IDS, { maxLength: 3 }),
      ),
      file: fc.constantFrom(`teams/${id}.yml`, 'teams.yml'),
      node: fc.constant([0]),
    })
    .map(({ team, ...place }) => teamEntry(team, place));

export type Teams = ReadonlyMap<string, TeamEntry>;

/** A catalogue: some teams by id. */
export const arbitraryTeams: fc.Arbitrary<Teams> = fc
  .subarray(TEAM_IDS)
  .chain((ids) => fc.tuple(...ids.map(arbitraryEntry)))
  .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
  .map((entries) => new Map(entries.map((entry) => [entry.id, entry])));

/** Two catalogues of which some teams are the same. */
export const arbitraryChange: fc.Arbitrary<{ readonly before: Teams; readonly after: Teams }> = fc
  .tuple(arbitraryTeams, arbitraryTeams, fc.subarray(TEAM_IDS))
  .map(([before, other, kept]) => {
    const same = kept.flatMap((id) => {
      const entry = before.get(id);
      return entry === undefined ? [] : [[id, entry] as const];
    });
    return { before, after: new Map([...other, ...same]) };
  });
