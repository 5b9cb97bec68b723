/** A lane that goes on in the middle of a step knows what it was sent there, whatever was subscribed to meanwhile. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundClient } from '../../../../../src/core/clients/binding/bind-client.ts';
import { runLane } from '../../../../../src/core/delivery/lane/lane.ts';
import { cursorAt } from '../../../../../src/core/delivery/lane/lane-cursor.ts';
import type { LanePlan } from '../../../../../src/core/delivery/lane/lane-plan.ts';
import { type LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import { arbitraryChange } from '../../../../support/arbitrary-teams.ts';
import { bound, subscriber } from '../../../../support/sample-clients.ts';
import { answered, createRun, sent } from '../../../../support/sample-delivery.ts';
import { eventsBetween, threeNewTeams } from '../../../../support/sample-teams.ts';

const THREE_TEAMS = threeNewTeams();
const BOTH = subscriber(['team.created', 'team.members.added']);
const MEMBERS = subscriber(['team.members.added']);

/** Runs until `first` has sent so many events, then with `second` from the cursor on; what both sent. */
async function inTwoRuns(
  first: typeof BOTH,
  after: number,
  meanwhile: typeof BOTH,
  second: typeof BOTH,
): Promise<string[]> {
  const run = createRun([THREE_TEAMS], first, {
    answers: (_, attempt) => answered(attempt <= after ? 200 : 400),
    state: (attempt) => ({ kind: 'ready', bound: attempt <= after ? first : meanwhile }),
  });
  const { position } = await runLane(run.plan, run.environment, () => undefined);
  const { step, lastEvent } = cursorAt(run.plan, position, 'end');
  const plan: LanePlan = { ...run.plan, resume: step, lastEvent };
  const next = createRun([THREE_TEAMS], second);
  await runLane(plan, next.environment, () => undefined);
  return [...sent(run).slice(0, after + 1), ...sent(next)];
}

describe('a lane resumed in the middle of a step', () => {
  it('is sent the members of teams whose creation it was not sent, as it did not want that then', async () => {
    expect(await inTwoRuns(BOTH, 0, MEMBERS, MEMBERS)).toEqual([
      'team.created a',
      'team.members.added b',
      'team.members.added c',
    ]);
  });

  it('is sent the members of a team whose creation was skipped, also where it is skipped no more', async () => {
    const skip = `, skip: [${THREE_TEAMS[1]?.id}]`;
    const skipping = subscriber(['team.created', 'team.members.added'], skip);
    expect(await inTwoRuns(skipping, 1, skipping, BOTH)).toEqual([
      'team.created a',
      'team.created c',
      'team.members.added b',
    ]);
  });

  it('is not sent the members of a team whose creation it was sent, also where that is skipped now', async () => {
    const skipping = subscriber(['team.created', 'team.members.added'], `, skip: [${THREE_TEAMS[0]?.id}]`);
    expect(await inTwoRuns(BOTH, 1, MEMBERS, skipping)).toEqual([
      'team.created a',
      'team.created b',
      'team.members.added c',
    ]);
  });
});

describe('a lane whose filters are edited while it stands in the middle of a step', () => {
  const FILTERS = [
    '',
    ', teams: [a, b, c]',
    ', teams: ["!a*"]',
    ', tags: [core]',
    ', tags: ["!critical"]',
    ', teams: [d], tags: ["*"]',
  ];
  const arbitraryClient: fc.Arbitrary<BoundClient> = fc
    .tuple(
      fc.subarray([...EVENT_TYPES], { minLength: 1 }),
      fc.array(fc.constantFrom(...FILTERS), { minLength: 5, maxLength: 5 }),
    )
    .map(([types, filters]) => {
      const subscriptions = types.map(
        (type, index) => `{event: ${type}, url: "https://example.com/"${filters[index]}}`,
      );
      return bound(`clients: [{name: sample, subscriptions: [${subscriptions.join(', ')}]}]`);
    });

  it('is sent of the rest what it wants now, but what it was told already in that step', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryChange,
        arbitraryClient,
        arbitraryClient,
        fc.nat(8),
        async (change, before, after, stopAfter) => {
          const step = eventsBetween(change.before, change.after);
          const first = createRun([step], before, {
            answers: (_, attempt) => (attempt < stopAfter ? answered(200) : { kind: 'aborted' }),
          });
          const { position, result } = await runLane(first.plan, first.environment, () => undefined);
          if (result.status === 'done') return;
          const { step: partial, lastEvent } = cursorAt(first.plan, position, 'end');
          const plan: LanePlan = { ...first.plan, resume: partial, lastEvent };
          const next = createRun([step], after);
          await runLane(plan, next.environment, () => undefined);

          const eventsOf = (requests: typeof first.requests): LoggedEvent[] =>
            requests.flatMap(({ headers }) => step.find(({ id }) => id === headers['webhook-id']) ?? []);
          const told = eventsOf(first.requests.slice(0, result.delivered));
          const sentNow = eventsOf(next.requests);
          const wanted = step.filter((event, index) => {
            const subscription = after.client.subscriptions.get(event.type);
            return (
              (partial === undefined || index >= position.index) &&
              subscription &&
              (subscription.scope?.(event) ?? true)
            );
          });
          // What is implied is left out where it is told: before the stop, or by what is wanted now.
          const tells = (event: LoggedEvent): boolean =>
            [...told, ...wanted].some(({ type, subject }) =>
              event.impliedBy.some((one) => one.type === type && one.team === subject),
            );
          expect(sentNow.map(({ id }) => id)).toEqual(
            wanted.filter((event) => !tells(event)).map(({ id }) => id),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
