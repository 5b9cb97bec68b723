/** Counts what happens to the events of a lane, and sums it up when the lane ends. */
import type { Interest, Selects } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import { dispositionsFrom, eventsOf, type LanePosition, type LanePlan } from './lane-plan.ts';
import type { LaneProblem, LaneResult } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';

export interface LaneTally {
  /** Ids of the events sent in this run, in order. */
  readonly accepted: string[];
  attempts: number;
  skip: number;
  filtered: number;
}

export const emptyTally = (): LaneTally => ({ accepted: [], attempts: 0, skip: 0, filtered: 0 });

/** Counts the rest of the lane from `position` on; if the client's entry could never be read, all of it is pending. */
function rest(
  plan: LanePlan,
  position: LanePosition,
  sentKeys: ReadonlySet<string>,
  interest: Interest | undefined,
  selects: Selects,
): { readonly send: number; readonly skip: number; readonly filtered: number; readonly left: string[] } {
  const count = { send: 0, skip: 0, filtered: 0 };
  const left: string[] = [];
  if (interest === undefined) return { ...count, send: eventsOf(plan), left };
  const pending = (events: readonly LoggedEvent[], at: number): readonly LoggedEvent[] =>
    at > 0 ? events : events.slice(position.index);
  const events = plan.log.slice(position.step).flatMap((step, at) => pending(step.events, at));
  const dispositions = dispositionsFrom(plan.log, position, sentKeys, interest, selects);
  for (const [index, disposition] of dispositions.flat().entries()) {
    count[disposition]++;
    if (disposition === 'send') left.push(events[index]?.id ?? '');
  }
  return { ...count, left };
}

/** The lane's result, and the ids of the events not sent. `interest`: the client's subscriptions as last read. */
export function sumUp(
  plan: LanePlan,
  tally: LaneTally,
  position: LanePosition,
  sentKeys: ReadonlySet<string>,
  interest: Interest | undefined,
  selects: Selects,
  status: LaneStatus,
  problem: LaneProblem | undefined,
): { readonly result: LaneResult; readonly left: readonly string[] } {
  const { send, skip, filtered, left } = rest(plan, position, sentKeys, interest, selects);
  const result = {
    client: plan.client,
    contact: plan.contact,
    status,
    delivered: tally.accepted.length,
    pending: send,
    skipped: tally.skip + skip,
    filtered: tally.filtered + filtered,
    attempts: tally.attempts,
    problem,
  };
  return { result, left };
}
