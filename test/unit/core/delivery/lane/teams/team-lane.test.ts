/** One run of a lane with `order: team`: what holds a team, what ends the lane, and how fast it goes. */
import { describe, expect, it } from 'vitest';
import type { ClientState } from '../../../../../../src/core/clients/client-state.ts';
import type { Answer, Sending } from '../../../../../../src/core/delivery/destination.ts';
import type { LanePlan } from '../../../../../../src/core/delivery/lane/lane-plan.ts';
import { EVENT_TYPES } from '../../../../../../src/core/events/event-type.ts';
import { inBatches, subscriber } from '../../../../../support/sample-clients.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from '../../../../../support/sample-teams.ts';
import {
  ACCEPTED,
  FAILED,
  planFrom,
  REFUSED,
  runTeams,
  type TeamRun,
} from '../../../../../support/team-lane.ts';

const commit = (index: number): string => String(index).padStart(40, '0');
const BY_TEAM = subscriber(EVENT_TYPES, ', order: team, parallel: 4');

/** Steps in which each of these teams gets another member; all appear in the first. */
function growing(ids: readonly string[], steps: number): LanePlan {
  const at = (index: number) =>
    index === 0
      ? teams()
      : teams(
          ...ids.map((id) => team(id, { members: Array.from({ length: index }, (_, one) => `m${one}`) })),
        );
  const log = Array.from({ length: steps }, (_, index) => {
    const step = sampleStep({ from: commit(index), commit: { id: commit(index + 1) }, reachable: index + 1 });
    return eventsBetween(at(index), at(index + 1), step);
  });
  return { client: 'sample', contact: undefined, log: logOf(log) };
}

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index).padStart(3, '0')}`);
const refusing =
  (...ids: string[]) =>
  ({ events }: Sending): Answer =>
    events.some(({ subject }) => ids.includes(subject)) ? REFUSED : ACCEPTED;

describe('an event that cannot be delivered', () => {
  it('holds its team: one attempt, and all others get everything', async () => {
    const { end, sendings } = await runTeams(growing(['a', 'b', 'c'], 4), BY_TEAM, refusing('b'));
    expect(end.result).toMatchObject({ status: 'held', delivered: 8, pending: 4 });
    expect(end.result.held).toEqual([
      { team: 'b', problem: expect.objectContaining({ message: 'status 400' }) },
    ]);
    expect(sendings.filter(({ events: [event] }) => event?.subject === 'b')).toHaveLength(1);
  });

  it('holds its team once it is given up, while others are accepted meanwhile', async () => {
    const failing = ({ events: [event] }: Sending): Answer => (event?.subject === 'b' ? FAILED : ACCEPTED);
    const { end, sendings } = await runTeams(growing(['a', 'b', 'c'], 4), BY_TEAM, failing);
    expect(end.result).toMatchObject({ status: 'held', delivered: 8, pending: 4, held: [{ team: 'b' }] });
    expect(sendings.filter(({ events: [event] }) => event?.subject === 'b')).toHaveLength(5);
  });

  it('holds nobody where the receiver is down: few requests, and the cursor stays', async () => {
    const plan = growing(named(200), 1);
    const { end, sendings, cursor } = await runTeams(plan, BY_TEAM, () => FAILED);
    expect(end.result).toMatchObject({ status: 'blocked', delivered: 0, pending: 200 });
    expect(end.result).not.toHaveProperty('held');
    expect(sendings.length).toBeLessThanOrEqual(65);
    expect(cursor).toEqual({ commit: commit(0) });
  });

  it('stops the lane where a hundred teams are held already; the rest waits after the cursor', async () => {
    const ids = named(150);
    const { end, sendings, cursor } = await runTeams(growing(['a', ...ids], 1), BY_TEAM, refusing(...ids));
    expect(end.result).toMatchObject({ status: 'blocked', delivered: 1, pending: 150 });
    expect(cursor.held).toHaveLength(100);
    expect(sendings).toHaveLength(102);
    const next = await runTeams(planFrom(cursor, growing(['a', ...ids], 1).log), BY_TEAM, () => ACCEPTED);
    expect(next.end.result).toMatchObject({ status: 'done', delivered: 150, pending: 0 });
  });

  it('ends the lane where the receiver is gone', async () => {
    const gone: Answer = { verdict: 'gone', reason: 'status 410', place: '' };
    const { end } = await runTeams(growing(['a', 'b'], 3), BY_TEAM, () => gone);
    expect(end.result).toMatchObject({ status: 'gone', delivered: 0, pending: 6 });
  });

  it('has all that follows in the step counted once the client has gone back to `order: all`', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const step = sampleStep({ from: commit(0), commit: { id: commit(1) }, reachable: 1 });
    const before = teams(...ids.map((id) => team(id, { members: ['x'] })));
    const later = teams(...ids.map((id) => team(id, { members: ['y'] })));
    const log = logOf([eventsBetween(before, later, step)]);
    const plan = { client: 'sample', contact: undefined, log };
    const { cursor } = await runTeams(plan, BY_TEAM, refusing('b', 'c'));
    const rest = await runTeams(
      planFrom(cursor, log),
      subscriber(EVENT_TYPES),
      () => ACCEPTED,
      undefined,
      {},
      commit(1),
    );
    expect(rest.sendings.map(({ events: [{ subject }], remaining }) => `${subject} ${remaining}`)).toEqual([
      'b 3',
      'c 2',
      'b 1',
      'c 0',
    ]);
    const some = subscriber(['team.members.added']);
    const fewer = await runTeams(planFrom(cursor, log), some, () => ACCEPTED, undefined, {}, commit(1));
    expect(fewer.sendings.map(({ remaining }) => remaining)).toEqual([1, 0]);
    const together = inBatches(subscriber(EVENT_TYPES), { within: 'step', most: 3, mostBytes: 1_000_000 });
    const few = await runTeams(planFrom(cursor, log), together, () => ACCEPTED, undefined, {}, commit(1));
    expect(few.sendings.map(({ events, remaining }) => [events.length, remaining])).toEqual([
      [3, 1],
      [1, 0],
    ]);
  });

  it('blocks the lane of a client that has gone back to `order: all`, which keeps its held teams', async () => {
    const plan = growing(['a', 'b', 'c', 'd'], 2);
    const { cursor } = await runTeams(plan, BY_TEAM, refusing('b', 'c'));
    const all = subscriber(EVENT_TYPES);
    const strict = await runTeams(planFrom(cursor, plan.log), all, refusing('c'), () => 1, {}, commit(2));
    expect(strict.sendings.map(({ events: [event] }) => event?.subject)).toEqual(['b', 'c']);
    expect(strict.most.all).toBe(1);
    expect(strict.end.result).toMatchObject({ status: 'blocked', delivered: 1, pending: 3 });
    expect(strict.cursor.held?.map(({ team: id }) => id).sort()).toEqual(['b', 'c']);
    const rest = await runTeams(
      planFrom(strict.cursor, plan.log),
      all,
      () => ACCEPTED,
      () => 1,
      {},
      commit(2),
    );
    expect(
      rest.sendings.map(({ events: [event] }) => `${event?.subject} ${event?.sequence.slice(-8, -7)}`),
    ).toHaveLength(3);
    expect(rest.cursor).not.toHaveProperty('held');
  });
});

describe('a lane by team', () => {
  it('has at most so many requests under way, and never two of one team', async () => {
    const { most, end } = await runTeams(
      growing(named(40), 3),
      BY_TEAM,
      () => ACCEPTED,
      () => 5,
    );
    expect(end.result.delivered).toBe(120);
    expect(most).toEqual({ all: 4, ofTeam: 1 });
  });

  it('goes one at a time once the receiver has asked for a pace, and fails nobody for it', async () => {
    const early: Answer = { ...FAILED, tooEarly: true, code: 429 };
    let underWay = 0;
    const after: number[] = [];
    const { end, sendings } = await runTeams(
      growing(named(40), 2),
      BY_TEAM,
      (_, attempt) => {
        if (attempt > 60) after.push(underWay);
        return attempt === 20 || attempt === 45 ? early : ACCEPTED;
      },
      () => 3,
      {
        withinLimit: async (attempt) => {
          underWay++;
          const result = await attempt();
          underWay--;
          return result;
        },
      },
    );
    expect(end.result).toMatchObject({ status: 'done', delivered: 80, attempts: 82 });
    expect(sendings).toHaveLength(82);
    expect(Math.max(...after)).toBe(1);
  });

  it('names the previous event of the team, and how many of it follow in the step', async () => {
    const before = teams(team('a', { members: ['x'] }), team('b', { members: ['x'] }));
    const later = teams(team('a', { members: ['y'], name: 'A' }), team('b', { members: ['y'] }));
    const step = sampleStep({ from: commit(1), commit: { id: commit(2) }, reachable: 2 });
    const log = logOf([eventsBetween(before, later, step)]);
    const { sendings } = await runTeams(
      { client: 'sample', contact: undefined, log },
      BY_TEAM,
      () => ACCEPTED,
    );
    const ofA = sendings.filter(({ events: [event] }) => event?.subject === 'a');
    expect(ofA.map(({ remaining }) => remaining)).toEqual([2, 1, 0]);
    expect(ofA.map(({ previousId }) => previousId)).toEqual([
      undefined,
      ofA[0]?.events[0]?.id,
      ofA[1]?.events[0]?.id,
    ]);
    const resumed = await runTeams(
      {
        ...planFrom(
          {
            commit: commit(1),
            step: {
              from: commit(1),
              to: commit(2),
              sequence: ofA[0]!.events[0].sequence,
              sent: ['team.modified'],
            },
          },
          log,
        ),
      },
      BY_TEAM,
      () => ACCEPTED,
    );
    expect(resumed.sendings.find(({ events: [event] }) => event?.subject === 'a')?.previousId).toBe(
      ofA[0]?.events[0]?.id,
    );
  });

  it.each<[string, ClientState]>([
    ['paused', { kind: 'ready', bound: subscriber(EVENT_TYPES, ', order: team, paused: true') }],
    ['removed', { kind: 'removed' }],
    ['misconfigured', { kind: 'misconfigured', problems: [] }],
  ])('ends as %s once the clients file says so; what is under way counts', async (status, state) => {
    const plan = growing(named(30), 1);
    let sent = 0;
    const { end } = await runTeams(
      plan,
      BY_TEAM,
      () => ACCEPTED,
      () => {
        sent++;
        return 3;
      },
      { clientState: () => (sent >= 10 ? state : { kind: 'ready', bound: BY_TEAM }) },
    );
    expect(end.result.status).toBe(status);
    expect(end.result.delivered).toBe(10);
    expect(end.result.delivered + end.result.pending + end.result.filtered).toBe(60);
  });

  it('that is stopped leaves no team held that was only being tried', async () => {
    const plan = growing(named(30), 2);
    const { end, cursor } = await runTeams(plan, BY_TEAM, (_, attempt) =>
      attempt < 12 ? ACCEPTED : { verdict: 'stopped', reason: '', place: '' },
    );
    expect(end.result).toMatchObject({ status: 'stopped', delivered: 12, pending: 48 });
    expect(cursor).not.toHaveProperty('held');
  });
});

describe('a batch by team', () => {
  const STEP = { within: 'step', most: 100, mostBytes: 1_000_000 } as const;
  const batched = inBatches(BY_TEAM, STEP);
  const shown = ({ sendings }: TeamRun): string[][] =>
    sendings.map(({ events }) => events.map(({ type, subject }) => `${type.slice(5)} ${subject}`));

  it('holds several teams; what is refused is tried again in parts, and one team is held', async () => {
    const run = await runTeams(growing(['a', 'b', 'c'], 1), batched, refusing('b'));
    expect(shown(run)).toEqual([
      ['created a', 'created b', 'created c'],
      ['created a'],
      ['created b', 'created c'],
      ['created b'],
      ['created c'],
    ]);
    expect(run.end.result).toMatchObject({
      status: 'held',
      delivered: 2,
      attempts: 5,
      held: [{ team: 'b' }],
    });
  });

  it('that fails again and again is divided, too, and costs few requests where the receiver is down', async () => {
    const failing = await runTeams(growing(['a', 'b', 'c'], 1), batched, ({ events }) =>
      events.some(({ subject }) => subject === 'b') ? FAILED : ACCEPTED,
    );
    expect(failing.end.result).toMatchObject({ status: 'held', delivered: 2, held: [{ team: 'b' }] });
    const tried = shown(failing).filter((events) => events.includes('created b'));
    expect(tried.map((events) => events.length)).toEqual([3, 3, 3, 3, 3, 2, 1, 1, 1, 1]);
    const down = await runTeams(growing(named(200), 1), batched, () => FAILED);
    expect(down.end.result).toMatchObject({ status: 'blocked', delivered: 0, pending: 200 });
    expect(down.end.result).not.toHaveProperty('held');
    expect(down.sendings.length).toBeLessThanOrEqual(20);
    expect(down.cursor).toEqual({ commit: commit(0) });
  });

  it('that the receiver wants much later stops the lane, and holds nobody', async () => {
    const later: Answer = { ...FAILED, retryAfterMs: 600_000 };
    const { end, sendings } = await runTeams(growing(['a', 'b', 'c'], 1), batched, () => later);
    expect(end.result).toMatchObject({ status: 'blocked', delivered: 0, pending: 3 });
    expect(end.result.problem?.message).toContain('3 events in one request');
    expect(sendings).toHaveLength(1);
  });

  it('that was given up while the receiver was down comes as a batch again, and in parts where it fails again', async () => {
    const sizes = ({ sendings }: TeamRun): number[] => sendings.map(({ events }) => events.length);
    const after = await runTeams(growing(named(60), 1), batched, (_, attempt) =>
      attempt < 5 ? FAILED : ACCEPTED,
    );
    expect(sizes(after)).toEqual([60, 60, 60, 60, 60, 1, 59]);
    const again = await runTeams(growing(named(60), 1), batched, (_, attempt) =>
      attempt < 5 || attempt === 6 ? FAILED : ACCEPTED,
    );
    expect(sizes(again)).toEqual([60, 60, 60, 60, 60, 1, 59, 29, 30]);
    for (const { end } of [after, again])
      expect(end.result).toMatchObject({ status: 'done', delivered: 60, pending: 0 });
  });

  it.each([REFUSED, FAILED])('holds the very teams at fault, and no other: $reason', async (answer) => {
    for (const wrong of [['t000'], ['t059'], ['t000', 't001', 't031'], ['t010', 't030', 't050'], named(60)]) {
      const run = await runTeams(growing(named(60), 2), batched, ({ events }) =>
        events.some(({ subject }) => wrong.includes(subject)) ? answer : ACCEPTED,
      );
      const isAll = wrong.length === 60 && answer === FAILED;
      expect(run.end.result.status).toBe(isAll ? 'blocked' : 'held');
      expect(isAll ? wrong : run.end.result.held?.map(({ team: id }) => id)).toEqual(wrong);
      expect(run.end.result.delivered).toBe(2 * (60 - wrong.length));
      expect(run.sendings.length).toBeLessThanOrEqual(30 + 25 * wrong.length);
    }
  });

  it('that is too large is halved from then on', async () => {
    const run = await runTeams(growing(named(9), 1), batched, ({ events }) =>
      events.length > 4 ? { ...REFUSED, tooLarge: true } : ACCEPTED,
    );
    expect(shown(run).map((events) => events.length)).toEqual([9, 4, 4, 1]);
    expect(run.end.result).toMatchObject({ status: 'done', delivered: 9 });
  });

  it('takes what waits of several teams together, and never an event whose team has an earlier one elsewhere', async () => {
    const first = await runTeams(growing(['a', 'b', 'c'], 2), batched, refusing('a', 'b'));
    expect(first.end.result.held?.map(({ team: id }) => id)).toEqual(['a', 'b']);
    const plan = planFrom(first.cursor, growing(['a', 'b', 'c'], 2).log);
    const second = await runTeams(
      plan,
      batched,
      () => ACCEPTED,
      () => 1,
      {},
      commit(2),
    );
    expect(shown(second)).toEqual([
      ['created a', 'created b'],
      ['members.added a', 'members.added b'],
    ]);
  });

  it('is put together anew where the entry has changed between two attempts', async () => {
    const others = inBatches(subscriber(EVENT_TYPES, ', order: team, teams: ["!b"]'), STEP);
    let attempts = 0;
    const run = await runTeams(
      growing(['a', 'b', 'c'], 1),
      batched,
      () => (attempts++ === 0 ? FAILED : ACCEPTED),
      () => 1,
      { clientState: () => ({ kind: 'ready', bound: attempts === 0 ? batched : others }) },
    );
    expect(shown(run)).toEqual([
      ['created a', 'created b', 'created c'],
      ['created a', 'created c'],
    ]);
    expect(run.end.result).toMatchObject({ status: 'done', delivered: 2, filtered: 4 });
  });

  it('passes over nothing that it implies before it is accepted: the entry may change', async () => {
    const step = sampleStep({ from: commit(0), commit: { id: commit(1) }, reachable: 1 });
    const log = logOf([eventsBetween(teams(), teams(team('a', { members: ['x'] })), step)]);
    const members = inBatches(subscriber(['team.members.added'], ', order: team'), STEP);
    let attempts = 0;
    const run = await runTeams(
      { client: 'sample', contact: undefined, log },
      batched,
      () => (attempts++ === 0 ? FAILED : ACCEPTED),
      () => 1,
      { clientState: () => ({ kind: 'ready', bound: attempts === 0 ? batched : members }) },
    );
    expect(shown(run)).toEqual([['created a'], ['members.added a']]);
  });
});
