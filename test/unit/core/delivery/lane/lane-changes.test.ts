/** What a lane is served by may change during the run: the clients file is asked before each attempt. */
import { describe, expect, it } from 'vitest';
import type { BoundClient } from '../../../../../src/core/clients/binding/bind-client.ts';
import type { ClientState } from '../../../../../src/core/clients/client-state.ts';
import { ClientsFileError } from '../../../../../src/errors.ts';
import { type LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import { bound, subscriber } from '../../../../support/sample-clients.ts';
import { answered, createRun, joining, run, sent } from '../../../../support/sample-delivery.ts';
import { eventsBetween, team, teams, threeNewTeams } from '../../../../support/sample-teams.ts';

const ADDED = subscriber(['team.members.added']);
const ready = (client: BoundClient): ClientState => ({ kind: 'ready', bound: client });
const idOf = (log: readonly (readonly LoggedEvent[])[], index: number): string => log.flat()[index]?.id ?? '';

describe('what the clients file says before each attempt counts', () => {
  const log = joining('alice', 'bob', 'carol');
  const problems = [{ line: 7, column: 3, message: 'timeout: unknown key' }];

  it.each([
    ['removed', { kind: 'removed' }, undefined],
    ['misconfigured', { kind: 'misconfigured', problems }, 'line 7: timeout: unknown key'],
    ['stopped', { kind: 'unusable', error: new ClientsFileError('clients.yml', []) }, undefined],
    ['paused', ready(subscriber(['team.members.added'], ', paused: true')), undefined],
  ] as [string, ClientState, string | undefined][])('%s in mid-run', async (status, later, message) => {
    const sample = createRun(log, ADDED, { state: (attempt) => (attempt < 1 ? ready(ADDED) : later) });
    const result = await run(sample);
    expect(result).toMatchObject({ status, delivered: 1, pending: 2, attempts: 1 });
    expect(result.problem?.message).toBe(message);
  });

  it('a corrected address works at the next try', async () => {
    const corrected = bound(
      'clients: [{name: sample, subscriptions: [{event: team.members.added, url: "https://new.example.com/"}]}]',
    );
    const answers = ({ url }: { readonly url: string }) =>
      answered(url.startsWith('https://new.') ? 200 : 404);
    const sample = createRun(joining('alice'), ADDED, {
      answers,
      state: (attempt) => ready(attempt < 2 ? ADDED : corrected),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 1, attempts: 3 });
  });

  it('a subscription that is removed stops at once', async () => {
    const nothing = subscriber(['team.deleted']);
    const sample = createRun(log, ADDED, {
      answers: [answered(200), answered(500)],
      state: (attempt) => ready(attempt < 2 ? ADDED : nothing),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 1, filtered: 2, attempts: 2 });
  });

  it('an event that is skipped is passed over, and the lane goes on behind it', async () => {
    const skipping = subscriber(['team.members.added'], `, skip: [${idOf(log, 1)}]`);
    const answers = [answered(200), answered(500), answered(200)];
    const sample = createRun(log, ADDED, {
      answers,
      state: (attempt) => ready(attempt < 2 ? ADDED : skipping),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 2, skipped: 1, attempts: 3 });
    expect(sample.requests.at(-1)?.headers['webhook-previous-id']).toBe(idOf(log, 0));
  });
});

describe('an entry that changes in the middle of a step', () => {
  it('is not told of what is implied by an event that was sent by the one before it', async () => {
    const both = subscriber(['team.created', 'team.members.added']);
    const sample = createRun([threeNewTeams()], both, {
      state: (attempt) => ready(attempt < 1 ? both : ADDED),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 3, filtered: 3 });
    expect(sent(sample)).toEqual(['team.created a', 'team.members.added b', 'team.members.added c']);
  });
});

describe('what changes while an attempt waits for its slot counts too', () => {
  const other = bound(
    'clients: [{name: sample, subscriptions: [{event: team.members.added, url: "https://new.example.com/"}]}]',
  );

  /** A run in which the first attempt gets its slot only after this has happened. */
  function runAfter(meanwhile: { state?: ClientState; stopped?: 'stopped' | 'lost' | 'cursor' }) {
    let happened = false;
    const sample = createRun(joining('alice', 'bob'), ADDED, {
      state: () => (happened && meanwhile.state) || ready(ADDED),
      stopped: () => (happened ? meanwhile.stopped : undefined),
      withinLimit: async (attempt) => {
        happened = true;
        return attempt();
      },
    });
    return { sample, result: run(sample) };
  }

  it('another address: nothing goes to the old one', async () => {
    const { sample, result } = runAfter({ state: ready(other) });
    expect(await result).toMatchObject({ status: 'done', delivered: 2, attempts: 2 });
    expect(sample.requests.map(({ url }) => url)).toEqual(Array(2).fill('https://new.example.com/'));
  });

  it.each([
    ['removed', { state: { kind: 'removed' } }],
    ['misconfigured', { state: { kind: 'misconfigured', problems: [] } }],
    ['stopped', { state: { kind: 'unusable', error: new ClientsFileError('clients.yml', []) } }],
    ['paused', { state: ready(subscriber(['team.members.added'], ', paused: true')) }],
    ['stopped', { stopped: 'stopped' }],
    ['lost', { stopped: 'lost' }],
  ] as const)('%s: nothing is sent any more', async (status, meanwhile) => {
    const { sample, result } = runAfter(meanwhile);
    expect(await result).toMatchObject({ status, delivered: 0, pending: 2, attempts: 0 });
    expect(sample.requests).toEqual([]);
  });
});

describe('a run that is asked for some events only', () => {
  const log = [eventsBetween(teams(), teams(team('core', { members: ['alice'] })))];

  it('sends no others', async () => {
    const sample = createRun(joining('alice', 'bob'), ADDED, {
      selects: ({ sequence }) => sequence.startsWith('000000000002'),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 1, filtered: 1 });
  });

  // src/core/delivery/lane/lane.ts, dispositionsOf (and deliver.ts, laneEvents): what implies counts although it is not sent.
  it('sends an implied event where what implies it is not asked for', async () => {
    const sample = createRun(log, subscriber(EVENT_TYPES), {
      selects: ({ type }) => type === 'team.members.added',
    });
    await run(sample);
    expect(sent(sample)).toEqual(['team.members.added core']);
  });
});
