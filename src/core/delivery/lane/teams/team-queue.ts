/** The events of one team that wait, and where they stand in the log. */
import type { BoundClient } from '../../../clients/binding/bind-client.ts';
import type { LoggedEvent } from '../../../events/team-event.ts';
import type { Tries } from '../attempts.ts';
import type { Division } from '../batch.ts';
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
  /** What it is tried with; undefined: it was not tried yet. */
  batch: TeamBatch | undefined;
  /** How many events the lane had delivered when this one was first tried. */
  deliveredBefore: number | undefined;
}

/** Events that are tried at once, again and again until they are accepted: one, or several in order. */
export interface TeamBatch {
  readonly events: readonly [QueuedEvent, ...QueuedEvent[]];
  /** The client as it was when they were gathered. */
  readonly bound: BoundClient;
  readonly tries: Tries;
  /** How many of them go together, where all of them were not accepted. */
  readonly division: Division;
  isActive: boolean;
  /** They are not tried again before this time. */
  notBeforeMs: number;
}

type Several<Item> = readonly [Item, ...Item[]];

/** Those of a batch that are tried together next. */
export const nextOf = ({ events: [first, ...others], division }: TeamBatch): Several<QueuedEvent> => [
  first,
  ...others.slice(0, division.size - 1),
];

export const eventsIn = ([first, ...others]: Several<QueuedEvent>): Several<LoggedEvent> => [
  first.event,
  ...others.map(({ event }) => event),
];

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
