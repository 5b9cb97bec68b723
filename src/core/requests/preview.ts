/** The requests of an event as they would be made, without variables and before anything is asked. */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { eventValues, itemsOfEach } from './event-values.ts';
import { renderRequest, scopeOf, type RenderedRequest } from './render-request.ts';
import type { RequestTemplate } from './request-template.ts';

/** Variables are shown by name, and so is what is to be found. */
export const named = (variable: string): string => `\${${variable}}`;

/** By name, in place of what would be found. */
export const namedFinds = ({ find }: RequestTemplate): Readonly<Record<string, Json>> =>
  Object.fromEntries(find.map(({ name }) => [name, `\${found.${name}}`]));

export interface Preview {
  /** The first ones. */
  readonly requests: readonly RenderedRequest[];
  /** How many there are. */
  readonly count: number;
  /** Why one of them, and so the event, cannot be sent. */
  readonly problem: string | undefined;
}

/** All requests are tried; at most `most` are kept. */
export function previewOf(event: LoggedEvent, template: RequestTemplate, most: number): Preview {
  const values = eventValues(event);
  const items = template.each === undefined ? [undefined] : itemsOfEach(values, template.each);
  const found = namedFinds(template);
  const requests: RenderedRequest[] = [];
  for (const item of items) {
    const rendered = renderRequest(template, scopeOf(values, item, found), named);
    if (!rendered.ok) return { requests, count: items.length, problem: rendered.wrong };
    if (requests.length < most) requests.push(rendered.value);
  }
  return { requests, count: items.length, problem: undefined };
}

/** Why the event makes no such requests; undefined if it does. */
export const previewProblem = (event: LoggedEvent, template: RequestTemplate): string | undefined =>
  previewOf(event, template, 0).problem;
