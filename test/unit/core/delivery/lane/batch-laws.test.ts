/** The laws of batches with `order: all`: the same events in the same order as one by one, together wherever they may be. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../../src/core/clients/batch.ts';
import type { BoundClient } from '../../../../../src/core/clients/binding/bind-client.ts';
import type { Answer, Sending } from '../../../../../src/core/delivery/destination.ts';
import { cursorAt } from '../../../../../src/core/delivery/lane/lane-cursor.ts';
import {
  runLane,
  type DeliveryEnvironment,
  type LaneEnd,
} from '../../../../../src/core/delivery/lane/lane.ts';
import type { LanePlan, LanePosition } from '../../../../../src/core/delivery/lane/lane-plan.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import type { LogStep } from '../../../../../src/core/events/log-step.ts';
import type { LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { inBatches, subscriber } from '../../../../support/sample-clients.ts';
import { createRun } from '../../../../support/sample-delivery.ts';
import { ACCEPTED, FAILED, planFrom, REFUSED } from '../../../../support/team-lane.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from '../../../../support/sample-teams.ts';
import { randomHistory } from '../../../../torture/memory/random-history.ts';
import { createRandom } from '../../../../torture/random.ts';

const arbitraryLog = fc
  .record({ seed: fc.nat(), length: fc.integer({ min: 2, max: 6 }) })
  .map(({ seed, length }) => {
    const history = randomHistory(createRandom(seed), length);
    const names = new Map(history.commits.map((id, index) => [id, String(index + 1).padStart(40, '0')]));
    return history.log(-1, length - 1).map((step): LogStep => ({
      ...step,
      from: step.from === null ? null : (names.get(step.from) ?? ''),
      to: names.get(step.to) ?? '',
    }));
  });

const arbitraryBatch: fc.Arbitrary<Batch> = fc.record({
  within: fc.constantFrom('step', 'range'),
  most: fc.integer({ min: 1, max: 8 }),
  mostBytes: fc.constantFrom(1200, 3000, 100_000),
});

const arbitraryTypes = fc.subarray([...EVENT_TYPES], { minLength: 1 });

interface Ran {
  readonly end: LaneEnd;
  readonly sendings: readonly Sending[];
  /** Events in the order in which they were accepted, and where the lane was right after each. */
  readonly accepted: readonly { readonly event: LoggedEvent; readonly position: LanePosition }[];
}

async function runAll(
  plan: LanePlan,
  client: BoundClient,
  answer: (sending: Sending, attempt: number) => Answer = () => ACCEPTED,
  others: Partial<DeliveryEnvironment> = {},
): Promise<Ran> {
  const sendings: Sending[] = [];
  const accepted: { event: LoggedEvent; position: LanePosition }[] = [];
  const events = new Map(plan.log.flatMap((step) => step.events.map((event) => [event.id, event] as const)));
  const environment: DeliveryEnvironment = {
    ...createRun([], client).environment,
    destination: { send: async (sending) => answer(sending, sendings.push(sending) - 1) },
    progress: (_, position) => {
      const at = position();
      accepted.push({ event: events.get(at.lastEvent ?? '')!, position: at });
    },
    ...others,
  };
  const end = await runLane(plan, environment, () => undefined);
  return { end, sendings, accepted };
}

const planOf = (log: readonly LogStep[]): LanePlan => ({ client: 'sample', contact: undefined, log });
const idsOf = (events: readonly LoggedEvent[]): readonly string[] => events.map(({ id }) => id);
const bytesOf = (events: readonly LoggedEvent[]): number =>
  events.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, -1);

/** What becomes of an attempt, by its number. */
const arbitraryAnswers = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('accepted' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<('failed' | 'part' | 'too large' | 'early')[]>(
        'failed',
        'part',
        'too large',
        'early',
      ),
    },
    { weight: 1, arbitrary: fc.constant('refused' as const) },
  ),
  { maxLength: 30 },
);

