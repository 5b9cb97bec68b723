/** Which events of a step a lane is sent: nobody gets a thing twice, and nobody misses one (contract §4). */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectForLane } from '../../../src/clients/lane-selection.ts';
import {
  EVENT_TYPES,
  eventOf,
  type EventType,
  type LoggedEvent,
  type TeamEvent,
} from '../../../src/events/team-event.ts';
import { teamOf, type Member, type Team } from '../../../src/catalogue/team.ts';
import { arbitraryChange } from '../../support/arbitrary-teams.ts';
import { applyEvents } from '../../support/sample-subscriber.ts';
import { eventsBetween, outline, team, teams } from '../../support/sample-teams.ts';

/** The lane of a client that subscribes to `types`. */
function laneOf(
  types: readonly EventType[],
  step: readonly LoggedEvent[],
  skip: readonly string[] = [],
): LoggedEvent[] {
  const interest = { subscriptions: new Map(types.map((type) => [type, true])), skip: new Set(skip) };
  const dispositions = selectForLane(interest, step);
  return step.filter((_, index) => dispositions[index] === 'send');
}

/** The single things that an event says. */
function factsOf(logged: LoggedEvent): string[] {
  const event = eventOf(logged);
  const { type, subject, data } = event;
  const joined = (id: string, members: Team['members'] = []): string[] =>
    members.map((member) => `${id} + ${member.id}`);
  const left = (id: string, members: Team['members'] = []): string[] =>
    members.map((member) => `${id} - ${member.id}`);
  switch (type) {
    case 'team.created':
      return [`+ ${subject}`, ...joined(subject, data.team.members)];
    case 'team.deleted':
      return [`- ${subject}`, ...left(subject, data.team.members)];
    case 'team.members.added':
      return joined(subject, data.added);
    case 'team.members.removed':
      return left(subject, data.removed);
    case 'team.modified': {
      const changes = data.changes ?? [];
      const fields = changes.map(({ field }) => `${subject} ~ ${field}`);
      const renamed = changes.find(({ field }) => field === 'id');
      if (renamed === undefined) return fields;
      const old = renamed.from as string;
      return [
        `+ ${subject}`,
        `- ${old}`,
        ...joined(subject, data.team.members),
        ...left(old, membersBefore(event)),
        ...fields,
      ];
    }
  }
}

/** Of a renamed team the members that it had. */
function membersBefore({ data }: TeamEvent): readonly Member[] {
  const change = data.changes?.find(({ field }) => field === 'members');
  const joined = new Set((change?.added as Member[] | undefined)?.map(({ id }) => id));
  return [...data.team.members.filter(({ id }) => !joined.has(id)), ...((change?.removed ?? []) as Member[])];
}

const subsets = EVENT_TYPES.reduce<EventType[][]>(
  (sets, type) => [...sets, ...sets.map((set) => [...set, type])],
  [[]],
);
const change = arbitraryChange.map(({ before, after }) => ({ before, step: eventsBetween(before, after) }));

