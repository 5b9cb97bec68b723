/** Events as they are printed and sent. */
import type { Member } from '../catalogue/team.ts';
import type { AnyEvent } from './event-schema.ts';
import type { EventType, FieldChange } from './event-type.ts';

/**
 * An event that already says the same: a lane that is sent it in the same step does not get the implied event. `team`
 * differs from the implied event's team if a rename implies the deletion of the old id.
 */
export interface Implication {
  readonly type: EventType;
  readonly team: string;
}

/**
 * A CloudEvents 1.0 object, as `event-schema.ts` describes it, with its keys in that order. Fields that only some types
 * have can be read on all.
 */
export type TeamEvent = AnyEvent & {
  readonly data: {
    readonly changes?: readonly FieldChange[];
    readonly added?: readonly Member[];
    readonly removed?: readonly Member[];
  };
};

/** What of a team decides whose scope it is in. */
export interface TeamState {
  readonly id: string;
  /** As JSON. */
  readonly tags: string;
}

/**
 * An event in the log: the text that is printed and sent, and the properties that decide who gets it. `eventOf` parses
 * the text. One object per event of a log, so that it may be compared as such.
 */
export interface LoggedEvent {
  /** A {@link TeamEvent} as JSON on one line, without a newline. */
  readonly text: string;
  readonly id: string;
  readonly type: EventType;
  /** The team's id. */
  readonly subject: string;
  readonly sequence: string;
  /** The newer commit of its step. */
  readonly commit: string;
  /** How many members it reports as added or removed. */
  readonly people: number;
  /**
   * The team as in the event, and as it was before the step if that differs: they decide whose scope the event is in.
   */
  readonly states: readonly TeamState[];
  readonly impliedBy: readonly Implication[];
}

export const eventOf = ({ text }: LoggedEvent): TeamEvent => JSON.parse(text) as TeamEvent;
