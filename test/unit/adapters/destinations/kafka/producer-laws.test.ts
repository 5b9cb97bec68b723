/** Whatever a cluster does: what is confirmed is stored, and of each partition the first sight of each event comes in order. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProducer, type Producer } from '../../../../../src/adapters/destinations/kafka/producer.ts';
import type { LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import {
  modelAttempt,
  modelCluster,
  type Fate,
  type ModelCluster,
} from '../../../../support/kafka/model-cluster.ts';

const event = (index: number, team: string, size = 0): LoggedEvent => {
  const id = `evt_${index}`;
  const text = JSON.stringify({
    specversion: '1.0',
    id,
    type: 'team.created',
    source: 'x',
    subject: team,
    data: 'x'.repeat(size),
  });
  return { id, subject: team, text, type: 'team.created' } as LoggedEvent;
};

/** One attempt: what it was told, and why not all of it is stored. */
async function produce(producer: Producer, events: readonly LoggedEvent[]) {
  const attempt = modelAttempt();
  const failure = await producer.produce(events, false, attempt);
  // What is decided when the time is up is not changed by what comes later.
  const isOver = attempt.signal.aborted && attempt.told() < events.length;
  return { accepted: attempt.told(), failure: isOver ? attempt.signal.reason : failure };
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>({ kind: 'served' }) },
  fc.constantFrom<Fate>({ kind: 'lost' }, { kind: 'unanswered' }, { kind: 'expired' }, { kind: 'forgotten' }),
  fc.record({ kind: fc.constant('late' as const), after: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constant('refused' as const),
    at: fc.nat(3),
    code: fc.constantFrom(3, 6, 7, 19, 20, 29, 45, 47, 56, 59),
    isStored: fc.boolean(),
  }),
);

/** What a lane does next: how many events it sends at once, and which it leaves out of these, once, when one was not taken. */
interface Act {
  readonly size: number;
  readonly isKilled: boolean;
  readonly leavesOut: boolean;
}
const act: fc.Arbitrary<Act> = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  isKilled: fc.boolean(),
  leavesOut: fc.boolean(),
});

/** Sends everything as a lane does, and goes on where it is told to; ends when nothing goes wrong any more. */
async function deliver(cluster: ModelCluster, events: readonly LoggedEvent[], acts: readonly Act[]) {
  let producer = createProducer('topic', cluster);
  const confirmed = new Set<string>();
  const leftOut = new Set<string>();
  let position = 0;
  let saved = 0;
  for (let turn = 0; position < events.length; turn++) {
    const { size, isKilled, leavesOut } = acts[turn] ?? { size: 3, isKilled: false, leavesOut: false };
    const batch = events.slice(position, position + size).filter(({ id }) => !leftOut.has(id));
    const { accepted, failure } = await produce(producer, batch);
    for (const { id } of batch.slice(0, accepted)) confirmed.add(id);
    const next = batch[accepted];
    position = next === undefined ? position + size : events.indexOf(next);
    expect(failure === undefined).toBe(next === undefined);
    if (next !== undefined && leavesOut && batch.length > 1) leftOut.add(next.id);
    if (isKilled) {
      producer = createProducer('topic', cluster);
      position = saved;
    } else if (turn % 2 === 0) saved = position;
  }
  cluster.settle();
  return { confirmed, leftOut };
}

const firstSights = (log: readonly string[]): string[] => [...new Set(log)];

it.each([1, 3])(
  '%d partitions: nothing confirmed is missing, and first sights are in order',
  async (count) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 24 }),
        fc.array(fate, { maxLength: 20 }),
        fc.array(act, { maxLength: 20 }),
        async (teams, fates, acts) => {
          const events = teams.map((team, index) => event(index, team));
          const left = [...fates];
          const cluster = modelCluster(count, () => left.shift() ?? { kind: 'served' });
          const { confirmed, leftOut } = await deliver(cluster, events, acts);
          const stored = new Set([...cluster.logs.values()].flat());
          for (const id of confirmed) expect(stored).toContain(id);
          const due = events.map(({ id }) => id).filter((id) => !leftOut.has(id));
          expect(due.filter((id) => !stored.has(id))).toEqual([]);
          for (const log of cluster.logs.values()) {
            // What somebody has taken out of the clients file meanwhile may still arrive.
            const sights = firstSights(log).filter((id) => !leftOut.has(id));
            expect(sights).toEqual(events.map(({ id }) => id).filter((id) => sights.includes(id)));
          }
        },
      ),
      { numRuns: 500 },
    );
  },
);

