/**
 * The port through which events are sent: one event or a batch for one client -> a verdict. Behind it is an adapter
 * (webhooks, a broker); the lane, its pace and its retries know nothing of the protocol.
 */
import type { BoundClient } from '../clients/binding/bind-client.ts';
import type { Interest } from '../clients/lane-selection.ts';
import type { LoggedEvent } from '../events/team-event.ts';

/** Events being sent to their client. */
export interface Sending {
  /** In order; at least one. More than one only where the subscriptions of all of them hold the same `batch`. */
  readonly events: readonly [LoggedEvent, ...LoggedEvent[]];
  readonly client: BoundClient;
  /** The id of the lane's event before the first. */
  readonly previousId: string | undefined;
  /** How many events of the last one's step follow it in its lane; 0 for the last event of the step. */
  readonly remaining: number;
  /** Whether they are knowingly sent again. */
  readonly replay: boolean;
  /** How many parts of the event were accepted before: an event alone may take more than one request. */
  readonly part: number;
  /** When this attempt starts; milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * `misconfigured`: no event can be delivered as the client's entry is, which its owner has to change. `stopped`: the run was
 * told to stop during the attempt, so the outcome is unknown.
 */
export type Verdict = 'accepted' | 'retry' | 'refused' | 'gone' | 'misconfigured' | 'stopped';

/** The result of one attempt; its texts hold no secret. */
export interface Answer {
  /** Of all events that were sent, but for the first `accepted`. */
  readonly verdict: Verdict;
  /** How many of the first events were accepted all the same, if not all were; absent: none. */
  readonly accepted?: number;
  /** For people: where it went and what happened there. Not used if it was accepted. */
  readonly reason: string;
  /** For people: only where it went. */
  readonly place: string;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** To be retried because it came too early; that does not count as a failure. */
  readonly tooEarly?: boolean;
  /** The connection had been closed before the request, so the first retry need not wait. */
  readonly atOnce?: boolean;
  /** Refused because so many bytes are not taken at once: fewer events may be. */
  readonly tooLarge?: boolean;
  /** Nothing was sent: the destination cannot carry the event, or has nothing to do for it. */
  readonly unsent?: boolean;
  /** Accepted, and there are more parts of the event to be sent. */
  readonly more?: boolean;
  /** The operator's settings forbid it. */
  readonly forbidden?: boolean;
  /** The receiver's own code, if it has one; for a webhook the HTTP status. */
  readonly code?: number | undefined;
  /** What time it is for the receiver, if it says so; milliseconds since 1970. */
  readonly receiverTimeMs?: number | undefined;
}

export interface Destination {
  /** Makes one attempt, which ends within its deadline. Never rejects because of what a receiver does. */
  send(sending: Sending): Promise<Answer>;
}

/** Why a client's destination cannot carry an event, known without sending it; undefined if it can. */
export type WhyUnsendable = (event: LoggedEvent, client: Interest) => string | undefined;
