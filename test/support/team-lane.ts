/** A lane with `order: team` in memory: a receiver whose answers come after a few turns, in any order; and the next run's plan. */
import type { BoundClient } from '../../src/core/clients/binding/bind-client.ts';
import type { Cursor, LaneCursor } from '../../src/core/cursor/cursor.ts';
import type { Answer, Sending } from '../../src/core/delivery/destination.ts';
import type { DeliveryEnvironment, LaneEnd } from '../../src/core/delivery/lane/lane.ts';
import { cursorAt } from '../../src/core/delivery/lane/lane-cursor.ts';
import type { LanePlan } from '../../src/core/delivery/lane/lane-plan.ts';
import { isOfStep } from '../../src/core/delivery/lane/open-steps.ts';
import { runTeamLane } from '../../src/core/delivery/lane/teams/team-lane.ts';
import type { LogStep } from '../../src/core/events/log-step.ts';
import type { LoggedEvent } from '../../src/core/events/team-event.ts';
import { planOf } from '../../src/run/lanes/plan-lane.ts';
import { createRun } from './sample-delivery.ts';

export interface TeamRun {
  readonly end: LaneEnd;
  /** Each attempt in the order in which it began. */
  readonly sendings: readonly Sending[];
  /** Events in the order in which they were accepted, and the cursor right after each. */
  readonly accepted: readonly { readonly event: LoggedEvent; readonly cursor: LaneCursor }[];
  /** The cursor at the end. */
  readonly cursor: LaneCursor;
  /** The most attempts under way at once, and of one team. */
  readonly most: { readonly all: number; readonly ofTeam: number };
}

export const ACCEPTED: Answer = { verdict: 'accepted', reason: '', place: '', code: 200 };
export const REFUSED: Answer = { verdict: 'refused', reason: 'status 400', place: 'POST /', code: 400 };
export const FAILED: Answer = { verdict: 'retry', reason: 'status 503', place: 'POST /', code: 503 };

/** `turns` says how long the answer to an attempt takes. */
export async function runTeams(
  plan: LanePlan,
  client: BoundClient,
  answer: (sending: Sending, attempt: number) => Answer,
  turns: (attempt: number) => number = () => 1,
  others: Partial<DeliveryEnvironment> = {},
  end = plan.log.at(-1)?.to ?? '',
): Promise<TeamRun> {
  const sendings: Sending[] = [];
  const accepted: { event: LoggedEvent; cursor: LaneCursor }[] = [];
  const busy = new Map<string, number>();
  const most = { all: 0, ofTeam: 0 };
  let underWay = 0;
  const events = new Map(plan.log.flatMap((step) => step.events.map((event) => [event.id, event] as const)));
  const environment: DeliveryEnvironment = {
    ...createRun([], client).environment,
    destination: {
      async send(sending) {
        const attempt = sendings.push(sending) - 1;
        const subjects = new Set(sending.events.map(({ subject }) => subject));
        for (const subject of subjects) {
          busy.set(subject, (busy.get(subject) ?? 0) + 1);
          most.ofTeam = Math.max(most.ofTeam, busy.get(subject) ?? 0);
        }
        most.all = Math.max(most.all, ++underWay);
        for (let left = turns(attempt); left > 0; left--) await Promise.resolve();
        for (const subject of subjects) busy.set(subject, (busy.get(subject) ?? 0) - 1);
        underWay--;
        return answer(sending, attempt);
      },
    },
    progress: (_, position) => {
      const cursor = cursorAt(plan, position(), end);
      const event = events.get(cursor.lastEvent ?? '');
      if (event !== undefined) accepted.push({ event, cursor });
    },
    ...others,
  };
  const ended = await runTeamLane(plan, environment, () => undefined);
  return { end: ended, sendings, accepted, cursor: cursorAt(plan, ended.position, end), most };
}

/** What the next run makes of a cursor; `log` is all of history, its commits sort as text. */
export function planFrom(cursor: Cursor, log: readonly LogStep[]): LanePlan {
  const { commit, step, held = [] } = cursor;
  const own = (one: Parameters<typeof isOfStep>[0]): readonly LogStep[] =>
    log.filter((other) => isOfStep(one, other));
  const rest = step
    ? [...own(step), ...log.filter(({ to }) => to > step.to)]
    : log.filter(({ to }) => to > commit);
  const logs = held
    .filter((team) => step === undefined || !isOfStep(team, step))
    .map((team) => ({
      held: team,
      steps: [...own(team), ...log.filter(({ to }) => to > team.to && to <= commit)],
    }));
  return planOf('sample', undefined, { kind: 'cursor', cursor, version: '' }, rest, undefined, logs);
}
