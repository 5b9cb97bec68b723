/** The requests that clients say themselves, as they would be made. */
import type { LoggedEvent } from '../events/team-event.ts';
import { previewOf, type ShownRequests } from '../requests/preview.ts';
import type { Client } from './file/client.ts';

/** undefined if what the client is sent is the event, or the event makes no such request. */
export type RequestsOf = (client: string, event: LoggedEvent) => ShownRequests | undefined;

export function requestsOf(clients: readonly Client[]): RequestsOf {
  const byName = new Map(clients.map((client) => [client.name, client.subscriptions]));
  return (client, event) => {
    const { method = '', request } = byName.get(client)?.get(event.type) ?? {};
    const made = request && previewOf(event, { method, request });
    return made?.ok ? made.value : undefined;
  };
}
