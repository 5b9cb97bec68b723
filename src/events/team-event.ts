/** The events: what is printed and sent. */
import type { Json } from '../catalogue/json-value.ts';
import type { Member, Team, TeamEntry } from '../catalogue/team.ts';

/** In the order in which they stand in a step. */
export const EVENT_TYPES = [
  'team.created',
  'team.modified',
  'team.members.removed',
  'team.members.added',
  'team.deleted',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One changed field. null stands for a field that is not there. Sets tell `added` and `removed` as well. */
export interface FieldChange {
  /** Such as `tags`, `perimeter.region`, `attributes.contact`, `members["a.b"].role`. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
  readonly added?: readonly Json[];
  readonly removed?: readonly Json[];
}

/**
 * An event that says the same already: a lane that is sent one of them in that step leaves the implied one out.
 * `team` is another id than the implied event's own where a rename implies the end of the old id.
 */
export interface Implication {
  readonly type: EventType;
  readonly team: string;
}

/** A CloudEvents 1.0 object. Its keys stand in this order when it is printed. */
export interface TeamEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  /** The team's id. */
  readonly subject: string;
  /** RFC 3339, UTC, whole seconds: the committer date. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Sorts as text: commits reachable from the step's newer side, then the index in the whole step. */
  readonly sequence: string;
  readonly data: {
    readonly team: Team;
    readonly changes?: readonly FieldChange[];
    readonly added?: readonly Member[];
    readonly removed?: readonly Member[];
    readonly commit: {
      readonly id: string;
      /** The step's older side; null before the first commit. */
      readonly parent: string | null;
      readonly time: string;
      readonly author: { readonly name: string; readonly email?: string };
      readonly title: string;
    };
    /** The path in which the team stands; for a deleted team, stood. */
    readonly file: string;
    readonly impliedBy?: readonly EventType[];
    /** Present where the whole catalogue is told as one step from the empty one. */
    readonly snapshot?: true;
  };
}

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
