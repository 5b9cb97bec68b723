/** Which requests an event makes: its own, and those for members whom it brings or takes along. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { teamOf } from '../../../../src/core/catalogue/team.ts';
import { parseClientsFile } from '../../../../src/core/clients/file/clients-file.ts';
import type { Interest } from '../../../../src/core/clients/lane-selection.ts';
import { selectForLane } from '../../../../src/core/clients/lane-selection.ts';
import { partsOf, type Part } from '../../../../src/core/clients/parts.ts';
import { EVENT_TYPES, type EventType } from '../../../../src/core/events/event-type.ts';
import { arbitraryChange, type Teams } from '../../../support/arbitrary-teams.ts';
import { eventsBetween, team, teams } from '../../../support/sample-teams.ts';

const MEMBERS: readonly EventType[] = ['team.members.removed', 'team.members.added'];
const EACH = { 'team.members.removed': 'removed', 'team.members.added': 'added' };

/** Subscribes to these, with one request for each member in the member events; `more` stands in entries by type. */
function client(types: readonly EventType[], more: Partial<Record<EventType, string>> = {}): Interest {
  const entries = types.map((type) => {
    const each = type in EACH ? `, each: ${EACH[type as keyof typeof EACH]}` : '';
    return `{ event: ${type}, url: 'https://a.example/'${more[type] ?? each} }`;
  });
  const { clients } = parseClientsFile(
    `clients: [{ name: a, subscriptions: [${entries.join(', ')}] }]`,
    'a.yml',
  );
  const [one] = clients;
  if (one === undefined) throw new Error('the client is misconfigured');
  return one;
}

const sentParts = (interest: Interest, before: Teams, after: Teams): Part[] => {
  const step = eventsBetween(before, after);
  const dispositions = selectForLane(interest, step);
  return step
    .filter((_, index) => dispositions[index] === 'send')
    .flatMap((event) => partsOf(event, interest.subscriptions));
};

/** `type member`, without `team.`. */
const outlined = (parts: readonly Part[]): string[] =>
  parts.map(({ type, item }) => `${type.slice(5)} ${(item as { id: string } | undefined)?.id ?? ''}`.trim());

const renamed = [
  teams(team('a', { members: ['ann', 'bea'] })),
  teams([team('b', { members: ['bea', 'cyd'] }), ['a']]),
] as const;
const made = [teams(), teams(team('a', { members: ['ann', 'bea'] }))] as const;

describe('the requests of an event', () => {
  it.each<[string, Interest, readonly [Teams, Teams], readonly string[]]>([
    ['a new team', client(EVENT_TYPES), made, ['created', 'members.added ann', 'members.added bea']],
    ['a new team without members', client(EVENT_TYPES), [teams(), teams(team('a'))], ['created']],
    ['a rename', client(EVENT_TYPES), renamed, ['modified', 'members.removed ann', 'members.added cyd']],
    [
      'a rename, nobody joined',
      client(EVENT_TYPES),
      [renamed[0], teams([team('b', { members: ['ann'] }), ['a']])],
      ['modified', 'members.removed bea'],
    ],
    [
      'a rename alone',
      client(EVENT_TYPES),
      [renamed[0], teams([team('b', { members: ['ann', 'bea'] }), ['a']])],
      ['modified'],
    ],
    [
      'a change of a name',
      client(EVENT_TYPES),
      [teams(team('a')), teams(team('a', { name: 'A' }))],
      ['modified'],
    ],
    ['no member events', client(['team.created', 'team.modified']), renamed, ['modified']],
    [
      'only who leaves',
      client(['team.modified', 'team.members.removed']),
      renamed,
      ['modified', 'members.removed ann'],
    ],
    [
      'all members each time',
      client(['team.created', 'team.members.added'], { 'team.members.added': ', each: members' }),
      made,
      ['created', 'members.added ann', 'members.added bea'],
    ],
    [
      'one request for all',
      client(['team.created', 'team.members.added'], { 'team.members.added': ', body: none' }),
      made,
      ['created'],
    ],
    [
      'an each of its own',
      client(['team.created', 'team.members.added'], { 'team.created': ', each: members' }),
      made,
      ['created ann', 'created bea'],
    ],
    [
      'another scope',
      client(['team.created', 'team.members.added'], { 'team.members.added': ', each: added, teams: [b]' }),
      made,
      ['created'],
    ],
    ['a deleted team', client(EVENT_TYPES), [made[1], made[0]], ['deleted']],
  ])('%s', (_, interest, [before, after], expected) => {
    expect(outlined(sentParts(interest, before, after))).toEqual(expected);
  });

  it('name those whom they are for, as a member event does', () => {
    const [, left, joined] = sentParts(client(EVENT_TYPES), ...renamed);
    expect([left?.values.get('removed'), joined?.values.get('added')]).toEqual([
      [{ id: 'ann' }],
      [{ id: 'cyd' }],
    ]);
    expect(joined?.values.get('type')).toBe('team.modified');
  });

  it('give all memberships to a product, whatever else of the teams its client follows', () => {
    const others = EVENT_TYPES.filter((type) => !MEMBERS.includes(type));
    fc.assert(
      fc.property(arbitraryChange, fc.subarray(others), ({ before, after }, types) => {
        const memberships = (all: Teams): string[] =>
          [...all.values()]
            .flatMap((entry) => teamOf(entry).members.map(({ id }) => `${entry.id} ${id}`))
            .sort();
        const product = new Map(
          [...before].map(([id, entry]) => [id, new Set(teamOf(entry).members.map((one) => one.id))]),
        );
        for (const { type, values, item } of sentParts(client([...types, ...MEMBERS]), before, after)) {
          const { id } = values.get('team') as { readonly id: string };
          const earlier = (values.get('before') as { readonly id: string } | undefined)?.id ?? id;
          const people = product.get(type === 'team.modified' ? earlier : id) ?? new Set();
          const person = (item as { readonly id: string } | undefined)?.id ?? '';
          if (type === 'team.modified' || type === 'team.deleted') product.delete(earlier);
          if (type === 'team.members.removed') people.delete(person);
          if (type === 'team.members.added') people.add(person);
          if (type !== 'team.deleted') product.set(id, people);
        }
        const has = [...product].flatMap(([id, people]) => [...people].map((person) => `${id} ${person}`));
        expect(has.sort()).toEqual(memberships(after));
      }),
      { numRuns: 300 },
    );
  });
});
