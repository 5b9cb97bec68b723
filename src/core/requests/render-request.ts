/** What a subscription says of its request, and what can be named -> the request. */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { Result } from '../result.ts';
import { renderBody } from './body/render-body.ts';
import type { EventValues } from './event-values.ts';
import { UnfitEvent } from './language/budget.ts';
import type { Scope } from './language/evaluate.ts';
import { expressionText } from './language/expression.ts';
import { renderUrl, valueText } from './render-url.ts';
import type { RequestTemplate } from './request-template.ts';
import type { Lookup, Template } from './template.ts';

export interface RenderedRequest {
  /** Without the parameters of `query`. */
  readonly url: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the event itself, in its format. Empty: none. */
  readonly body: string | undefined;
}

/** `each`: the member that the request is for; `found`: what was found, by name. */
export function scopeOf(
  event: EventValues,
  each: Json | undefined,
  found: Readonly<Record<string, Json>>,
): Scope {
  return (name) => {
    if (name === 'each') return each;
    return name === 'found' ? found : event.get(name);
  };
}

/** The request, the same for the same scope and variables; why this event makes none otherwise. */
export function renderRequest(
  { url, query, headers, body }: RequestTemplate,
  scope: Scope,
  lookup: Lookup,
): Result<RenderedRequest> {
  return fitting(() => ({
    url: renderUrl(url, scope, lookup),
    query: query.map(([name, value]) => [name, textIn(value, scope, lookup)] as const),
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name, textIn(value, scope, lookup, headerValue(name))]),
    ),
    body: body === 'none' ? '' : body && renderBody(body, scope, lookup),
  }));
}

/** The value of `make`, or why the event does not fit it. */
export function fitting<Value>(make: () => Value): Result<Value> {
  try {
    return { ok: true, value: make() };
  } catch (error) {
    if (error instanceof UnfitEvent) return { ok: false, wrong: error.message };
    throw error;
  }
}

function textIn(
  { parts }: Template,
  scope: Scope,
  lookup: Lookup,
  checked: (text: string, name: string) => string = (text) => text,
): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      if ('variable' in part) return lookup(part.variable) ?? '';
      return checked(valueText(part.expression, scope), expressionText(part.expression));
    })
    .join('');
}

/** What a header can carry: no control character, so that no value makes a header of its own. */
const headerValue = (header: string) => (text: string, name: string) => {
  if (/^[\x20-\x7e\xa0-\xff]*$/.test(text)) return text;
  throw new UnfitEvent(`${name} holds a character that the header ${header} cannot carry`);
};
