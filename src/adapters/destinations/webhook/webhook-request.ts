/** One event or several, and one endpoint -> the request of one attempt. */
import type { Endpoint } from '../../../core/clients/binding/endpoint.ts';
import type { Method } from '../../../core/clients/file/wire-format.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { FORMATS } from './formats/formats.ts';
import { signatureHeader } from './signature.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly method: Method | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent exactly as it was signed; empty: none is sent. */
  readonly body: string;
  /** Deadline of the whole attempt. */
  readonly timeoutMs: number;
  /** What is read of the answer's body; absent: what is enough to tell its first words. */
  readonly reads?: AnswerLimits | undefined;
}

/** How much of an answer is read; also where a piece of it decides. */
export const MAX_ANSWER_BYTES = 64 * 1024;

export interface AnswerLimits {
  readonly bytes: number;
  /** Whether its end is waited for as long as the attempt may last; of an answer whose status says all, only a moment. */
  readonly isAwaited: (status: number) => boolean;
}

/** What the event makes of a request, where that says it itself. */
export interface OwnRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the event itself, in its format. Empty: none. */
  readonly body: string | undefined;
  readonly contentType: string;
}

export interface RequestContext {
  readonly keys: readonly Uint8Array[];
  /** The id of the lane's event before the first. */
  readonly previousId: string | undefined;
  /** How many events of the same step follow the last one in its lane; 0 for the last event of the step. */
  readonly remaining: number;
  /** Whether it is knowingly sent again. */
  readonly replay: boolean;
  readonly userAgent: string;
  /** The operator's deadline; a client may only shorten it. */
  readonly mostTimeoutMs: number;
  /** Start of this attempt, milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Builds the request; its id is that of the last event. The body is the same at every attempt; timestamp and signatures
 * are not.
 */
export function webhookRequest(
  events: readonly LoggedEvent[],
  endpoint: Endpoint,
  context: RequestContext,
  own?: OwnRequest,
): WebhookRequest {
  const event = events.at(-1);
  if (event === undefined) throw new Error('there is no event to be sent');
  const format = own?.body === undefined ? FORMATS[endpoint.format] : undefined;
  const batch = endpoint.isBatch ? format?.batch : undefined;
  const body = own?.body ?? batch?.body(events) ?? format?.body(event) ?? '';
  const contentType =
    batch?.contentType ?? format?.contentType ?? (body === '' ? undefined : own?.contentType);
  const timestamp = Math.floor(context.nowMs / 1000);
  return {
    url: own?.url ?? endpoint.url,
    method: endpoint.method,
    headers: {
      ...format?.headers,
      ...endpoint.headers,
      ...own?.headers,
      ...(contentType !== undefined && { 'content-type': contentType }),
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
    timeoutMs: timeoutOf(endpoint, context),
    reads: wholeAnswer(endpoint),
  };
}

export const timeoutOf = (
  { timeoutMs = Infinity }: Pick<Endpoint, 'timeoutMs'>,
  { mostTimeoutMs }: Pick<RequestContext, 'mostTimeoutMs'>,
): number => Math.min(timeoutMs, mostTimeoutMs);

/** Where the body of an answer decides, its end is waited for. */
function wholeAnswer({ success, done }: Endpoint): AnswerLimits | undefined {
  const rules = [...(success ?? []), ...done].filter((rule) => typeof rule !== 'number');
  if (rules.length === 0) return undefined;
  return { bytes: MAX_ANSWER_BYTES, isAwaited: (status) => rules.some((rule) => rule.status === status) };
}
