/** How far a client has been served. */
import type { EventType } from '../events/event-type.ts';
import { BEFORE_ALL } from '../events/sequence.ts';

/** A step of which a part is delivered: it is finished first, then the walk goes on from `to`. */
export interface PartialStep {
  /** null: the empty catalogue, so the step is a snapshot, or with `root` that of the first commit. */
  readonly from: string | null;
  readonly to: string;
  /** `to` is the first commit of history, and this is its own step: its events are the same as a snapshot's, but not marked. */
  readonly root?: true;
  /** Of the last event of the step that is settled for this client. */
  readonly sequence: string;
  /** Types of those events of the step that the client was sent: what they imply is left out later too. */
  readonly sent: readonly EventType[];
  /** Events of those types that it was not sent: index in the step of the first and the last of each row of them. */
  readonly unsent?: readonly (readonly [first: number, last: number])[];
  /** A person has placed the client so, which had begun before: the step is sent as a replay. */
  readonly replay?: true;
}

export interface Cursor {
  /** Full id: the newest commit that is completely delivered; in a snapshot under way, the commit it is of. */
  readonly commit: string;
  readonly step?: PartialStep;
  /** Id of the last accepted event: `webhook-previous-id` of the next. */
  readonly lastEvent?: string;
  /** What cannot be delivered. `since`: RFC 3339, UTC. */
  readonly blocked?: { readonly event: string; readonly status: string; readonly since: string };
  /** The run that serves the client now. `until`: RFC 3339, UTC; then others may take over. */
  readonly claim?: { readonly run: string; readonly until: string };
  /** The run that wrote this. */
  readonly run?: string;
}

/** How far a lane is; who claims it and which run wrote it are added where it is written. */
export type LaneCursor = Omit<Cursor, 'claim' | 'run'>;

/** A cursor before the first commit, which is `first`: its step, of which nothing is settled. */
export const beforeFirst = (first: string): LaneCursor => ({
  commit: first,
  step: { from: null, to: first, root: true, sequence: BEFORE_ALL, sent: [] },
});

/** Whether a lane is before the first commit, whichever that is: also where another history took the place of this one. */
export const isBeforeFirst = ({ step }: { readonly step?: PartialStep | null }): boolean =>
  step?.root === true && step.sequence === BEFORE_ALL;

/** Text for one line: as a tag's message can carry it, and a terminal show it. */
export function oneLine(text: string): string {
  return Buffer.from(text) // half a character becomes a whole one
    .toString()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, ' ')
    .trim();
}
