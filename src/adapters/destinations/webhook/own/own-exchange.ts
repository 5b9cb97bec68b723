/** One request that a subscription says itself: what it asks first, its token, and the request. */
import { endpointFor, type BoundClient } from '../../../../core/clients/binding/bind-client.ts';
import { placeOf, placeOfUrl } from '../../../../core/clients/binding/place.ts';
import { withQuery, type BoundRequest, type Endpoint } from '../../../../core/clients/binding/endpoint.ts';
import type { Json } from '../../../../core/catalogue/reading/json-value.ts';
import type { Sending } from '../../../../core/delivery/destination.ts';
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import { partsOf, type Part } from '../../../../core/clients/parts.ts';
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
import { changesIds, createFinds, FIND_LIMITS, isOfTeam } from './finds.ts';
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
  /** Makes the request number `part` of an event, or that of a batch. Never rejects because of what a receiver does. */
  make(
    events: Sending['events'],
    client: BoundClient,
    part: number,
    context: RequestContext,
  ): Promise<Exchange>;
  /** To be told of events that were sent as they are: what was found may be another team's since. */
  sent(events: Sending['events'], client: BoundClient): void;
}

export function createOwnExchanges(settings: TokenSettings): OwnExchanges {
  const tokens = createTokens(settings);
  const finds = createFinds();
  /** By client and event, while several requests are made for it: all of them need the same values. */
  const opened = new WeakMap<BoundClient, Map<string, readonly Part[]>>();

  function open(event: LoggedEvent, client: BoundClient): readonly Part[] {
    const ofClient = opened.get(client) ?? new Map<string, readonly Part[]>();
    opened.set(client, ofClient);
    const parts = ofClient.get(event.id) ?? partsOf(event, client.client.subscriptions);
    if (parts.length > 1) ofClient.set(event.id, parts);
    return parts;
  }

  return {
    async make(events, client, number, context) {
      const [event] = events;
      const parts = open(event, client);
      const more = number + 1 < parts.length;
      if (!more) opened.get(client)?.delete(event.id);
      const part = parts[number];
      const endpoint = endpointFor(client, part?.type ?? event.type);
      if (part === undefined) return nothingToDo(endpoint);
      const forget = (): void => finds.forgetTeams(client.client.name);
      if (number === 0 && (changesIds(event) || event.impliedBy.length > 0)) forget();
      const exchange = await makePart(events, client.client.name, endpoint, part, context);
      if (part.type === event.type && changesIds(event)) forget();
      return { ...exchange, more };
    },
    sent(events, { client }) {
      if (events.some(changesIds)) finds.forgetTeams(client.name);
    },
  };

  async function makePart(
    events: Sending['events'],
    client: string,
    endpoint: Endpoint,
    part: Part,
    context: RequestContext,
  ): Promise<Exchange> {
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
      const { outcome, place = endpoint.place } = await attempt(webhookRequest(events, endpoint, context));
      return ended(outcome, endpoint, place);
    }
    let asked = await find(client, endpoint, request, part, attempt, false);
    for (;;) {
      if (asked.kind === 'nothing') return nothingToDo(endpoint);
      if (asked.kind === 'failed') return asked.exchange;
      const scope = scopeOf(part.values, part.item, asked.found);
      const rendered = renderRequest(request, scope, request.lookup);
      const shown = `${endpoint.method} ${placeOf(request.url, request.lookup, shownValue(scope))}`;
      if (!rendered.ok)
        return ended({ kind: 'unsendable', reason: rendered.wrong }, endpoint, endpoint.place);
      const own: OwnRequest = {
        url: withQuery(new URL(rendered.value.url), rendered.value.query),
        headers: rendered.value.headers,
        body: rendered.value.body,
        contentType: request.contentType,
      };
      const { outcome, place = shown } = await attempt(webhookRequest(events, endpoint, context, own));
      const exchange = ended(outcome, endpoint, place, [new URL(own.url).search.slice(1)]);
      if (!asked.remembered || !isDoubtful(exchange)) return exchange;
      const again = await find(client, endpoint, request, part, attempt, true);
      if (again.kind === 'found' && JSON.stringify(again.found) === JSON.stringify(asked.found))
        return exchange;
      asked = again.kind === 'found' ? { ...again, remembered: false } : again;
    }
  }

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
    { values, item }: Part,
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
      const ofTeam = isOfTeam(request.find, one);
      const answer = await finds.get({ client, url: url.value, at: one.at, ofTeam, fresh }, ask);
      if (answer.kind === 'failed') return failed(answer.outcome, endpoint, elsewhere ?? place, url.value);
      if (answer.kind === 'nothing') {
        if (one.none === 'done') return { kind: 'nothing' };
        const reason = `nothing was found for ${one.name}${whom(item)}`;
        return failed({ kind: 'unusable', reason }, endpoint, place, url.value);
      }
      found[one.name] = answer.value;
      remembered ||= answer.remembered;
    }
    return { kind: 'found', found, remembered };
  }
}

/** Whom a request of `each` is for. */
const whom = (item: Json | undefined): string =>
  item === undefined ? '' : ` (each.id: ${(item as { readonly id: string }).id})`;

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
