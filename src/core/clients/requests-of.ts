/** The requests that clients say themselves, as they would be made. */
import type { LoggedEvent } from '../events/team-event.ts';
import type { Result } from '../result.ts';
import { previewOf, type ShownRequests } from '../requests/preview.ts';
import type { Client } from './file/client.ts';
import type { Interest } from './lane-selection.ts';
import { partsOf, typesAlong } from './parts.ts';

/** undefined if what the client is sent is the event, or the event makes no such request. */
export type RequestsOf = (client: string, event: LoggedEvent) => ShownRequests | undefined;

export function requestsOf(clients: readonly Client[]): RequestsOf {
  const byName = new Map(clients.map((client) => [client.name, client.subscriptions]));
  return (client, event) => {
    const made = shownRequests(event, byName.get(client) ?? new Map());
    return made?.ok ? made.value : undefined;
  };
}

/** The requests of one event, or why it makes none; undefined if what is sent is the event. */
export function shownRequests(
  event: LoggedEvent,
  subscriptions: Interest['subscriptions'],
): Result<ShownRequests> | undefined {
  const isOwn = subscriptions.get(event.type)?.request !== undefined;
  if (!isOwn && typesAlong(event, subscriptions).length === 0) return undefined;
  const parts = partsOf(event, subscriptions).flatMap(({ type, values, item }) => {
    const { method = '', request } = subscriptions.get(type) ?? {};
    return request === undefined ? [] : [{ method, request, values, item }];
  });
  return previewOf(parts);
}
