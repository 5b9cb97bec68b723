/** One lane: its events strictly in order, as far as they go, and what stops it. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY_POLICY } from '../../../../../src/core/delivery/retry-policy.ts';
import { runLane } from '../../../../../src/core/delivery/lane/lane.ts';
import { type LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import { bound, subscriber } from '../../../../support/sample-clients.ts';
import {
  answered,
  ATTEMPT_MS,
  createRun,
  joining,
  sent,
  UNREACHABLE,
  run,
} from '../../../../support/sample-delivery.ts';
import { eventsBetween, team, teams } from '../../../../support/sample-teams.ts';

const ADDED = subscriber(['team.members.added']);
const WHERE = 'POST https://example.com/team.members.added';
const idOf = (log: readonly (readonly LoggedEvent[])[], index: number): string => log.flat()[index]?.id ?? '';
const GUARD = {
  lastStep: 3,
  deletedTeams: [],
  removedMemberships: 0,
  population: { teams: 1, memberships: 1 },
  net: () => ({ restoredTeams: 0, reverted: false }),
};

describe('a lane', () => {
  it('sends its events one after the other over all of its endpoints', async () => {
    const before = teams(team('gone', { members: ['alice'] }), team('core', { members: ['alice'] }));
    const after = teams(team('core', { name: 'Core', members: ['bob'] }), team('new'));
    const sample = createRun([eventsBetween(before, after)], subscriber(EVENT_TYPES));
    expect(await run(sample)).toMatchObject({
      status: 'done',
      delivered: 5,
      filtered: 1,
      pending: 0,
      attempts: 5,
    });
    expect(sent(sample)).toEqual([
      'team.created new',
      'team.modified core',
      'team.members.removed core',
      'team.members.added core',
      'team.deleted gone',
    ]);
    expect(sample.requests.map(({ url }) => url)).toEqual(
      sent(sample).map((line) => `https://example.com/${line.split(' ')[0]}`),
    );
  });

  it('says which attempts follow a failure: they share fewer limit. To have come too early is none', async () => {
    const repeated: boolean[] = [];
    const sample = createRun(joining('alice', 'bob'), ADDED, {
      answers: [answered(200), answered(429), UNREACHABLE, UNREACHABLE, answered(200)],
      withinLimit: (attempt, isRepeated) => {
        repeated.push(isRepeated);
        return attempt();
      },
    });
    await run(sample);
    expect(repeated).toEqual([false, false, false, true, true]);
  });

  it('names to each receiver the event before, also where that went elsewhere', async () => {
    const log = joining('alice', 'bob', 'carol');
    const sample = createRun(log, ADDED, { answers: [answered(200), answered(503), answered(200)] });
    await run(sample);
    expect(sample.requests.map(({ headers }) => headers['webhook-previous-id'])).toEqual([
      undefined,
      idOf(log, 0),
      idOf(log, 0),
      idOf(log, 1),
    ]);
  });

  it('sends the same bytes at each try, signed at its own time', async () => {
    const sample = createRun(joining('alice'), ADDED, {
      answers: [answered(503), UNREACHABLE, answered(200)],
    });
    await run(sample);
    expect(new Set(sample.requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(sample.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('is done with nothing to send', async () => {
    expect(await run(createRun(joining('alice'), subscriber(['team.deleted'])))).toMatchObject({
      status: 'done',
      delivered: 0,
      filtered: 1,
      attempts: 0,
    });
  });
});

describe('a lane is blocked', () => {
  it('by a refusal, at once; nothing after it is sent', async () => {
    const sample = createRun(joining('alice', 'bob', 'carol'), ADDED, {
      answers: [answered(200), answered(403, undefined, 'no')],
    });
    expect(await run(sample)).toMatchObject({
      status: 'blocked',
      delivered: 1,
      pending: 2,
      attempts: 2,
      contact: '#sample',
      problem: {
        message: `${WHERE}: status 403: no`,
        endpoint: WHERE,
        status: 403,
        event: { type: 'team.members.added', team: 'core' },
      },
    });
    expect(sample.waits).toEqual([]);
  });

  it('by a redirect, which is never followed', async () => {
    const sample = createRun(joining('alice'), ADDED, { answers: [answered(307)] });
    expect(await run(sample)).toMatchObject({
      status: 'blocked',
      attempts: 1,
      problem: { message: expect.stringContaining('307') },
    });
  });

  it('by the network policy, without another try', async () => {
    const sample = createRun(joining('alice'), ADDED, {
      answers: [{ kind: 'forbidden', rule: 'always refused' }],
    });
    expect(await run(sample)).toMatchObject({
      status: 'blocked',
      attempts: 1,
      problem: { message: `${WHERE}: always refused`, endpoint: WHERE, status: undefined },
    });
  });

  it('where all attempts fail', async () => {
    const sample = createRun(joining('alice', 'bob'), ADDED, { answers: [answered(500)] });
    expect(await run(sample)).toMatchObject({
      status: 'blocked',
      pending: 2,
      attempts: 5,
      problem: { message: `${WHERE}: status 500 (given up: 5 attempts)`, status: 500 },
    });
    expect(sample.waits).toEqual([500, 1000, 2000, 4000]);
    expect(sample.notices).toHaveLength(4);
  });

  it('where the time for retries since the last event that was accepted is used up', async () => {
    const retry = { ...DEFAULT_RETRY_POLICY, budgetMs: 5000 };
    const answers = [answered(503, '3'), answered(200), answered(503, '3'), answered(503, '3')];
    const sample = createRun(joining('alice', 'bob'), ADDED, { answers, retry });
    expect(await run(sample)).toMatchObject({ status: 'blocked', delivered: 1, attempts: 4 });
    expect(sample.waits).toEqual([3000, 3000]);
  });

  it('where repeated attempts take up the time for retries, however short the waits between them are', async () => {
    const sample = createRun(joining('alice'), ADDED, {
      answers: () => {
        void sample.environment.wait(50_000);
        return answered(500);
      },
    });
    expect(await run(sample)).toMatchObject({
      status: 'blocked',
      attempts: 4,
      problem: { message: `${WHERE}: status 500 (given up: the time for retries is used up)` },
    });
  });

  it('not where each event is accepted in the end', async () => {
    const answers = [answered(500), answered(503, '7'), answered(200), answered(404), answered(204)];
    const sample = createRun(joining('alice', 'bob'), ADDED, { answers });
    expect(await run(sample)).toMatchObject({
      status: 'done',
      delivered: 2,
      pending: 0,
      attempts: 5,
      problem: undefined,
    });
    expect(sample.waits).toEqual([500, 7000, 500]);
  });

  it('not by a status that its subscription counts as done', async () => {
    const client = bound(
      'clients: [{name: sample, subscriptions: [{event: team.members.added, url: "https://example.com/", done: [409]}]}]',
    );
    expect(await run(createRun(joining('alice'), client, { answers: [answered(409)] }))).toMatchObject({
      status: 'done',
      delivered: 1,
    });
  });
});

describe('a lane whose receiver limits the rate of requests', () => {
  it('is never blocked by one that takes one message a second, and has at most one in twenty refused', async () => {
    const members = Array.from({ length: 300 }, (_, index) => `m${index}`);
    let tokens = 5;
    let lastMs = 0;
    const sample = createRun(joining(...members), ADDED, {
      answers: () => {
        const nowMs = sample.environment.now();
        tokens = Math.min(5, tokens + (nowMs - lastMs) / 1000);
        lastMs = nowMs;
        if (tokens < 1) return answered(429, '1', 'rate_limited');
        tokens--;
        return answered(200);
      },
    });
    const startedMs = sample.environment.now();
    const { status, delivered, attempts } = await run(sample);
    expect({ status, delivered }).toEqual({ status: 'done', delivered: 300 });
    expect(attempts - 300).toBeLessThanOrEqual(attempts / 20);
    expect(sample.environment.now() - startedMs).toBeLessThan(1.25 * 300_000);
  });

  it('waits as often as it is asked to, within the time for retries', async () => {
    const answers = [...Array.from({ length: 8 }, () => answered(429, '5')), answered(200)];
    const sample = createRun(joining('alice'), ADDED, { answers });
    expect(await run(sample)).toMatchObject({ status: 'blocked', problem: { message: /time for retries/ } });
  });

  it('goes on by what its entry says when the wait is over', async () => {
    const other = bound(
      'clients: [{name: sample, subscriptions: [{event: team.members.added, url: "https://other.example/"}]}]',
    );
    const answers = [answered(200), answered(429, '5'), answered(200), answered(429, '5'), answered(200)];
    const sample = createRun(joining('alice', 'bob', 'carol', 'dan'), ADDED, {
      answers,
      state: (attempt) => ({ kind: 'ready', bound: attempt < 5 ? ADDED : other }),
    });
    expect(await run(sample)).toMatchObject({ status: 'done', delivered: 4 });
    expect(sample.requests.at(-1)?.url).toBe('https://other.example/');
  });
});

describe('a lane ends', () => {
  it('where the receiver is gone', async () => {
    expect(await run(createRun(joining('alice', 'bob'), ADDED, { answers: [answered(410)] }))).toMatchObject({
      status: 'gone',
      pending: 2,
      attempts: 1,
    });
  });

  it('where it is paused, before the first event that it would be sent', async () => {
    const paused = subscriber(['team.members.added'], ', paused: true');
    expect(await run(createRun(joining('alice'), paused))).toMatchObject({
      status: 'paused',
      pending: 1,
      attempts: 0,
    });
    expect(await run(createRun([], paused))).toMatchObject({ status: 'done' });
  });

  it('before the step at which the removal guard stops it', async () => {
    const sample = createRun(joining('alice', 'bob', 'carol'), ADDED);
    expect(await run(sample, { ...GUARD, step: 2 })).toMatchObject({
      status: 'guarded',
      delivered: 2,
      pending: 1,
    });
  });

  it('by the removal guard also where its entry changed, and it wants removals only now', async () => {
    const everything = subscriber(EVENT_TYPES);
    const log = joining('alice', 'bob');
    const judged: number[] = [];
    const { plan, environment } = createRun(log, ADDED, {
      state: (attempt) => ({ kind: 'ready', bound: attempt < 1 ? ADDED : everything }),
    });
    const { result, guard } = await runLane(plan, environment, (due) => {
      judged.push(due.flat().length);
      return judged.length > 1 ? { ...GUARD, step: 0 } : undefined;
    });
    expect(judged).toEqual([2, 1]);
    expect(result).toMatchObject({ status: 'guarded', delivered: 1, pending: 1 });
    expect(guard).toMatchObject({ step: 0 });
  });

  it('where the run is stopped, also during an attempt', async () => {
    const log = joining('alice', 'bob');
    expect(await run(createRun(log, ADDED, { stopped: () => 'stopped' as const }))).toMatchObject({
      status: 'stopped',
      pending: 2,
      attempts: 0,
    });
    const aborted = createRun(log, ADDED, { answers: [answered(200), { kind: 'aborted' }] });
    expect(await run(aborted)).toMatchObject({
      status: 'stopped',
      delivered: 1,
      pending: 1,
      problem: undefined,
    });
  });

  it('where the run is stopped while it waits', async () => {
    let stopped = false;
    const sample = createRun(joining('alice'), ADDED, {
      answers: [answered(500)],
      stopped: () => (stopped ? ('stopped' as const) : undefined),
    });
    const wait = (): Promise<void> => Promise.resolve(void (stopped = true));
    expect(await run({ ...sample, environment: { ...sample.environment, wait } })).toMatchObject({
      status: 'stopped',
      attempts: 1,
    });
  });
});

describe('a lane that waits', () => {
  it('tells when it tries again', async () => {
    const sample = createRun(joining('alice'), ADDED, { answers: [answered(429, '60'), answered(200)] });
    await run(sample);
    expect(sample.notices).toEqual([
      expect.stringMatching(/^team\.members\.added core: POST \S+: status 429; next try in 60(\.0)? s$/),
    ]);
    expect(sample.environment.now() - Date.UTC(2026, 0, 5)).toBe(60_000 + 2 * ATTEMPT_MS);
  });
});
