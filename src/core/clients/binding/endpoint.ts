/** A subscription with the values of its variables filled in: where the events of one type are sent, and how. */
import { joinQuery } from '../../requests/render-url.ts';
import type { RequestTemplate } from '../../requests/request-template.ts';
import { expressionsOf, fill, type Lookup, type Template } from '../../requests/template.ts';
import type { Result } from '../../result.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import type { AnswerRule, WebhookSubscription } from '../file/client.ts';
import { anyValue, placementProblem, urlProblem } from '../file/url-rules.ts';
import type { Method, WireFormat } from '../file/wire-format.ts';
import { headerText, type OauthCredentials } from './authorization.ts';
import { placeOf } from './place.ts';

export interface Endpoint {
  /** Where values of the event belong, it holds any: what is sent has `request` to say it. */
  readonly url: string;
  /** For messages: method, host and path, with variables shown by name; never a query. */
  readonly place: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly format: WireFormat;
  /** Whether what is sent is a list, be it of one event. */
  readonly isBatch: boolean;
  readonly timeoutMs: number | undefined;
  readonly success: readonly AnswerRule[] | undefined;
  readonly done: readonly AnswerRule[];
  /** What of the request needs the event; undefined if nothing does. */
  readonly request: BoundRequest | undefined;
  /** Urls that are asked first; as `url`. */
  readonly asked: readonly string[];
  /** How to get the token that `authorization` carries. */
  readonly oauth2: OauthGrant | undefined;
}

export interface BoundRequest extends RequestTemplate {
  /** The client's own variables. */
  readonly lookup: Lookup;
}

/** As OAuth 2.0 names them. */
export interface OauthGrant {
  readonly url: string;
  readonly id: string;
  readonly secret: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type Wrong = Pick<FileProblem, 'line' | 'message'>;

/** Returns the endpoint, or what is wrong with it. */
export function bindSubscription(subscription: WebhookSubscription, lookup: Lookup): Result<Endpoint, Wrong> {
  const { method, format, batch, timeoutMs, success, done, request } = subscription;
  const filled = boundUrl(subscription.url, lookup);
  if (!filled.ok) return filled;
  const asked: string[] = [];
  for (const { url } of request?.find ?? []) {
    const found = boundUrl(url, lookup);
    if (!found.ok) return found;
    asked.push(found.value);
  }
  const headers: Record<string, string> = {};
  let oauth2: OauthGrant | undefined;
  for (const [name, value] of subscription.headers) {
    if ('oauth2' in value) {
      const grant = boundGrant(value, lookup);
      if (!grant.ok) return grant;
      oauth2 = grant.value;
      continue;
    }
    const header = headerText(name, value, lookup);
    if (!header.ok) return { ok: false, wrong: { line: value.line, message: header.wrong } };
    const needsEvent = 'parts' in value && expressionsOf(value).length > 0;
    if (!needsEvent) headers[name] = header.value;
  }
  const parameters = subscription.query.map(([name, value]) => [name, fill(value, lookup)] as const);
  return {
    ok: true,
    value: {
      url: withQuery(new URL(filled.value), parameters),
      place: `${method} ${placeOf(subscription.url, lookup)}`,
      method,
      headers,
      format,
      isBatch: batch !== undefined,
      timeoutMs,
      success,
      done,
      request: request && { ...request, lookup },
      asked,
      oauth2,
    },
  };
}

function boundUrl(url: Template, lookup: Lookup): Result<string, Wrong> {
  const text = fill(url, lookup, anyValue);
  const message = placementProblem(url, lookup) ?? urlProblem(text);
  return message === undefined
    ? { ok: true, value: text }
    : { ok: false, wrong: { line: url.line, message } };
}

function boundGrant({ oauth2, line }: OauthCredentials, lookup: Lookup): Result<OauthGrant, Wrong> {
  const url = boundUrl(oauth2.url, lookup);
  if (!url.ok) return url;
  const { grant, username, password, scope } = oauth2;
  const parameters: Record<string, string> = { grant_type: grant };
  if (username !== undefined) parameters['username'] = fill(username, lookup);
  if (password !== undefined) parameters['password'] = fill(password, lookup);
  if (scope !== undefined) parameters['scope'] = fill(scope, lookup);
  const id = fill(oauth2.id, lookup);
  if (id === '') return { ok: false, wrong: { line, message: 'the id of oauth2 is empty' } };
  return { ok: true, value: { url: url.value, id, secret: fill(oauth2.secret, lookup), parameters } };
}

/** The url as written, followed by the encoded parameters. */
export function withQuery(url: URL, parameters: readonly (readonly [name: string, value: string])[]): string {
  url.hash = ''; // it is empty, and would end the query
  return joinQuery(url.href, parameters);
}
