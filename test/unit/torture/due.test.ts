/** What the judge of the torture takes as due where the clients file changes while requests are under way. */
import { expect, it } from 'vitest';
import type { LogStep } from '../../../src/core/events/log-step.ts';
import type { EventType } from '../../../src/core/events/event-type.ts';
import type { LoggedEvent } from '../../../src/core/events/team-event.ts';
import type { Arrival } from '../../torture/checker.ts';
import { expectedLane, type History } from '../../torture/due.ts';
import type { Version, Wishes } from '../../torture/wishes.ts';

const TYPES: readonly EventType[] = ['team.modified', 'team.members.removed', 'team.deleted'];
const events = TYPES.map(
  (type, index) =>
    ({
      id: type,
      type,
      subject: 'core',
      sequence: `000000000002.00000${index}`,
      impliedBy: [],
      text: JSON.stringify({ data: {} }),
    }) as unknown as LoggedEvent,
);
const step = { from: 'a', to: 'b', reachable: 2, events } as unknown as LogStep;
const history: History = { commits: ['a', 'b'], log: () => [step], snapshot: () => [] };

const version = (since: number, types: readonly EventType[]): Version => {
  const wishes: Wishes = { start: 'a', types, teams: [], skip: [], paused: false };
  return { since, wishes: new Map([['core', wishes]]) };
};
const arrival = (id: EventType, at: number, batch?: number): Arrival => ({
  client: 'core',
  path: '/',
  id,
  body: '',
  at,
  answer: 204,
  ...(batch !== undefined && { batch }),
});

/** The file asks for two types, and from 10 on for all three. */
const dueWith = (...arrivals: Arrival[]): unknown => {
  const versions = [version(0, ['team.modified', 'team.deleted']), version(10, TYPES)];
  const written = [
    { at: 1, cursor: { commit: 'a' } },
    { at: (arrivals.at(-1)?.at ?? 0) + 0.5, cursor: { commit: 'b' } },
  ];
  const { events: all } = expectedLane('core', history, written, arrivals, versions, []);
  return Object.fromEntries(all.map(({ id, due }) => [id, due]));
};

it('what one request passes over was decided before its first event was accepted', () => {
  const together = [arrival('team.modified', 11, 11), arrival('team.deleted', 12, 11)];
  expect(dueWith(...together)).toMatchObject({ 'team.members.removed': 'free' });
});

it('what lies between two requests was decided after the first of them', () => {
  expect(dueWith(arrival('team.modified', 11), arrival('team.deleted', 12))).toMatchObject({
    'team.members.removed': 'yes',
  });
  expect(dueWith(arrival('team.modified', 8), arrival('team.deleted', 9))).toMatchObject({
    'team.members.removed': 'no',
  });
  expect(dueWith(arrival('team.modified', 8), arrival('team.deleted', 12))).toMatchObject({
    'team.members.removed': 'free',
  });
});
