/** The events: what is printed and sent. */
import type { Member, TeamEntry } from '../catalogue/team.ts';
import type { AnyEvent } from './event-schema.ts';
import type { EventType, FieldChange } from './event-type.ts';

/**
 * An event that says the same already: a lane that is sent one of them in that step leaves the implied one out.
 * `team` is another id than the implied event's own where a rename implies the end of the old id.
 */
export interface Implication {
  readonly type: EventType;
  readonly team: string;
}

/**
 * A CloudEvents 1.0 object, as `event-schema.ts` describes it. Its keys stand in that order when it is printed. What only
 * some types tell may be asked of all.
 */
export type TeamEvent = AnyEvent & {
  readonly data: {
    readonly changes?: readonly FieldChange[];
    readonly added?: readonly Member[];
    readonly removed?: readonly Member[];
  };
};

/**
 * An event in its place: its text, which is what is printed and sent, and beside it what decides where it goes.
 * `eventOf` opens it.
 */
export interface LoggedEvent {
  /** A {@link TeamEvent} as JSON on one line, without a newline. */
  readonly text: string;
  readonly id: string;
  readonly type: EventType;
  /** The team's id. */
  readonly subject: string;
  readonly sequence: string;
  /** The newer side of its step. */
  readonly commit: string;
  /** How many members it tells as added or removed. */
  readonly people: number;
  /** The team as the event tells it, and as it was before the step where that is not the same: whose event it is. */
  readonly states: readonly TeamEntry[];
  readonly impliedBy: readonly Implication[];
}

export const eventOf = ({ text }: LoggedEvent): TeamEvent => JSON.parse(text) as TeamEvent;
