/** A lane that goes on in the middle of a step knows what it was sent there, whatever was subscribed to meanwhile. */
import { describe, expect, it } from 'vitest';
import { runLane } from '../../../src/delivery/lane.ts';
import { cursorAt } from '../../../src/delivery/lane-cursor.ts';
import type { LanePlan } from '../../../src/delivery/lane-plan.ts';
import { subscriber } from '../../support/sample-clients.ts';
import { answered, createRun, sent } from '../../support/sample-delivery.ts';
import { eventsBetween, team, teams } from '../../support/sample-teams.ts';

const THREE_TEAMS = eventsBetween(
  teams(),
  teams(...['a', 'b', 'c'].map((id) => team(id, { members: ['alice'] }))),
);
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
  const { place } = await runLane(run.plan, run.environment, () => undefined);
  const { step, lastEvent } = cursorAt(run.plan, place, 'end');
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
