/** How far a client has been served. */
import type { EventType } from '../events/event-type.ts';
import { BEFORE_ALL } from '../events/sequence.ts';

/** A partially delivered step: it is finished first, then the walk continues from `to`. */
export interface PartialStep {
  /** null means the empty catalogue: the step is a snapshot, or with `root` the step of the first commit. */
  readonly from: string | null;
  readonly to: string;
  /**
   * `to` is the first commit of history, and this is its own step: the same events as a snapshot's, without the
   * snapshot mark.
   */
  readonly root?: true;
  /** Sequence of the last event of the step that is settled for this client. */
  readonly sequence: string;
  /** Types of the step's events that the client was sent: events implied by those are left out later too. */
  readonly sent: readonly EventType[];
  /** Events of those types that were not sent: ranges of indexes in the step, first and last included. */
  readonly unsent?: readonly (readonly [first: number, last: number])[];
  /** A person moved a client with a cursor here: the step is sent as a replay. */
  readonly replay?: true;
}

/**
 * A team of a client with `order: team` that is behind the client's other teams: its events up to `sequence` in that step
 * are settled, and none after that.
 */
export interface HeldTeam extends Pick<PartialStep, 'from' | 'to' | 'root' | 'sequence' | 'replay'> {
  /** The team's id, which its events have as `subject`. */
  readonly team: string;
  /** Types of the step's events that the client was sent and that may imply further events of the team in that step. */
  readonly sent?: readonly EventType[];
}

/** A client holds no more teams than this: with one more, its lane stops. */
export const MOST_HELD = 100;

export interface Cursor {
  /** Full id of the newest completely delivered commit; during a snapshot, the commit of the snapshot. */
  readonly commit: string;
  readonly step?: PartialStep;
  /** Teams of which something before `commit` and `step` is not delivered yet. */
  readonly held?: readonly HeldTeam[];
  /** Id of the last accepted event; it becomes `webhook-previous-id` of the next request. */
  readonly lastEvent?: string;
  /** The event that cannot be delivered. `since`: RFC 3339, UTC. */
  readonly blocked?: { readonly event: string; readonly status: string; readonly since: string };
  /** The run that serves the client now. `until`: RFC 3339, UTC; after that other runs may take over. */
  readonly claim?: { readonly run: string; readonly until: string };
  /** The run that wrote this. */
  readonly run?: string;
}

/** How far a lane has come; the claim and the writing run are added when it is written. */
export type LaneCursor = Omit<Cursor, 'claim' | 'run'>;

/** A cursor before the first commit (`first`): nothing of its step is settled. */
export const beforeFirst = (first: string): LaneCursor => ({
  commit: first,
  step: { from: null, to: first, root: true, sequence: BEFORE_ALL, sent: [] },
});

/** Whether a lane is before the first commit, whichever that is; also true if history was replaced by another since. */
export const isBeforeFirst = ({ step }: { readonly step?: PartialStep | null }): boolean =>
  step?.root === true && step.sequence === BEFORE_ALL;

/** Makes text one line, safe in a tag's message and on a terminal. */
export function oneLine(text: string): string {
  return Buffer.from(text) // replaces unpaired surrogates
    .toString()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\s]+/gu, ' ')
    .trim();
}
