/** The events of one team that wait, and where they stand in the log. */
import type { LoggedEvent } from '../../../events/team-event.ts';
import type { Tries } from '../attempts.ts';
import type { LanePlan } from '../lane-plan.ts';
import type { HeldResult } from '../lane-result.ts';
import { isOfStep } from '../open-steps.ts';

/** By index in the log, and in the events of the step there. */
export interface Place {
  readonly step: number;
  readonly index: number;
}

export const isBefore = (a: Place, b: Place): boolean =>
  a.step === b.step ? a.index < b.index : a.step < b.step;

export const inOrder = (a: Place, b: Place): number => (isBefore(a, b) ? -1 : 1);

export interface QueuedEvent extends Place {
  readonly event: LoggedEvent;
  readonly tries: Tries;
  isActive: boolean;
  /** It is not tried again before this time. */
  notBeforeMs: number;
  /** How many events the lane had delivered when this one was first tried. */
  deliveredBefore: number | undefined;
}

/** A team that is behind the pointer. */
export interface TeamQueue {
  /** Its events that the pointer has passed and that are not settled, in order. */
  events: QueuedEvent[];
  /** Why none of them is tried again in this run. `isDoubtful`: it may be the receiver that is down, not the event. */
  held: (HeldResult & { isDoubtful: boolean }) | undefined;
}

/** Two teams of which one took the other's id: what waits of both, in order. */
export const merged = (own: TeamQueue, other: TeamQueue): TeamQueue => ({
  events: [...own.events, ...other.events].sort(inOrder),
  held: own.held ?? other.held,
});

/** Whether a step of the plan's log is knowingly sent again. */
export function isReplayed({ log, main = 0, resume, held = [] }: LanePlan, at: number): boolean {
  const step = log[at];
  return (
    (at === main && (resume?.replay ?? false)) ||
    (step !== undefined && held.some((team) => team.replay && isOfStep(team, step)))
  );
}
