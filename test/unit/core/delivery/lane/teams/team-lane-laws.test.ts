/** The laws of `order: team`: nothing lost, nothing twice, the order of each team, wherever a run ends. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTag, parseTag } from '../../../../../../src/adapters/cursor-stores/tag-message.ts';
import type { Cursor, LaneCursor } from '../../../../../../src/core/cursor/cursor.ts';
import type { Answer, Sending } from '../../../../../../src/core/delivery/destination.ts';
import { eventsOf } from '../../../../../../src/core/delivery/lane/open-steps.ts';
import { renamesIn } from '../../../../../../src/core/delivery/lane/teams/joined-teams.ts';
import type { LogStep } from '../../../../../../src/core/events/log-step.ts';
import { EVENT_TYPES } from '../../../../../../src/core/events/event-type.ts';
import { createRandom } from '../../../../../torture/random.ts';
import { randomHistory } from '../../../../../torture/memory/random-history.ts';
import { inBatches, subscriber } from '../../../../../support/sample-clients.ts';
import { ACCEPTED, FAILED, planFrom, REFUSED, runTeams } from '../../../../../support/team-lane.ts';
import { runLane } from '../../../../../../src/core/delivery/lane/lane.ts';
import { createRun } from '../../../../../support/sample-delivery.ts';

/** What a counterexample shows of a history with renames. */
const arbitraryHistory = fc.record({
  seed: fc.nat(),
  length: fc.integer({ min: 2, max: 6 }),
  snapshot: fc.boolean(),
});

/** Its commits are named so that they sort; the first step is a snapshot where that is asked for. */
function logOf({
  seed,
  length,
  snapshot,
}: {
  seed: number;
  length: number;
  snapshot: boolean;
}): readonly LogStep[] {
  const history = randomHistory(createRandom(seed), length);
  const names = new Map(history.commits.map((id, index) => [id, String(index + 1).padStart(40, '0')]));
  const log = [...(snapshot ? history.snapshot(0) : history.log(-1, 0)), ...history.log(0, length - 1)];
  return log.map((step) => ({
    ...step,
    from: step.from === null ? null : (names.get(step.from) ?? ''),
    to: names.get(step.to) ?? '',
  }));
}

const types = fc.oneof(fc.constant([...EVENT_TYPES]), fc.subarray([...EVENT_TYPES], { minLength: 1 }));

/** What a receiver answers: by team, or by the number of the attempt. */
const arbitraryAnswers = fc.record({
  refused: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']),
  failing: fc.subarray(['a', 'b', 'c', 'd', 'e', 'f'], { maxLength: 2 }),
  odd: fc.array(fc.nat(60), { maxLength: 8 }),
});

const arbitraryBatch = fc.option(
  fc.record({
    within: fc.constantFrom('step', 'range'),
    most: fc.integer({ min: 1, max: 12 }),
    mostBytes: fc.constantFrom(1200, 5000, 100_000),
  }),
  { nil: undefined },
);

const arbitraryTurns = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });

const DETAILS = { client: 'sample', tag: 'team-events/sample', now: 0, nonce: '6f1c'.repeat(8) };

/** As the next run reads it: through the text of a tag. */
function stored(cursor: LaneCursor): Cursor {
  const parsed = parseTag(formatTag(cursor, DETAILS));
  if (parsed.kind === 'corrupt') throw new Error(parsed.message);
  return parsed.cursor;
}

const textOf = (event: { readonly id: string; readonly type: string; readonly subject: string }): string =>
  `${event.type} ${event.subject} ${event.id.slice(0, 8)}`;

/** The ids of the event's team, in its step. */
function teamsOf(log: readonly LogStep[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    log.flatMap(({ events }) => {
      const renames = renamesIn(events);
      const other = new Map([...renames, ...[...renames].map(([a, b]) => [b, a] as const)]);
      return events.map(({ id, subject }) => [id, [subject, other.get(subject) ?? subject]] as const);
    }),
  );
}

