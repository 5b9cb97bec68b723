/** A lane that ends anywhere and goes on from the cursor that it left: as if it had never been interrupted. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorAt, NOTHING_SETTLED } from '../../../../../src/core/delivery/lane/lane-cursor.ts';
import { runLane } from '../../../../../src/core/delivery/lane/lane.ts';
import { startOf, type LanePlan } from '../../../../../src/core/delivery/lane/lane-plan.ts';
import { eventsOf } from '../../../../../src/core/delivery/lane/open-steps.ts';
import type { LogStep } from '../../../../../src/core/events/log-step.ts';
import { type LoggedEvent, type TeamEvent } from '../../../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import { arbitraryTeams } from '../../../../support/arbitrary-teams.ts';
import { subscriber } from '../../../../support/sample-clients.ts';
import { answered, createRun, sent, type SampleRun } from '../../../../support/sample-delivery.ts';
import { eventsBetween, sampleStep } from '../../../../support/sample-teams.ts';

const commit = (index: number): string => String(index).padStart(40, '0');

/** Steps 0 -> 1 -> 2 …; the first one a snapshot where that is asked for. */
const arbitrarySteps: fc.Arbitrary<LoggedEvent[][]> = fc
  .tuple(fc.array(arbitraryTeams, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([catalogues, snapshot]) =>
    catalogues.map((after, index) => {
      const from = index === 0 && snapshot ? { from: null, consecutive: false } : { from: commit(index) };
      const step = sampleStep({ ...from, commit: { id: commit(index + 1) }, reachable: index + 1 });
      return eventsBetween(catalogues[index - 1] ?? new Map(), after, step);
    }),
  );

/** What the next run makes of a cursor: the log from there on. */
function planFrom(cursor: ReturnType<typeof cursorAt>, log: readonly LogStep[]): LanePlan {
  const { commit: at, step, lastEvent } = cursor;
  const first = log.findIndex(({ from, to }) => (step ? from === step.from && to === step.to : from === at));
  const rest = log.filter(({ from }, index) => (first >= 0 ? index >= first : (from ?? '') >= at));
  return { client: 'sample', contact: undefined, log: rest, resume: step, lastEvent };
}

/** What each request says of how many follow it in its step. */
const remainingOf = ({ requests }: SampleRun): string[] =>
  requests.map(({ headers }) => headers['webhook-remaining'] ?? '');

/** How many requests of the same commit really follow each. */
function countdowns({ requests }: SampleRun): string[] {
  const commits = requests.map(({ body }) => (JSON.parse(body) as TeamEvent).data.commit.id);
  return commits.map((id, index) => String(commits.slice(index + 1).filter((one) => one === id).length));
}

const types = fc.subarray([...EVENT_TYPES], { minLength: 1 });

describe('a lane that is interrupted', () => {
  it('goes on with exactly what it had not been sent, in order', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, types, fc.nat(30), async (steps, followed, stopAfter) => {
        const client = subscriber(followed);
        const whole = createRun(steps, client);
        await runLane(whole.plan, whole.environment, () => undefined);

        const first = createRun(steps, client, {
          answers: (_, attempt) => (attempt < stopAfter ? answered(200) : { kind: 'aborted' }),
        });
        const { position, result } = await runLane(first.plan, first.environment, () => undefined);
        const cursor = cursorAt(first.plan, position, commit(steps.length));
        const second = createRun([], client);
        const plan = planFrom(cursor, first.plan.log);
        const ended = await runLane(plan, second.environment, () => undefined);

        const accepted = sent(first).slice(0, result.delivered);
        expect([...accepted, ...sent(second)]).toEqual(sent(whole));
        const remaining = [...remainingOf(first).slice(0, result.delivered), ...remainingOf(second)];
        expect(remaining).toEqual(countdowns(whole));
        expect(ended.result).toMatchObject({ status: 'done', pending: 0 });
        expect(cursorAt(plan, ended.position, commit(steps.length)).commit).toBe(commit(steps.length));
        const next = second.requests.slice(0, 1).map(({ headers }) => headers['webhook-previous-id']);
        const before = first.requests[result.delivered - 1]?.headers['webhook-id'];
        expect(next).toEqual(next.map(() => before));
      }),
      { numRuns: 200 },
    );
  });

  it('accounts for every event between its cursor and the end', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, types, fc.nat(30), async (steps, followed, stopAfter) => {
        const first = createRun(steps, subscriber(followed), {
          answers: (_, attempt) => (attempt < stopAfter ? answered(200) : answered(400)),
        });
        const { position, result } = await runLane(first.plan, first.environment, () => undefined);
        const plan = planFrom(cursorAt(first.plan, position, commit(steps.length)), first.plan.log);
        const { delivered, pending, skipped, filtered } = result;
        expect(delivered + pending + skipped + filtered).toBe(eventsOf(first.plan));
        expect(eventsOf(plan)).toBeLessThanOrEqual(eventsOf(first.plan) - delivered);
      }),
    );
  });
});

describe('the cursor of a lane', () => {
  const steps = [
    eventsBetween(new Map(), new Map(), sampleStep()),
    ...[1, 2].map((index) =>
      eventsBetween(
        new Map(),
        new Map(),
        sampleStep({ from: commit(index), commit: { id: commit(index + 1) }, reachable: index }),
      ),
    ),
  ];

  it('of a snapshot of which nothing was sent stands on its commit, before its first event', () => {
    const [snapshot] = fc.sample(
      arbitraryTeams.filter((teams) => teams.size > 0),
      1,
    );
    const step = sampleStep({ from: null, consecutive: false, commit: { id: commit(7) }, reachable: 7 });
    const { plan } = createRun(
      [eventsBetween(new Map(), snapshot ?? new Map(), step)],
      subscriber(EVENT_TYPES),
    );
    const cursor = cursorAt(plan, startOf(plan), commit(7));
    expect(cursor).toEqual({
      commit: commit(7),
      step: { from: null, to: commit(7), sequence: NOTHING_SETTLED, sent: [] },
    });
    expect(startOf({ ...plan, resume: cursor.step }).index).toBe(0);
  });

  it('of a lane with nothing pending stands at the end', () => {
    const { plan } = createRun(steps, subscriber(EVENT_TYPES));
    expect(cursorAt(plan, startOf(plan), commit(9))).toEqual({ commit: commit(9) });
  });
});
