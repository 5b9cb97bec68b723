/** One event and one endpoint -> the request of one attempt. */
import type { Endpoint } from '../../../core/clients/binding/bind-client.ts';
import type { Method } from '../../../core/clients/file/wire-format.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { FORMATS } from './formats/formats.ts';
import { signatureHeader } from './signature.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent exactly as it was signed. */
  readonly body: string;
  /** Deadline of the whole attempt. */
  readonly timeoutMs: number;
}

export interface RequestContext {
  readonly keys: readonly Uint8Array[];
  /** The id of the lane's event before this one. */
  readonly previousId: string | undefined;
  /** How many events of the same step follow this one in its lane; 0 for the last event of the step. */
  readonly remaining: number;
  /** Whether it is knowingly sent again. */
  readonly replay: boolean;
  readonly userAgent: string;
  /** The operator's deadline; a client may only shorten it. */
  readonly mostTimeoutMs: number;
  /** Start of this attempt, milliseconds since 1970. */
  readonly nowMs: number;
}

/** Builds the request. The body is the same at every attempt; timestamp and signatures are not. */
export function webhookRequest(
  event: LoggedEvent,
  endpoint: Endpoint,
  context: RequestContext,
): WebhookRequest {
  const format = FORMATS[endpoint.format];
  const body = format.body(event);
  const timestamp = Math.floor(context.nowMs / 1000);
  return {
    url: endpoint.url,
    method: endpoint.method,
    headers: {
      ...format.headers,
      ...endpoint.headers,
      'content-type': format.contentType,
      'user-agent': context.userAgent,
      'idempotency-key': event.id,
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      ...(context.previousId !== undefined && { 'webhook-previous-id': context.previousId }),
      'webhook-remaining': String(context.remaining),
      ...(context.replay && { 'webhook-replay': 'true' }),
      ...(context.keys.length > 0 && {
        'webhook-signature': signatureHeader(context.keys, event.id, timestamp, body),
      }),
    },
    body,
    timeoutMs: Math.min(endpoint.timeoutMs ?? Infinity, context.mostTimeoutMs),
  };
}