describe('a lane', () => {
  it.each(subsets.map((types) => [types.join(' ') || 'nothing', types] as const))(
    'that follows %s leaves an implied event out exactly where it is sent one that implies it',
    (_, types) => {
      fc.assert(
        fc.property(change, ({ step }) => {
          const sent = laneOf(types, step);
          const keys = new Set(sent.map(({ type, subject }) => `${type} ${subject}`));
          const due = step.filter(
            ({ type, impliedBy }) =>
              types.includes(type) && !impliedBy.some((one) => keys.has(`${one.type} ${one.team}`)),
          );
          expect(outline(sent)).toEqual(outline(due));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('is told nothing twice and misses nothing of what it follows', () => {
    fc.assert(
      fc.property(change, fc.constantFrom(...subsets), ({ step }, types) => {
        const facts = laneOf(types, step).flatMap(factsOf);
        expect(facts).toEqual([...new Set(facts)]);
        const due = step.filter(({ type }) => types.includes(type)).flatMap(factsOf);
        expect(facts).toEqual(expect.arrayContaining(due));
      }),
      { numRuns: 500 },
    );
  });

  it('that follows the member events alone can rebuild all memberships', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const memberships = (all: typeof before): string[] =>
          [...all.values()]
            .flatMap((entry) => teamOf(entry).members.map(({ id }) => `${entry.id} ${id}`))
            .sort();
        const known = new Set(memberships(before));
        const lane = laneOf(['team.members.added', 'team.members.removed'], eventsBetween(before, after));
        for (const event of lane.map(eventOf)) {
          for (const { id } of event.data.removed ?? []) known.delete(`${event.subject} ${id}`);
          for (const { id } of event.data.added ?? []) known.add(`${event.subject} ${id}`);
        }
        expect([...known].sort()).toEqual(memberships(after));
      }),
    );
  });

  it('that follows everything can rebuild the catalogue', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const plain = (all: typeof before) => new Map([...all].map(([id, entry]) => [id, teamOf(entry)]));
        const rebuilt = applyEvents(plain(before), laneOf(EVENT_TYPES, eventsBetween(before, after)));
        expect(rebuilt).toEqual(plain(after));
      }),
    );
  });

  it('that follows created and deleted alone always knows which teams there are', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const lane = laneOf(['team.created', 'team.deleted'], eventsBetween(before, after));
        const ids = new Set(before.keys());
        for (const { type, subject } of lane) {
          if (type === 'team.created') ids.add(subject);
          else ids.delete(subject);
        }
        expect([...ids].sort()).toEqual([...after.keys()].sort());
      }),
    );
  });

  it('that follows created, modified and deleted can rebuild the teams, but for who came and went in them', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const plain = (all: typeof before) => new Map([...all].map(([id, entry]) => [id, teamOf(entry)]));
        const lane = laneOf(['team.created', 'team.modified', 'team.deleted'], eventsBetween(before, after));
        const withoutMembers = (all: ReadonlyMap<string, Team>) =>
          new Map([...all].map(([id, one]) => [id, { ...one, members: [] }]));
        expect(withoutMembers(applyEvents(plain(before), lane))).toEqual(withoutMembers(plain(after)));
      }),
    );
  });
});

describe('an event that a person skips', () => {
  const step = eventsBetween(teams(), teams(team('core', { members: ['alice'] })));
  const [created, added] = step;
  const all = { subscriptions: new Map(EVENT_TYPES.map((type) => [type, true])) };

  it('is passed over, and what it implies is sent in its place', () => {
    const skip = new Set([created?.id ?? '']);
    expect(selectForLane({ ...all, skip }, step)).toEqual(['skip', 'send']);
  });

  it('that is implied by another that is sent stays left out', () => {
    const skip = new Set([added?.id ?? '']);
    expect(selectForLane({ ...all, skip }, step)).toEqual(['send', 'filtered']);
  });

  it('that the client does not follow is no skip', () => {
    const skip = new Set(step.map(({ id }) => id));
    expect(selectForLane({ subscriptions: new Map(), skip }, step)).toEqual(['filtered', 'filtered']);
  });
});

describe('a renamed team', () => {
  const before = teams(team('old', { members: ['alice'] }));
  const step = eventsBetween(before, teams([team('new', { members: ['alice'] }), ['old']]));

  it.each([
    [['team.modified'], ['team.modified new']],
    [
      ['team.created', 'team.deleted'],
      ['team.created new ?', 'team.deleted old ?'],
    ],
    [['team.created', 'team.deleted', 'team.modified'], ['team.modified new']],
    [['team.deleted'], ['team.deleted old ?']],
    [
      ['team.members.added', 'team.members.removed'],
      ['team.members.removed old ?', 'team.members.added new ?'],
    ],
    [
      ['team.created', 'team.members.removed', 'team.members.added'],
      ['team.created new ?', 'team.members.removed old ?'],
    ],
    [[...EVENT_TYPES], ['team.modified new']],
  ] as const)('is told to those who follow %j as %j', (types, expected) => {
    expect(outline(laneOf(types, step))).toEqual(expected);
  });
});
