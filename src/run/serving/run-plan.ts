/** What a run is about to send, in waves. */
import type { Problem } from '../../core/catalogue/team.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { LaneShare } from '../../core/delivery/recipients.ts';
import type { LogStep } from '../../core/events/log-step.ts';

/** Lanes that can be served, as all that is pending for them was read. */
export interface Wave {
  /** Every step of any of these lanes that no wave before has. */
  readonly log: readonly LogStep[];
  readonly lanes: readonly LanePlan[];
  /** Of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
  /** What `others` are still to be sent: ids of events, in order. */
  readonly waiting: readonly Pick<LaneShare, 'client' | 'left'>[];
  /** Those of the waves before included. */
  readonly problems: readonly Problem[];
}

/** A run that is about to send. */
export interface RunPlan {
  /** Where nothing is said, where the log begins. */
  readonly from?: string | null;
  readonly to: string;
  readonly first: Wave;
  /** Read while lanes are served already. */
  readonly later?: AsyncIterable<Wave>;
  readonly selects: Selects;
  /** Which events the result tells; where nothing is said, those that anybody gets, or was to get. */
  readonly shows?: Selects;
  readonly allowedReachable: number;
  /** The command that passes over a removal and its revert, where there is one. */
  squashCommand(client: string): string | undefined;
  /** A paused lane is no failure where its cursor remembers what it did not get. */
  readonly pausedIsFine: boolean;
  /** All of it was sent before. */
  readonly replay?: boolean;
}
