/**
 * The port through which events leave: one event for one client -> a verdict. What stands behind it (a webhook, a
 * broker) is an adapter; the lane, its pace and its retries know nothing of the protocol.
 */
import type { BoundClient } from '../clients/binding/bind-client.ts';
import type { Interest } from '../clients/lane-selection.ts';
import type { LoggedEvent } from '../events/team-event.ts';

/** An event on its way to its client. */
export interface Sending {
  readonly event: LoggedEvent;
  readonly client: BoundClient;
  /** The lane's event before this one. */
  readonly previousId: string | undefined;
  /** How many events of the same step follow this one in its lane; 0 ends the step. */
  readonly remaining: number;
  /** It was sent before, and is sent again knowingly. */
  readonly replay: boolean;
  /** When this attempt begins; milliseconds since 1970. */
  readonly nowMs: number;
}

/** `stopped`: the run was told to stop during the attempt, and nobody knows what became of it. */
export type Verdict = 'accepted' | 'retry' | 'refused' | 'gone' | 'stopped';

/** What came of one attempt, in words that hold no secret. */
export interface Answer {
  readonly verdict: Verdict;
  /** Where it went and what happened there, for people; of no interest where it was accepted. */
  readonly reason: string;
  /** Where it went, alone. */
  readonly place: string;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** To be retried because it came too early, which is no failure. */
  readonly tooEarly?: boolean;
  /** The connection had been closed before: the first retry need not wait. */
  readonly atOnce?: boolean;
  /** Nothing was sent, as the destination cannot carry the event. */
  readonly unsent?: boolean;
  /** The receiver's own code for it, where it has one; of a webhook the status. */
  readonly code?: number | undefined;
}

export interface Destination {
  /** Makes one attempt, which ends within its deadline. Never rejects for what a receiver does. */
  send(sending: Sending): Promise<Answer>;
}

/** Why a client's destination cannot carry an event, where that is so; known without sending. */
export type WhyUnsendable = (event: LoggedEvent, client: Interest) => string | undefined;