describe('a lane with `order: team`', () => {
  it('that ends or dies anywhere is gone on with exactly: nothing lost, nothing twice, each team in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHistory,
        types,
        arbitraryAnswers,
        arbitraryTurns,
        fc.nat(),
        fc.constantFrom('team', 'all'),
        fc.integer({ min: 1, max: 8 }),
        arbitraryBatch,
        async (sketch, followed, { refused, failing, odd }, turns, where, after, parallel, batch) => {
          const log = logOf(sketch);
          fc.pre(log.length > 0);
          const answers = ({ events }: Sending, attempt: number): Answer => {
            const accepted = attempt % (events.length + 1);
            if (odd.includes(attempt + 1)) return { ...FAILED, accepted };
            if (odd.includes(attempt + 2)) return { ...REFUSED, tooLarge: events.length > 1 };
            if (events.some(({ subject }) => refused.includes(subject))) return REFUSED;
            const isFailing = events.some(({ subject }) => failing.includes(subject));
            return isFailing || odd.includes(attempt) ? FAILED : ACCEPTED;
          };
          const client = inBatches(subscriber(followed, `, order: team, parallel: ${parallel}`), batch);
          const [first] = log;
          const plan = { client: 'sample', contact: undefined, log };
          const whole = createRun([], client);
          const sentInAll: string[] = [];
          await runLane(
            plan,
            {
              ...whole.environment,
              destination: {
                send: async ({ events }) => {
                  sentInAll.push(...events.map(({ id }) => id));
                  return ACCEPTED;
                },
              },
            },
            () => undefined,
          );
          const taking = (attempt: number): number => turns[attempt % turns.length] ?? 1;
          const one = await runTeams(plan, client, answers, taking);
          const { delivered, pending, skipped, filtered } = one.end.result;
          expect(delivered + pending + skipped + filtered).toBe(eventsOf(plan));
          expect(one.most.all).toBeLessThanOrEqual(parallel);
          expect(one.most.ofTeam).toBeLessThanOrEqual(1);
          const stepOf = new Map(
            log.flatMap(({ events }, step) => events.map(({ id }) => [id, step] as const)),
          );
          for (const { events } of one.sendings) {
            expect(events.length).toBeLessThanOrEqual(batch?.most ?? 1);
            const steps = new Set(events.map(({ id }) => stepOf.get(id)));
            expect(batch?.within === 'range' || steps.size === 1).toBe(true);
          }

          // It dies right after one of the accepted events, or comes to its end.
          const at = one.accepted.length === 0 ? 0 : where % (one.accepted.length + 1);
          const cursor = at < one.accepted.length ? one.accepted[at]!.cursor : one.cursor;
          const before = one.accepted.slice(0, at + 1).map(({ event }) => event);
          const next = planFrom(stored(cursor), log);
          const second = await runTeams(
            next,
            after === 'team' ? client : inBatches(subscriber(followed), batch),
            () => ACCEPTED,
            taking,
            {},
            log.at(-1)?.to,
          );
          const sent = [...before, ...second.accepted.map(({ event }) => event)];
          expect(second.end.result).toMatchObject({ status: 'done', pending: 0 });
          const isBegun = first !== undefined && before.length > 0;
          expect(new Set(sent.map(textOf)).size).toBe(sent.length);
          expect(sent.map(({ id }) => id).sort()).toEqual([...sentInAll].sort());
          expect(isBegun && 'held' in second.cursor).toBe(false);

          const teams = teamsOf(log);
          const place = new Map(sentInAll.map((id, index) => [id, index]));
          for (const team of ['a', 'b', 'c', 'd', 'e', 'f']) {
            const own = sent.filter(({ id }) => teams.get(id)?.includes(team)).map(({ id }) => place.get(id));
            expect([team, own]).toEqual([team, own.toSorted((x, y) => (x ?? 0) - (y ?? 0))]);
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  it('delivers all events of the teams that are not refused, and names those that are', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHistory,
        fc.subarray(['a', 'b', 'c']),
        arbitraryTurns,
        arbitraryBatch,
        async (sketch, refused, turns, batch) => {
          const log = logOf(sketch);
          const client = inBatches(subscriber(EVENT_TYPES, ', order: team'), batch);
          const run = await runTeams(
            { client: 'sample', contact: undefined, log },
            client,
            ({ events }) => (events.some(({ subject }) => refused.includes(subject)) ? REFUSED : ACCEPTED),
            (attempt) => turns[attempt % turns.length] ?? 1,
          );
          const joined = new Set(refused);
          for (const { events } of log)
            for (const [from, to] of renamesIn(events))
              if (joined.has(from) || joined.has(to)) joined.add(from).add(to);
          const { held = [], status } = run.end.result;
          expect(status).toBe(held.length > 0 ? 'held' : 'done');
          expect(held.every(({ team }) => refused.includes(team))).toBe(true);
          const left = new Set(run.end.left);
          const waiting = log.flatMap(({ events }) => events).filter((event) => left.has(event));
          // Renames may join further teams to those.
          for (let grown = 0; grown < joined.size;) {
            grown = joined.size;
            for (const { events } of log)
              for (const [from, to] of renamesIn(events))
                if (joined.has(from) || joined.has(to)) joined.add(from).add(to);
          }
          expect(waiting.filter(({ subject }) => !joined.has(subject))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
