/** The requests of an event as they would be made, without variables and before anything is asked. */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import type { Result } from '../result.ts';
import { eventValues, itemsOfEach } from './event-values.ts';
import type { Scope } from './language/evaluate.ts';
import { fitting, renderRequest, scopeOf } from './render-request.ts';
import { joinQuery, renderUrl } from './render-url.ts';
import type { RequestTemplate } from './request-template.ts';

/** Variables, and what is to be found, are shown by name: `${TOKEN}`, `${found.user}`. */
export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  /** Absent: the event itself. Empty: none. */
  readonly body: string | undefined;
}

export interface ShownRequests {
  /** The first ones, what is asked first among them. */
  readonly requests: readonly ShownRequest[];
  /** How many members the event makes requests for; 1 if it makes only one. */
  readonly count: number;
}

/** So many members of `each` are shown. */
export const SHOWN_MEMBERS = 3;

const named = (variable: string): string => `\${${variable}}`;

/** What is taken as found where nothing is asked. */
export const namedFinds = ({ find }: Pick<RequestTemplate, 'find'>): Readonly<Record<string, Json>> =>
  Object.fromEntries(find.map(({ name }) => [name, named(`found.${name}`)]));

/** The first requests; why the event makes none, if one of all does not fit. */
export function previewOf(
  event: LoggedEvent,
  { method, request }: { readonly method: string; readonly request: RequestTemplate },
): Result<ShownRequests> {
  const values = eventValues(event);
  const found = { ...namedFinds(request), ...request.found };
  const items = request.each === undefined ? [undefined] : itemsOfEach(values, request.each);
  const requests: ShownRequest[] = [];
  for (const [index, item] of items.entries()) {
    const made = requestsFor(method, request, scopeOf(values, item, found));
    if (!made.ok) return made;
    if (index < SHOWN_MEMBERS) requests.push(...made.value);
  }
  return { ok: true, value: { requests, count: items.length } };
}

function requestsFor(
  method: string,
  request: RequestTemplate,
  scope: Scope,
): Result<readonly ShownRequest[]> {
  const asked = fitting(() =>
    request.find.map(({ url }) => ({ method: 'GET', url: shownUrl(renderUrl(url, scope, named)), body: '' })),
  );
  if (!asked.ok) return asked;
  const rendered = renderRequest(request, scope, named);
  if (!rendered.ok) return rendered;
  const { url, query, body } = rendered.value;
  return { ok: true, value: [...asked.value, { method, url: shownUrl(joinQuery(url, query)), body }] };
}

/** Encoding has made other characters of the braces around names. */
const shownUrl = (url: string): string =>
  url.replace(/%24%7B(found\.\w+|[A-Z][A-Z0-9_]*)%7D/g, (_, name: string) => named(name));
