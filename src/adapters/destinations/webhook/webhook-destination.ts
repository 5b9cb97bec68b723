/** The webhook destination: one request per event. */
import type { Interest } from '../../../core/clients/lane-selection.ts';
import type { Answer, Destination, Sending } from '../../../core/delivery/destination.ts';
import type { JournalLine } from '../../../core/delivery/journal-line.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { describeOutcome, firstWords, judge, type Outcome } from './answer.ts';
import { FORMATS } from './formats/formats.ts';
import { askedWaitMs } from './retry-after.ts';
import { webhookRequest, type WebhookRequest } from './webhook-request.ts';

export interface WebhookSettings {
  /** Makes one request. Never rejects because of what a receiver does. */
  readonly attempt: (request: WebhookRequest) => Promise<Outcome>;
  /** Removes secrets from a text; values in `own` are removed from this text only. */
  readonly redact: (text: string, own?: readonly string[]) => string;
  readonly userAgent: string;
  /** The operator's deadline; a client may only shorten it. */
  readonly mostTimeoutMs: number;
  /** Told each attempt when it has ended. */
  readonly attempted?: (attempt: JournalLine) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const webhookDestination = (settings: WebhookSettings): Destination => ({
  async send({ event, client, ...sending }: Sending): Promise<Answer> {
    const endpoint = client.endpoints.get(event.type);
    if (endpoint === undefined) throw new Error(`${client.client.name} has no endpoint for ${event.type}`);
    const { userAgent, mostTimeoutMs, redact, now } = settings;
    const context = { ...sending, keys: client.keys, userAgent, mostTimeoutMs };
    const refusal = FORMATS[endpoint.format].refusal?.(event);
    const outcome: Outcome =
      refusal === undefined
        ? await settings.attempt(webhookRequest(event, endpoint, context))
        : { kind: 'unsendable', reason: refusal };
    const judgement = judge(outcome, endpoint);
    settings.attempted?.({
      time: new Date(sending.nowMs).toISOString(),
      client: client.client.name,
      event: event.id,
      place: redact(endpoint.place),
      verdict: judgement === 'throttled' ? 'retry' : judgement,
      status: outcome.kind === 'answered' ? outcome.status : null,
      milliseconds: Math.max(0, now() - sending.nowMs),
      answer: firstWords(outcome, (text) => redact(text, client.hidden.own)),
    });
    if (judgement === 'accepted') return { verdict: 'accepted', reason: '', place: endpoint.place };
    const place = redact(endpoint.place);
    const said = describeOutcome(outcome, (text) => redact(text, client.hidden.own));
    return {
      verdict: judgement === 'throttled' ? 'retry' : judgement,
      reason: `${place}: ${said}`,
      place,
      retryAfterMs: askedWaitMs(outcome, now()),
      tooEarly: judgement === 'throttled',
      atOnce: outcome.kind === 'unreachable' && outcome.reset,
      unsent: outcome.kind === 'unsendable',
      code: outcome.kind === 'answered' ? outcome.status : undefined,
    };
  },
});

/** Why the format of the client's subscription cannot carry the event; undefined if it can. */
export function unsendable(event: LoggedEvent, { subscriptions }: Interest): string | undefined {
  const format = subscriptions.get(event.type)?.format;
  return format && FORMATS[format].refusal?.(event);
}
