/** The form of an event: a CloudEvents 1.0 object whose id anyone can compute. */
import { createHash } from 'node:crypto';
import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../../../src/core/events/team-event.ts';
import {
  configurationOf,
  eventsBetween,
  sampleStep,
  SOURCE,
  team,
  teams,
} from '../../../support/sample-teams.ts';

const payments = team('payments', {
  name: 'Payments',
  members: ['alice', 'bob'],
  tags: ['core'],
  perimeter: 'billing',
});
const joined = (...step: Parameters<typeof sampleStep>): TeamEvent => {
  const [found] = eventsBetween(
    teams({ ...payments, members: [{ id: 'alice' }] }),
    teams(payments),
    sampleStep(...step),
  );
  if (found === undefined) throw new Error('no event');
  return found.event;
};

describe('an event', () => {
  it('has the documented form, key by key', () => {
    expect(JSON.stringify(joined())).toBe(
      JSON.stringify({
        specversion: '1.0',
        id: `evt_${createHash('sha256')
          .update(`${'a'.repeat(40)}\n${'b'.repeat(40)}\nteam.members.added\npayments`)
          .digest('hex')
          .slice(0, 32)}`,
        source: SOURCE,
        type: 'team.members.added',
        subject: 'payments',
        time: '2026-01-05T09:00:00Z',
        datacontenttype: 'application/json',
        sequence: '000000001234.000000',
        data: {
          team: {
            id: 'payments',
            name: 'Payments',
            members: [{ id: 'alice' }, { id: 'bob' }],
            tags: ['core'],
            perimeter: 'billing',
            attributes: {},
          },
          added: [{ id: 'bob' }],
          commit: {
            id: 'b'.repeat(40),
            parent: 'a'.repeat(40),
            time: '2026-01-05T09:00:00Z',
            author: { name: 'Sample Author' },
            title: 'Change the teams',
          },
          file: 'teams/payments.yml',
        },
      }),
    );
  });

  it('is accepted by the CloudEvents SDK', () => {
    expect(new CloudEvent({ ...joined() }).validate()).toBe(true);
  });
});

describe('the id of an event', () => {
  it('is known beforehand, and the same for ever', () => {
    expect(joined().id).toBe('evt_0a6e50031eb6a491c5973d38a2cad4cc');
  });

  it('stands on the empty tree where there is no commit before', () => {
    const [root] = eventsBetween(teams(), teams(team('core')), sampleStep({ from: null }));
    const name = ['4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'b'.repeat(40), 'team.created', 'core'].join(
      '\n',
    );
    expect(root?.event.id).toBe(`evt_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`);
    expect(root?.event.data.commit.parent).toBeNull();
  });

  it('has no dot, which Standard Webhooks signs with', () => {
    expect(joined().id).toMatch(/^evt_[0-9a-f]{32}$/);
  });
});

describe('the sequence', () => {
  it('counts commits, then the index in the whole step', () => {
    const all = eventsBetween(
      teams(),
      teams(team('a', { members: ['alice'] }), team('b')),
      sampleStep({ reachable: 7 }),
    );
    expect(all.map(({ event }) => event.sequence)).toEqual([
      '000000000007.000000',
      '000000000007.000001',
      '000000000007.000002',
    ]);
  });
});

describe('a snapshot', () => {
  const snapshotOf = (step: Parameters<typeof sampleStep>[0]) =>
    eventsBetween(teams(), teams(team('core', { members: ['alice'] })), sampleStep(step)).map(
      ({ event }) => event.data.snapshot,
    );

  it('marks all of its events', () => {
    expect(snapshotOf({ from: null, consecutive: false })).toEqual([true, true]);
  });

  it.each([
    ['the first commit', { from: null, consecutive: true }],
    ['a step between two commits', { consecutive: false }],
  ])('is not %s', (_, step) => {
    expect(snapshotOf(step)).toEqual([undefined, undefined]);
  });
});

describe('the net change over rewritten history', () => {
  it('marks all of its events, and no others are marked so', () => {
    const marksOf = (step: Parameters<typeof sampleStep>[0]) =>
      eventsBetween(teams(), teams(team('core', { members: ['alice'] })), sampleStep(step)).map(
        ({ event }) => event.data.rewritten,
      );
    expect(marksOf({ consecutive: false, rewritten: true })).toEqual([true, true]);
    expect(marksOf({ consecutive: false })).toEqual([undefined, undefined]);
  });
});

describe('the source', () => {
  it('is what team-events.yml says, else the given one', () => {
    const sourceWith = (configuration: string) =>
      eventsBetween(teams(), teams(team('core')), sampleStep(), configurationOf(configuration))[0]?.event
        .source;
    expect(sourceWith('source: urn:example:teams')).toBe('urn:example:teams');
    expect(sourceWith('{}')).toBe(SOURCE);
  });
});

describe("the author's address", () => {
  it.each([
    ['is left out', '{}', { name: 'Sample Author' }],
    [
      'is told where asked for',
      'catalogue: { authorEmail: true }',
      { name: 'Sample Author', email: 'author@example.com' },
    ],
  ])('%s', (_, configuration, author) => {
    const [created] = eventsBetween(
      teams(),
      teams(team('core')),
      sampleStep(),
      configurationOf(configuration),
    );
    expect(created?.event.data.commit.author).toEqual(author);
  });
});

describe('the time', () => {
  it.each([
    ['an ordinary date', 1_767_603_600, '2026-01-05T09:00:00Z'],
    ['the epoch', 0, '1970-01-01T00:00:00Z'],
    ['before the epoch', -86_400, '1970-01-01T00:00:00Z'],
    ['after what RFC 3339 can write', 1e15, '9999-12-31T23:59:59Z'],
    ['no number at all', NaN, '1970-01-01T00:00:00Z'],
  ])('of %s is written in RFC 3339', (_, time, expected) => {
    const event = joined({ commit: { time } });
    expect([event.time, event.data.commit.time]).toEqual([expected, expected]);
  });
});
