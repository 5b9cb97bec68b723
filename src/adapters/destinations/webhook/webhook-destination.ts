/** The webhook destination: a request for each event, or for several that go to one endpoint. */
import type { Answer, Destination, Sending } from '../../../core/delivery/destination.ts';
import { journalledEvents, type JournalLine } from '../../../core/delivery/journal-line.ts';
import { boundWebhooksOf, endpointFor, type BoundClient } from '../../../core/clients/binding/bind-client.ts';
import type { Endpoint } from '../../../core/clients/binding/endpoint.ts';
import { typesAlong } from '../../../core/clients/parts.ts';
import { describeOutcome, firstWords, judge, type Outcome } from './answer.ts';
import { createOwnExchanges, type Exchange } from './own/own-exchange.ts';
import { askedWaitMs } from './retry-after.ts';
import { refusalOf } from './unsendable.ts';
import { webhookRequest, type RequestContext, type WebhookRequest } from './webhook-request.ts';

const CONTENT_TOO_LARGE = 413;

export interface WebhookSettings {
  /** Makes one request. Never rejects because of what a receiver does. */
  readonly attempt: (request: WebhookRequest) => Promise<Outcome>;
  /** Removes secrets from a text; values in `own` are removed from this text only. */
  readonly redact: (text: string, own?: readonly string[]) => string;
  /** Told secrets that came up in the run: they are to appear in no output. */
  readonly hide: (secrets: readonly string[]) => void;
  readonly userAgent: string;
  /** The operator's deadline; a client may only shorten it. */
  readonly mostTimeoutMs: number;
  /** Told each attempt when it has ended. */
  readonly attempted?: (attempt: JournalLine) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function webhookDestination(settings: WebhookSettings): Destination {
  const { userAgent, mostTimeoutMs, redact, now } = settings;
  const own = createOwnExchanges(settings);
  return {
    async send({ events, client, part, ...sending }: Sending): Promise<Answer> {
      const { keys } = boundWebhooksOf(client);
      const endpoint = endpointFor(client, events[0].type);
      const context = { ...sending, keys, userAgent, mostTimeoutMs };
      const exchange = await exchangeOf(events, client, endpoint, part, context);
      const { outcome, judgement, more } = exchange;
      const unsent = outcome.kind === 'unsendable' || outcome.kind === 'needless';
      const redactOwn = (text: string): string => redact(text, [...client.hidden.own, ...exchange.hidden]);
      const verdict = judgement === 'throttled' ? 'retry' : judgement;
      if (outcome.kind !== 'needless')
        settings.attempted?.({
          time: new Date(sending.nowMs).toISOString(),
          client: client.client.name,
          ...journalledEvents(events.map(({ id }) => id)),
          place: redact(exchange.place),
          verdict,
          status: outcome.kind === 'answered' ? outcome.status : null,
          milliseconds: Math.max(0, now() - sending.nowMs),
          answer: firstWords(outcome, redactOwn),
        });
      const time = outcome.kind === 'answered' ? Date.parse(outcome.date ?? '') : NaN;
      const receiverTimeMs = Number.isNaN(time) ? undefined : time;
      if (judgement === 'accepted')
        return { verdict: 'accepted', reason: '', place: exchange.place, unsent, more, receiverTimeMs };
      const place = redact(exchange.place);
      return {
        verdict,
        reason: `${place}: ${describeOutcome(outcome, redactOwn)}`,
        place,
        retryAfterMs: askedWaitMs(outcome, now()),
        tooEarly: judgement === 'throttled',
        atOnce: outcome.kind === 'unreachable' && outcome.reset,
        unsent,
        tooLarge: outcome.kind === 'answered' && outcome.status === CONTENT_TOO_LARGE,
        forbidden: outcome.kind === 'forbidden',
        code: outcome.kind === 'answered' ? outcome.status : undefined,
        receiverTimeMs,
      };
    },
  };

  async function exchangeOf(
    events: Sending['events'],
    client: BoundClient,
    endpoint: Endpoint,
    part: number,
    context: RequestContext,
  ): Promise<Exchange> {
    const [event] = events;
    const refusal = refusalOf(event, endpoint);
    if (refusal !== undefined) return plainExchange({ kind: 'unsendable', reason: refusal }, endpoint);
    const { request, oauth2 } = endpoint;
    if (
      request !== undefined ||
      oauth2 !== undefined ||
      typesAlong(event, client.client.subscriptions).length > 0
    )
      return own.make(events, client, part, context);
    const exchange = await plainExchange(
      settings.attempt(webhookRequest(events, endpoint, context)),
      endpoint,
    );
    own.sent(events, client);
    return exchange;
  }
}

async function plainExchange(made: Outcome | Promise<Outcome>, endpoint: Endpoint): Promise<Exchange> {
  const outcome = await made;
  return { outcome, judgement: judge(outcome, endpoint), place: endpoint.place, hidden: [], more: false };
}
