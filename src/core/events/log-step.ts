/** The log: what happened step by step, oldest first. Steps in which nothing happened are left out. */
import type { LoggedEvent } from './team-event.ts';

/** Teams and memberships that there are at one time. */
export interface Population {
  readonly teams: number;
  readonly memberships: number;
}

export interface LogStep {
  /** Full ids; `from` is null where the step starts from the empty catalogue. */
  readonly from: string | null;
  readonly to: string;
  /** The first commit's own step, and no snapshot of it. */
  readonly root?: true;
  /** How many commits can be reached from `to`: grows from step to step. */
  readonly reachable: number;
  /** What there is before the step. */
  readonly before: Population;
  /** In order; at least one. */
  readonly events: readonly LoggedEvent[];
}
