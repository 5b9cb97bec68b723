/** Which events of a step a lane is sent: nobody gets a thing twice, and nobody misses one. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, selectForLane } from '../../../../src/core/clients/lane-selection.ts';
import { compileScope, type ScopeGlobs } from '../../../../src/core/clients/scope.ts';
import { eventOf, type LoggedEvent, type TeamEvent } from '../../../../src/core/events/team-event.ts';
import { type EventType } from '../../../../src/core/events/event-type.ts';
import { EVENT_TYPES } from '../../../../src/core/events/event-type.ts';
import { teamOf, type Member, type Team } from '../../../../src/core/catalogue/team.ts';
import { arbitraryChange } from '../../../support/arbitrary-teams.ts';
import { applyEvents } from '../../../support/sample-subscriber.ts';
import { eventsBetween, outline, team, teams } from '../../../support/sample-teams.ts';

/** The lane of a client that subscribes to `types`, each for the teams in its scope. */
function laneOf(
  types: readonly EventType[],
  step: readonly LoggedEvent[],
  scopeOf: (type: EventType) => ScopeGlobs = () => ({}),
): LoggedEvent[] {
  const subscriptions = new Map(types.map((type) => [type, { scope: compileScope(scopeOf(type)) }]));
  const dispositions = selectForLane({ subscriptions, skip: new Set() }, step);
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
      { numRuns: 200 },
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

/** Scopes, each with the same said once more in plain code. */
const SCOPES: readonly (readonly [ScopeGlobs, (team: Team) => boolean])[] = [
  [{}, () => true],
  [{ teams: ['a', '{b,c}', '9*'] }, ({ id }) => ['a', 'b', 'c', '9'].includes(id)],
  [{ teams: ['!a*'] }, ({ id }) => !id.startsWith('a')],
  [{ tags: ['core'] }, ({ tags }) => labelsOf(tags).includes('core')],
  [{ tags: ['!critical', '!b=*'] }, ({ tags }) => !labelsOf(tags).some((tag) => /^critical$|^b=/.test(tag))],
  [{ tags: ['a', '1'] }, ({ tags }) => labelsOf(tags).some((tag) => ['a', '1'].includes(tag))],
  [
    { teams: ['[a-d]', 'B'], tags: ['c*'] },
    ({ id, tags }) => /^[a-dB]$/.test(id) && labelsOf(tags).some((tag) => tag.startsWith('c')),
  ],
];

function labelsOf(tags: Team['tags']): string[] {
  if (Array.isArray(tags)) return tags.map(String);
  return Object.entries(tags).flatMap(([key, value]) => {
    const values = (Array.isArray(value) ? value : [value]).filter(
      (item) => typeof item !== 'object' || item === null || Array.isArray(item),
    );
    return [key, ...values.map((item) => `${key}=${typeof item === 'string' ? item : JSON.stringify(item)}`)];
  });
}

describe('a lane with filters', () => {
  /** For each type of event one of the scopes. */
  const scopes = fc.array(fc.constantFrom(...SCOPES), {
    minLength: EVENT_TYPES.length,
    maxLength: EVENT_TYPES.length,
  });
  const scopeFrom =
    (chosen: readonly (typeof SCOPES)[number][]) =>
    (type: EventType): (typeof SCOPES)[number] =>
      chosen[EVENT_TYPES.indexOf(type)] ?? [{}, () => true];

  it('is told nothing twice and misses nothing of what it follows', () => {
    fc.assert(
      fc.property(
        arbitraryChange,
        fc.constantFrom(...subsets),
        scopes,
        ({ before, after }, types, chosen) => {
          const step = eventsBetween(before, after);
          const scopeOf = scopeFrom(chosen);
          const facts = laneOf(types, step, (type) => scopeOf(type)[0]).flatMap(factsOf);
          expect(facts).toEqual([...new Set(facts)]);
          const stateIn = (all: typeof before, id: string): Team[] => {
            const entry = all.get(id);
            return entry === undefined ? [] : [teamOf(entry)];
          };
          const due = step.filter((logged) => {
            const { type, subject, data } = eventOf(logged);
            const earlier = data.changes?.find(({ field }) => field === 'id')?.from as string | undefined;
            const states = [...stateIn(after, subject), ...stateIn(before, earlier ?? subject)];
            return types.includes(type) && states.some(scopeOf(type)[1]);
          });
          expect(facts).toEqual(expect.arrayContaining(due.flatMap(factsOf)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of all types knows every team in its scope, and nothing stale of those that left it', () => {
    fc.assert(
      fc.property(arbitraryChange, fc.constantFrom(...SCOPES), ({ before, after }, [scope, covers]) => {
        const plain = (all: typeof before) => new Map([...all].map(([id, entry]) => [id, teamOf(entry)]));
        const known = new Map([...plain(before)].filter(([, one]) => covers(one)));
        for (const { type, subject, data } of laneOf(
          EVENT_TYPES,
          eventsBetween(before, after),
          () => scope,
        ).map(eventOf)) {
          const renamed = data.changes?.find(({ field }) => field === 'id');
          if (renamed) known.delete(renamed.from as string);
          if (type === 'team.deleted') known.delete(subject);
          else known.set(subject, data.team);
        }
        const truth = plain(after);
        for (const [id, one] of known) expect(one).toEqual(truth.get(id));
        const inScope = [...truth].filter(([, one]) => covers(one));
        expect([...known]).toEqual(expect.arrayContaining(inScope));
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, Team, Team, ScopeGlobs, readonly string[]]>([
    [
      'leaves its scope by a tag',
      team('a', { tags: ['core'] }),
      team('a'),
      { tags: ['core'] },
      ['team.modified a'],
    ],
    ['comes into it', team('a'), team('a', { tags: ['core'] }), { tags: ['core'] }, ['team.modified a']],
    ['stays outside', team('a'), team('a', { name: 'A' }), { tags: ['core'] }, []],
    [
      'leaves while people join',
      team('a', { tags: ['core'] }),
      team('a', { members: ['alice'] }),
      { tags: 'core'.split(' ') },
      ['team.modified a', 'team.members.added a'],
    ],
    [
      'is asked for by key and value',
      team('a', { tags: { tier: 'gold' } }),
      team('a'),
      { tags: ['tier=gold'] },
      ['team.modified a'],
    ],
    ['has another value', team('a', { tags: { tier: 'gold' } }), team('a'), { tags: ['tier=silver'] }, []],
    ['has a dot in front', team('.a'), team('.a', { name: 'A' }), { teams: ['*'] }, ['team.modified .a']],
  ])('is sent of a team that %s', (_, before, after, scope, expected) => {
    expect(outline(laneOf(EVENT_TYPES, eventsBetween(teams(before), teams(after)), () => scope))).toEqual(
      expected,
    );
  });

  it.each<[ScopeGlobs, readonly string[]]>([
    [{ teams: ['old'] }, ['team.modified new']],
    [{ teams: ['new'] }, ['team.modified new']],
    [{ teams: ['other'] }, []],
  ])('is sent a rename where either name is in %j', (scope, expected) => {
    const step = eventsBetween(teams(team('old')), teams([team('new'), ['old']]));
    expect(outline(laneOf(EVENT_TYPES, step, () => scope))).toEqual(expected);
  });

  it('is sent what is implied where the implying event is out of its scope', () => {
    const step = eventsBetween(teams(), teams(team('a', { members: ['alice'] })));
    const scopeOf = (type: EventType): ScopeGlobs => (type === 'team.created' ? { tags: ['core'] } : {});
    expect(outline(laneOf(EVENT_TYPES, step, scopeOf))).toEqual(['team.members.added a ?']);
  });
});

describe('an event that a person skips', () => {
  const step = eventsBetween(teams(), teams(team('core', { members: ['alice'] })));
  const [created, added] = step;

  it('is passed over, and what it implies is sent in its place', () => {
    const skip = new Set([created?.id ?? '']);
    expect(selectForLane({ ...EVERYTHING, skip }, step)).toEqual(['skip', 'send']);
  });

  it('that is implied by another that is sent stays left out', () => {
    const skip = new Set([added?.id ?? '']);
    expect(selectForLane({ ...EVERYTHING, skip }, step)).toEqual(['send', 'filtered']);
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

it('asks no event for its id where nothing is skipped, as each makes it when asked', () => {
  const [event] = eventsBetween(teams(), teams(team('app')));
  const asked = Object.defineProperty(Object.create(event!) as LoggedEvent, 'id', {
    get: () => expect.unreachable('it was asked for its id'),
  });
  expect(selectForLane(EVERYTHING, [asked])).toEqual(['send']);
  const { id } = event!;
  expect(selectForLane({ ...EVERYTHING, skip: new Set([id]) }, [event!])).toEqual(['skip']);
});
