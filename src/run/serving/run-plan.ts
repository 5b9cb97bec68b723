/** What a run is about to send, in waves. */
import type { Problem } from '../../core/catalogue/team.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { LaneShare } from '../../core/delivery/recipients.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';

/** Lanes that can be served, because everything pending for them has been read. */
export interface Wave {
  /** Every step of these lanes that no earlier wave has. */
  readonly log: readonly LogStep[];
  readonly lanes: readonly LanePlan[];
  /** Results of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
  /** The events still to be sent to `others`, in order. */
  readonly waiting: readonly Pick<LaneShare, 'client' | 'left'>[];
  /** Includes the problems of earlier waves. */
  readonly problems: readonly Problem[];
}

/** Everything a run needs to start sending. */
export interface RunPlan {
  /** undefined means where the log begins. */
  readonly from?: string | null;
  readonly to: string;
  readonly first: Wave;
  /** Read while the first lanes are already being served. */
  readonly later?: AsyncIterable<Wave>;
  readonly selects: Selects;
  /**
   * Events listed in the printed and JSON result; undefined means those with at least one recipient, sent or pending.
   */
  readonly shows?: Selects;
  readonly allowedReachable: number;
  /** What the result tells people to run; undefined if nothing can be run again. */
  readonly commands: RunCommands | undefined;
  /** Whether a paused lane is no failure, because its cursor remembers what it was not sent. */
  readonly pausedIsFine: boolean;
  /** Whether all of it was sent before. */
  readonly replay?: boolean;
}
