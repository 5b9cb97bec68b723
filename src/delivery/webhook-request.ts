/** One event for one endpoint -> the request of one attempt. */
import type { Endpoint } from '../clients/bind-client.ts';
import type { WireFormat } from '../clients/client-schema.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { signatureHeader } from './signature.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that are signed are the bytes that are sent. */
  readonly body: string;
  /** Deadline of the whole attempt. */
  readonly timeoutMs: number;
}

export interface RequestContext {
  readonly keys: readonly Uint8Array[];
  /** The lane's event before this one. */
  readonly previousId: string | undefined;
  /** It was sent before, and is sent again knowingly. */
  readonly replay: boolean;
  readonly userAgent: string;
  readonly defaultTimeoutMs: number;
  /** Of this attempt. */
  readonly nowMs: number;
}

const WIRE: Readonly<
  Record<WireFormat, { readonly contentType: string; readonly body: (event: LoggedEvent) => string }>
> = {
  json: { contentType: 'application/json', body: ({ text }) => text },
  cloudevents: { contentType: 'application/cloudevents+json', body: ({ text }) => text },
};

/** The same body at every attempt; timestamp and signatures are of this one. */
export function webhookRequest(
  event: LoggedEvent,
  endpoint: Endpoint,
  context: RequestContext,
): WebhookRequest {
  const { contentType, body: bodyOf } = WIRE[endpoint.format];
  const body = bodyOf(event);
  const timestamp = Math.floor(context.nowMs / 1000);
  return {
    url: endpoint.url,
    method: 'POST',
    headers: {
      ...endpoint.headers,
      'content-type': contentType,
      'user-agent': context.userAgent,
      'idempotency-key': event.id,
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      ...(context.previousId !== undefined && { 'webhook-previous-id': context.previousId }),
      ...(context.replay && { 'webhook-replay': 'true' }),
      ...(context.keys.length > 0 && {
        'webhook-signature': signatureHeader(context.keys, event.id, timestamp, body),
      }),
    },
    body,
    timeoutMs: endpoint.timeoutMs ?? context.defaultTimeoutMs,
  };
}