it('a lane that sends the same again has nothing stored twice, whatever is lost on the way', async () => {
  const calm = fc.oneof(
    fc.constantFrom<Fate>({ kind: 'served' }, { kind: 'lost' }, { kind: 'unanswered' }, { kind: 'expired' }),
    fc.record({
      kind: fc.constant('refused' as const),
      at: fc.nat(3),
      code: fc.constantFrom(6, 7, 19, 20),
      isStored: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(calm, { maxLength: 20 }),
      async (count, fates) => {
        const events = Array.from({ length: 12 }, (_, index) => event(index, `team-${index % 5}`));
        const left = [...fates];
        const cluster = modelCluster(count, () => left.shift() ?? { kind: 'served' });
        const producer = createProducer('topic', cluster);
        for (let at = 0; at < events.length; at += 4)
          for (let batch = events.slice(at, at + 4); batch.length > 0;)
            batch = batch.slice((await produce(producer, batch)).accepted);
        expect([...cluster.logs.values()].flat().sort()).toEqual(events.map(({ id }) => id).sort());
      },
    ),
  );
});

it('only the event that is too large is not stored, and what comes after it waits', async () => {
  const cluster = modelCluster(1, () => ({ kind: 'served' }), { mostBytes: 5000 });
  const producer = createProducer('topic', cluster);
  const sizes = [900, 900, 900, 900, 900, 900, 6000, 10, 10];
  const events = sizes.map((size, index) => event(index, 'a', size));
  const { accepted, failure } = await produce(producer, events);
  expect(accepted).toBe(6);
  expect(String(failure)).toMatch(/larger than the topic .* takes \(MESSAGE_TOO_LARGE\)/);
  expect(cluster.logs.get(0)).toEqual(events.slice(0, 6).map(({ id }) => id));
});

it('a part of a batch that is refused takes nothing from what is stored, and nothing after it is taken for stored', async () => {
  // kafkajs 2.2.4 gives the numbers of `a` to what comes next here, and the broker confirms that unseen.
  const cluster = modelCluster(2, () => ({ kind: 'served' }), { mostBytes: 5000 });
  const producer = createProducer('topic', cluster);
  const [a, b] = ['team-1', 'team-2']; // of partitions 1 and 0
  expect(await produce(producer, [event(0, a), event(1, b, 6000)])).toMatchObject({
    accepted: 1,
    failure: { code: 10 },
  });
  expect(await produce(producer, [event(2, a)])).toEqual({ accepted: 1, failure: undefined });
  expect([...cluster.logs.values()].flat()).toEqual(['evt_0', 'evt_2']);
});

it('what was told to be stored is not kept in mind: sent again, it is stored again', async () => {
  const cluster = modelCluster(2, () => ({ kind: 'served' }), { mostBytes: 5000 });
  const producer = createProducer('topic', cluster);
  const [a, b] = ['team-1', 'team-2']; // of partitions 1 and 0
  expect(await produce(producer, [event(0, a), event(1, b, 6000)])).toMatchObject({ accepted: 1 });
  expect(await produce(producer, [event(0, a)])).toMatchObject({ accepted: 1 });
  expect([...cluster.logs.values()].flat()).toEqual(['evt_0', 'evt_0']);
});

it('what was stored when the time was up is told, and the next attempt goes on after that', async () => {
  const fates: Fate[] = [{ kind: 'served' }, { kind: 'served' }, { kind: 'expired' }];
  const cluster = modelCluster(1, () => fates.shift() ?? { kind: 'served' }, { mostBytes: 5000 });
  const producer = createProducer('topic', cluster);
  const events = Array.from({ length: 4 }, (_, index) => event(index, 'a', 2000));
  const first = await produce(producer, events); // too large, then the first half, then the second
  expect(first).toMatchObject({ accepted: 2, failure: { message: 'too late' } });
  expect(await produce(producer, events.slice(2))).toEqual({ accepted: 2, failure: undefined });
  expect(cluster.logs.get(0)).toEqual(events.map(({ id }) => id));
});
