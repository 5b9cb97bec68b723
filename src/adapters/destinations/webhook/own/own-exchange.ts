/** One request that a subscription says itself: what it asks first, its token, and the request. */
import { placeOf, placeOfUrl } from '../../../../core/clients/binding/place.ts';
import { withQuery, type BoundRequest, type Endpoint } from '../../../../core/clients/binding/endpoint.ts';
import type { Json } from '../../../../core/catalogue/reading/json-value.ts';
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import { eventValues, itemsOfEach, type EventValues } from '../../../../core/requests/event-values.ts';
import type { Scope } from '../../../../core/requests/language/evaluate.ts';
import { fitting, renderRequest, scopeOf } from '../../../../core/requests/render-request.ts';
import { renderUrl, shownValue } from '../../../../core/requests/render-url.ts';
import type { Outcome } from '../answer.ts';
import { judge, type Judgement } from '../answer.ts';
import {
  timeoutOf,
  webhookRequest,
  type OwnRequest,
  type RequestContext,
  type WebhookRequest,
} from '../webhook-request.ts';
import { createFinds, FIND_LIMITS } from './finds.ts';
import { createTokens, type TokenSettings } from './tokens.ts';

/** How it ended. */
export interface Exchange {
  readonly outcome: Outcome;
  readonly judgement: Judgement;
  /** For people: where it went, not masked. */
  readonly place: string;
  /** Texts that must not appear in what is said of it. */
  readonly hidden: readonly string[];
  /** More requests of this event follow. */
  readonly more: boolean;
}

export interface OwnExchanges {
  /** Makes the request number `part` of the event. Never rejects because of what a receiver does. */
  make(
    event: LoggedEvent,
    client: string,
    endpoint: Endpoint,
    part: number,
    context: RequestContext,
  ): Promise<Exchange>;
}

/** What may be remembered of an event while its requests are made. */
interface Opened {
  readonly values: EventValues;
  /** What each of its requests is for. */
  readonly items: readonly (Json | undefined)[];
}

export function createOwnExchanges(settings: TokenSettings): OwnExchanges {
  const tokens = createTokens(settings);
  const finds = createFinds();
  /** By client and event, while several requests are made for it: all of them need the same values. */
  const opened = new Map<string, Opened>();

  function open(event: LoggedEvent, client: string, request: BoundRequest): Opened {
    const { each } = request;
    const key = keyOf(event, client, request);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const values = eventValues(event);
    const now = { values, items: each === undefined ? [undefined] : itemsOfEach(values, each) };
    if (now.items.length > 1) opened.set(key, now);
    return now;
  }

  return {
    async make(event, client, endpoint, part, context) {
      const { request } = endpoint;
      const timeoutMs = timeoutOf(endpoint, context);
      const endsMs = settings.now() + timeoutMs;
      const leftMs = (): number => Math.max(1, endsMs - settings.now());
      const attempt = async (made: WebhookRequest): Promise<Answered> => {
        const answered = await authorized(client, endpoint, made, leftMs);
        const { outcome } = answered;
        return outcome.kind === 'timeout' ? { ...answered, outcome: { ...outcome, timeoutMs } } : answered;
      };
      if (request === undefined) {
        const { outcome, place = endpoint.place } = await attempt(webhookRequest(event, endpoint, context));
        return ended(outcome, endpoint, place);
      }
      const { values, items } = open(event, client, request);
      if (items.length === 0) return nothingToDo(endpoint);
      const more = part + 1 < items.length;
      if (!more) opened.delete(keyOf(event, client, request));
      const item = items[part];
      const ask = (fresh: boolean): Promise<Asked> =>
        find(client, endpoint, request, values, item, attempt, fresh);

      let asked = await ask(false);
      for (;;) {
        if (asked.kind === 'nothing') return { ...nothingToDo(endpoint), more };
        if (asked.kind === 'failed') return { ...asked.exchange, more };
        const scope = scopeOf(values, item, asked.found);
        const rendered = renderRequest(request, scope, request.lookup);
        const shown = `${endpoint.method} ${placeOf(request.url, request.lookup, shownValue(scope))}`;
        if (!rendered.ok)
          return { ...ended({ kind: 'unsendable', reason: rendered.wrong }, endpoint, endpoint.place), more };
        const own: OwnRequest = {
          url: withQuery(new URL(rendered.value.url), rendered.value.query),
          headers: rendered.value.headers,
          body: rendered.value.body,
          contentType: request.contentType,
        };
        const { outcome, place = shown } = await attempt(webhookRequest(event, endpoint, context, own));
        const exchange = { ...ended(outcome, endpoint, place, [new URL(own.url).search.slice(1)]), more };
        if (!asked.remembered || !isDoubtful(exchange)) return exchange;
        const again = await ask(true);
        if (again.kind === 'found' && JSON.stringify(again.found) === JSON.stringify(asked.found))
          return exchange;
        asked = again.kind === 'found' ? { ...again, remembered: false } : again;
      }
    },
  };

  /** With the token, if one is needed; once more with a new one, if it is refused. */
  async function authorized(
    client: string,
    { oauth2 }: Endpoint,
    request: WebhookRequest,
    leftMs: () => number,
  ): Promise<Answered> {
    if (oauth2 === undefined) return { outcome: await settings.attempt({ ...request, timeoutMs: leftMs() }) };
    for (let tries = 1; ; tries++) {
      const answer = await tokens.get(client, oauth2, leftMs());
      if (answer.kind === 'none') return { outcome: answer.outcome, place: `POST ${placeOfUrl(oauth2.url)}` };
      const headers = { ...request.headers, authorization: `Bearer ${answer.token}` };
      const outcome = await settings.attempt({ ...request, headers, timeoutMs: leftMs() });
      if (!(outcome.kind === 'answered' && outcome.status === 401)) return { outcome };
      tokens.refused(client, oauth2);
      if (tries > 1) return { outcome };
    }
  }

  /** Asks for everything that the request needs first. `fresh`: nothing of it is remembered. */
  async function find(
    client: string,
    endpoint: Endpoint,
    request: BoundRequest,
    values: EventValues,
    item: Json | undefined,
    attempt: (request: WebhookRequest) => Promise<Answered>,
    fresh: boolean,
  ): Promise<Asked> {
    const found: Record<string, Json> = { ...request.found };
    let remembered = false;
    for (const one of request.find) {
      const scope = scopeOf(values, item, found);
      const url = fitting(() => new URL(renderUrl(one.url, scope, request.lookup)).href);
      if (!url.ok) return failed({ kind: 'unsendable', reason: url.wrong }, endpoint, endpoint.place);
      const place = `GET ${placeOf(one.url, request.lookup, shownValue(scope))}`;
      const headers = headersOf(endpoint, request, scope);
      if (!headers.ok) return failed({ kind: 'unsendable', reason: headers.wrong }, endpoint, endpoint.place);
      let elsewhere: string | undefined;
      const ask = async (): Promise<Outcome> => {
        const answered = await attempt({
          url: url.value,
          method: 'GET',
          headers: { accept: 'application/json', ...headers.value, 'user-agent': settings.userAgent },
          body: '',
          timeoutMs: Infinity,
          reads: FIND_LIMITS,
        });
        elsewhere = answered.place;
        return answered.outcome;
      };
      if (fresh) finds.forget(client, url.value);
      const answer = await finds.get(client, url.value, one, ask);
      if (answer.kind === 'failed') return failed(answer.outcome, endpoint, elsewhere ?? place, url.value);
      if (answer.kind === 'nothing') {
        if (one.none === 'done') return { kind: 'nothing' };
        return failed(
          { kind: 'unusable', reason: `nothing was found for ${one.name}` },
          endpoint,
          place,
          url.value,
        );
      }
      found[one.name] = answer.value;
      remembered ||= answer.remembered;
    }
    return { kind: 'found', found, remembered };
  }
}

