/** A client of the clients file, read and checked, without the values of its variables. */
import type { EventType } from '../../events/event-type.ts';
import type { RequestTemplate } from '../../requests/request-template.ts';
import type { Template } from '../../requests/template.ts';
import type { Batch } from '../batch.ts';
import type { HeaderValue } from '../binding/authorization.ts';
import type { Scope } from '../scope.ts';
import type { BrokerEntry } from './broker-entry.ts';
import type { LaneOrder } from './lane-keys.ts';
import type { Method, WireFormat } from './wire-format.ts';

/** An answer: by its status, or only with a piece of its body. */
export type AnswerRule = number | { readonly status: number; readonly body: string };

/** One event type of one client. */
export interface Subscription {
  readonly event: EventType;
  /** The teams it covers; undefined if it covers all. */
  readonly scope: Scope | undefined;
  /** Subscriptions with the same one have one endpoint, and their events go together; undefined: each goes alone. */
  readonly batch: Batch | undefined;
  readonly line: number;
}

/** One event type of one client, and the endpoint that receives it. */
export interface WebhookSubscription extends Subscription {
  readonly url: Template;
  readonly method: Method;
  readonly query: readonly (readonly [name: string, value: Template])[];
  /** Headers of the client and the subscription (the subscription's win); names in lower case. */
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
  readonly format: WireFormat;
  readonly timeoutMs: number | undefined;
  /** The only answers of 2xx that count as accepted; undefined if all do. */
  readonly success: readonly AnswerRule[] | undefined;
  /** More answers that count as accepted, because the receiver already has the change (409, say). */
  readonly done: readonly AnswerRule[];
  /** What of its request needs the event; undefined if nothing does. */
  readonly request: RequestTemplate | undefined;
}

export interface WebhookEntry {
  readonly kind: 'webhook';
  /** The client's subscriptions, each with its endpoint. */
  readonly subscriptions: ReadonlyMap<EventType, WebhookSubscription>;
  /** Keys for the signatures. */
  readonly secrets: readonly Template[];
}

export interface Client {
  readonly name: string;
  readonly formerly: string | undefined;
  readonly contact: string | undefined;
  /** Where the client begins if it has no cursor: `now`, `snapshot`, `root`, or a branch, a tag or a commit id. */
  readonly start: string;
  readonly paused: boolean;
  /** Whether each event waits for the one before it, or only for that of its own team. */
  readonly order: LaneOrder;
  /** How many of its requests may be under way at once. */
  readonly parallel: number;
  /** Ids of events that a person chose to skip. */
  readonly skip: ReadonlySet<string>;
  readonly subscriptions: ReadonlyMap<EventType, Subscription>;
  /** Where its events go: to the urls of its subscriptions, or all of them to one broker. */
  readonly destination: WebhookEntry | BrokerEntry;
  readonly line: number;
  /** How many columns its keys are indented in the file; undefined if they stand in braces. */
  readonly indent: number | undefined;
}

/** The subscriptions with their endpoints; none if the events go to a broker. */
export const webhooksOf = ({ destination }: Pick<Client, 'destination'>): WebhookEntry['subscriptions'] =>
  destination.kind === 'webhook' ? destination.subscriptions : new Map();
