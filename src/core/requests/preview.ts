/** The requests of an event as they would be made, without variables and before anything is asked. */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { Result } from '../result.ts';
import type { EventValues } from './event-values.ts';
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
  /** How many members there are whose requests are not shown. */
  readonly more: number;
}

/** One request of an event: what it is for, and what it can name. */
export interface RequestPart {
  readonly method: string;
  readonly request: RequestTemplate;
  readonly values: EventValues;
  /** The member that it is for. */
  readonly item: Json | undefined;
}

/** So many members are shown. */
const SHOWN_MEMBERS = 3;

const named = (variable: string): string => `\${${variable}}`;

/** What is taken as found where nothing is asked. */
export const namedFinds = ({ find }: Pick<RequestTemplate, 'find'>): Readonly<Record<string, Json>> =>
  Object.fromEntries(find.map(({ name }) => [name, named(`found.${name}`)]));

/** The first requests; why the event makes none, if one of all does not fit. */
export function previewOf(parts: readonly RequestPart[]): Result<ShownRequests> {
  const requests: ShownRequest[] = [];
  let members = 0;
  for (const { method, request, values, item } of parts) {
    const found = { ...namedFinds(request), ...request.found };
    const made = requestsFor(method, request, scopeOf(values, item, found));
    if (!made.ok) return made;
    if (item !== undefined) members++;
    if (members <= SHOWN_MEMBERS) requests.push(...made.value);
  }
  return { ok: true, value: { requests, more: Math.max(0, members - SHOWN_MEMBERS) } };
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
