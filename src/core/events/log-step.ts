/** The log: the events step by step, oldest first. Steps without events are left out. */
import type { LoggedEvent } from './team-event.ts';

/** The number of teams and memberships at one time. */
export interface Population {
  readonly teams: number;
  readonly memberships: number;
}

export interface LogStep {
  /** Full ids; `from` is null where the step starts from the empty catalogue. */
  readonly from: string | null;
  readonly to: string;
  /** Whether this is the first commit's own step, not a snapshot of it. */
  readonly root?: true;
  /** Number of commits reachable from `to`: grows from step to step. */
  readonly reachable: number;
  /** The totals before the step. */
  readonly before: Population;
  /** In order; at least one event. */
  readonly events: readonly LoggedEvent[];
}