describe('a lane with batches', () => {
  it('sends the same events in the same order as one by one; each batch is as large as it may be', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryTypes, arbitraryBatch, async (log, types, batch) => {
        const due = (await runAll(planOf(log), subscriber(types))).accepted.map(({ event }) => event);
        const { end, sendings } = await runAll(planOf(log), inBatches(subscriber(types), batch));
        const sent = sendings.flatMap(({ events }) => events);
        expect(idsOf(sent)).toEqual(idsOf(due));
        expect(end.result).toMatchObject({
          status: 'done',
          delivered: due.length,
          attempts: sendings.length,
        });
        const stepOf = new Map(
          log.flatMap(({ events }, step) => events.map(({ id }) => [id, step] as const)),
        );
        let place = 0;
        for (const { events, previousId, remaining } of sendings) {
          const [first, last] = [events[0], events.at(-1)!];
          expect(previousId).toBe(due[place - 1]?.id);
          place += events.length;
          const isOneStep = stepOf.get(first.id) === stepOf.get(last.id);
          expect(batch.within === 'range' || isOneStep).toBe(true);
          expect(
            events.length === 1 || (events.length <= batch.most && bytesOf(events) <= batch.mostBytes),
          ).toBe(true);
          expect(remaining).toBe(
            due.slice(place).filter(({ id }) => stepOf.get(id) === stepOf.get(last.id)).length,
          );
          const next = due[place];
          if (next === undefined) continue;
          const wouldFit = events.length < batch.most && bytesOf([...events, next]) <= batch.mostBytes;
          expect(wouldFit && (batch.within === 'range' || stepOf.get(next.id) === stepOf.get(first.id))).toBe(
            false,
          );
        }
      }),
      { numRuns: 80 },
    );
  });

  it('loses nothing and sends nothing twice, whatever is refused, and wherever it dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog,
        arbitraryTypes,
        arbitraryBatch,
        arbitraryAnswers,
        fc.nat(),
        fc.array(fc.nat(), { maxLength: 3 }),
        async (log, types, batch, answers, where, skipped) => {
          const all = log.flatMap(({ events }) => events);
          const skip = skipped.flatMap((number) => all[number % Math.max(1, all.length)]?.id ?? []);
          const client = inBatches(subscriber(types, `, skip: [${skip.join(', ')}]`), batch);
          const due = (await runAll(planOf(log), client)).accepted.map(({ event }) => event.id);
          const one = await runAll(planOf(log), client, ({ events }, attempt) => {
            switch (answers[attempt] ?? 'accepted') {
              case 'accepted':
                return ACCEPTED;
              case 'failed':
                return FAILED;
              case 'early':
                return { ...FAILED, tooEarly: true };
              case 'part':
                return { ...FAILED, accepted: attempt % (events.length + 1) };
              case 'too large':
                return events.length > 1 ? { ...REFUSED, tooLarge: true } : ACCEPTED;
              case 'refused':
                return REFUSED;
            }
          });
          const { delivered, pending, skipped: passed, filtered } = one.end.result;
          expect(delivered + pending + passed + filtered).toBe(all.length);
          expect(one.accepted.map(({ event }) => event.id)).toEqual(due.slice(0, delivered));
          // It dies right after one of the accepted events, or comes to its end.
          const at = where % (one.accepted.length + 1);
          const position = one.accepted[at]?.position ?? one.end.position;
          const before = one.accepted.slice(0, at + 1).map(({ event }) => event.id);
          const plan = planFrom(cursorAt(planOf(log), position, log.at(-1)?.to ?? ''), log);
          const rest = await runAll(plan, client);
          expect([...before, ...rest.accepted.map(({ event }) => event.id)]).toEqual(due);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('tries a batch again with the same events, and stops at the very event that is refused', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryBatch, fc.nat(), async (log, batch, where) => {
        const all = log.flatMap(({ events }) => events);
        fc.pre(all.length > 0);
        const client = inBatches(subscriber(EVENT_TYPES), batch);
        const due = (await runAll(planOf(log), client)).accepted.map(({ event }) => event.id);
        const poison = due[where % due.length]!;
        const isPoisoned = ({ events }: Sending): boolean => events.some(({ id }) => id === poison);
        const refusing = await runAll(planOf(log), client, (sending) =>
          isPoisoned(sending) ? REFUSED : ACCEPTED,
        );
        expect(refusing.end.result).toMatchObject({ status: 'blocked', problem: { event: { id: poison } } });
        expect(refusing.accepted.map(({ event }) => event.id)).toEqual(due.slice(0, due.indexOf(poison)));
        const poisoned = refusing.sendings.filter(isPoisoned);
        expect(poisoned.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(batch.most)));
        expect(refusing.accepted.length > 0 || refusing.sendings.length <= 2).toBe(true);

        const failing = await runAll(planOf(log), client, (sending) =>
          isPoisoned(sending) ? FAILED : ACCEPTED,
        );
        expect(failing.end.result).toMatchObject({ status: 'blocked', problem: { event: { id: poison } } });
        const [tried, ...again] = failing.sendings.filter(isPoisoned).map(({ events }) => idsOf(events));
        for (const ids of again.slice(0, 4)) expect(ids).toEqual(tried);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a batch that is given up', () => {
  const HUNDRED: Batch = { within: 'step', most: 100, mostBytes: 1_000_000 };
  const hundred = inBatches(subscriber(['team.created']), HUNDRED);
  const ids = Array.from({ length: 100 }, (_, index) => `t${String(index).padStart(3, '0')}`);
  const step = sampleStep({ commit: { id: '2'.repeat(40) }, reachable: 1 });
  const snapshot = (named: readonly string[], name = 'a team') =>
    planOf(logOf([eventsBetween(teams(), teams(...named.map((id) => team(id, { name }))), step)]));
  const sizes = ({ sendings }: Ran): number[] => sendings.map(({ events }) => events.length);

  it.each<[string, Answer]>([
    ['', FAILED],
    [', with a wait that it allows', { ...FAILED, retryAfterMs: 1000 }],
  ])('because the receiver was down comes as a batch after one event alone%s', async (_, failed) => {
    const ran = await runAll(snapshot(ids), hundred, (__, attempt) => (attempt < 5 ? failed : ACCEPTED));
    expect(sizes(ran)).toEqual([100, 100, 100, 100, 100, 1, 99]);
    expect(ran.end.result).toMatchObject({ status: 'done', delivered: 100 });
  });

  it('is no reason to send one by one where the receiver fails once more', async () => {
    const down = new Set([0, 1, 2, 3, 4, 6, 7]);
    const ran = await runAll(snapshot(ids), hundred, (_, attempt) => (down.has(attempt) ? FAILED : ACCEPTED));
    expect(sizes(ran)).toEqual([100, 100, 100, 100, 100, 1, 99, 49, 24, 25, 50]);
    expect(ran.end.result).toMatchObject({ status: 'done', delivered: 100 });
  });

  it.each([REFUSED, FAILED])('is divided down to the very event at fault: $reason', async (answer) => {
    for (const place of [0, 1, 2, 49, 50, 51, 98, 99]) {
      const isPoisoned = ({ events }: Sending): boolean =>
        events.some(({ subject }) => subject === ids[place]);
      const ran = await runAll(snapshot(ids), hundred, (one) => (isPoisoned(one) ? answer : ACCEPTED));
      expect(ran.end.result).toMatchObject({ status: 'blocked', delivered: place });
      expect(ran.end.result.problem).toMatchObject({ event: { team: ids[place] } });
      expect(ran.sendings.length).toBeLessThanOrEqual(35);
    }
  });

  it('is told without a single event at fault where it could not be divided', async () => {
    const later: Answer = { ...FAILED, code: 500, retryAfterMs: 600_000 };
    const { end } = await runAll(snapshot(ids), hundred, () => later);
    expect(end.result).toMatchObject({ status: 'blocked', problem: { event: { team: 't000' } } });
    expect(end.result.problem?.message).toContain('100 events in one request');
    expect(end.result.problem).not.toHaveProperty('refused');
    const single = await runAll(snapshot(['t000']), hundred, () => later);
    expect(single.end.result.problem).toMatchObject({ refused: true });
  });

  it('for its size leaves small events together', async () => {
    const large = eventsBetween(teams(), teams(team('a', { name: 'x'.repeat(5000) }), team('b')), step);
    const small = eventsBetween(
      teams(team('a'), team('b')),
      teams(team('a'), team('b'), ...ids.map((id) => team(id))),
      sampleStep({ from: '2'.repeat(40), commit: { id: '3'.repeat(40) }, reachable: 2 }),
    );
    const ran = await runAll(planOf(logOf([large, small])), hundred, ({ events }) =>
      bytesOf(events) > 5800 ? { ...REFUSED, code: 413, tooLarge: true } : ACCEPTED,
    );
    expect(ran.end.result).toMatchObject({ status: 'done', delivered: 102 });
    const [both, ...others] = sizes(ran);
    expect([both, others.slice(0, 2)]).toEqual([2, [1, 1]]);
    expect(Math.min(...others.slice(2, -1))).toBeGreaterThan(3);
  });
});

it('decides a batch anew when the entry of the client has changed', async () => {
  const step = sampleStep({ from: '1'.repeat(40), commit: { id: '2'.repeat(40) }, reachable: 2 });
  const [earlier, later] = [
    teams(team('a', { members: ['x'] }), team('b', { members: ['x'] })),
    teams(team('a', { members: ['y'], name: 'A' }), team('b', { members: ['y'] })),
  ];
  const log = logOf([eventsBetween(earlier, later, step)]);
  const batch: Batch = { within: 'step', most: 100, mostBytes: 1_000_000 };
  const before = inBatches(subscriber(EVENT_TYPES), batch);
  const members = ['removed', 'added'].flatMap((what) => [
    `team.members.${what} a`,
    `team.members.${what} b`,
  ]);
  let attempts = 0;
  const after = inBatches(subscriber(['team.members.added', 'team.members.removed']), batch);
  const { sendings, end } = await runAll(planOf(log), before, () => (attempts++ === 0 ? FAILED : ACCEPTED), {
    clientState: () => ({ kind: 'ready', bound: attempts === 0 ? before : after }),
  });
  expect(sendings.map(({ events }) => events.map(({ type, subject }) => `${type} ${subject}`))).toEqual([
    ['team.modified a', ...members],
    members,
  ]);
  expect(end.result).toMatchObject({ status: 'done', delivered: 4, filtered: 1 });
});