const keyOf = ({ id }: LoggedEvent, client: string, { each }: BoundRequest): string =>
  `${client}\n${id}\n${each}`;

/** What was remembered may be of a thing that is gone: another may have its name now. */
const isDoubtful = ({ outcome, judgement }: Exchange): boolean =>
  outcome.kind === 'answered' && outcome.status >= 400 && outcome.status < 500 && judgement !== 'throttled';

interface Answered {
  readonly outcome: Outcome;
  /** Where it went, if it did not come to the request itself. */
  readonly place?: string;
}

type Asked =
  | { readonly kind: 'found'; readonly found: Readonly<Record<string, Json>>; readonly remembered: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly exchange: Exchange };

const headersOf = (endpoint: Endpoint, request: BoundRequest, scope: Scope) =>
  fitting(() => {
    const own = renderRequest({ ...request, query: [], body: 'none' }, scope, request.lookup);
    return { ...endpoint.headers, ...(own.ok ? own.value.headers : {}) };
  });

function failed(outcome: Outcome, endpoint: Endpoint, place: string, url?: string): Asked {
  // What is asked first is never accepted as done, and never the end of the client.
  const judgement = judge(outcome, { success: [], done: [] });
  const exchange = ended(outcome, endpoint, place, url === undefined ? [] : [new URL(url).search.slice(1)]);
  return {
    kind: 'failed',
    exchange: { ...exchange, judgement: judgement === 'gone' ? 'refused' : judgement },
  };
}

const ended = (
  outcome: Outcome,
  endpoint: Endpoint,
  place: string,
  hidden: readonly string[] = [],
): Exchange => ({
  outcome,
  judgement: judge(outcome, endpoint),
  place,
  hidden: hidden.filter((text) => text !== ''),
  more: false,
});

/** Accepted without a request. */
const nothingToDo = (endpoint: Endpoint): Exchange => ({
  outcome: { kind: 'needless' },
  judgement: 'accepted',
  place: endpoint.place,
  hidden: [],
  more: false,
});
