/** Counts what happens to the events of a lane, and sums it up when the lane ends. */
import type { Interest, Selects } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { LanePlan } from './lane-plan.ts';
import type { HeldResult, LaneProblem, LaneResult } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';
import { countIn, dueIn, type OpenStep } from './open-steps.ts';

export interface LaneTally {
  /** The events sent in this run, in order. */
  readonly accepted: LoggedEvent[];
  skip: number;
  filtered: number;
}

export const emptyTally = (): LaneTally => ({ accepted: [], skip: 0, filtered: 0 });

/** How a lane ended. */
export interface Ending {
  readonly status: LaneStatus;
  readonly problem?: LaneProblem | undefined;
  readonly held?: readonly HeldResult[];
}

/**
 * The lane's result, and the events not sent. `open`: what is not settled. `interest`: the client's
 * subscriptions as last read; if its entry could never be read, all of it is pending.
 */
export function sumUp(
  { client, contact }: LanePlan,
  tally: LaneTally,
  attempts: number,
  open: readonly OpenStep[],
  interest: Interest | undefined,
  selects: Selects,
  { status, problem, held = [] }: Ending,
): { readonly result: LaneResult; readonly left: readonly LoggedEvent[] } {
  const all = open.reduce((sum, { events }) => sum + events.length, 0);
  const rest =
    interest === undefined ? { send: all, skip: 0, filtered: 0 } : countIn(open, interest, selects);
  const left = interest === undefined ? [] : dueIn(open, interest, selects).flat();
  const result = {
    client,
    contact,
    status,
    delivered: tally.accepted.length,
    pending: rest.send,
    skipped: tally.skip + rest.skip,
    filtered: tally.filtered + rest.filtered,
    attempts,
    problem,
    ...(held.length > 0 && { held }),
  };
  return { result, left };
}
