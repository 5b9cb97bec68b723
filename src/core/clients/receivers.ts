/** The receivers of each event of a step, as the subscriptions alone decide. */
import type { LoggedEvent } from '../events/team-event.ts';
import type { Client } from './file/client.ts';
import { type Selects, selectForLane } from './lane-selection.ts';

/** Returns a function that gives the names of the clients that are sent an event of this step. */
export function receiversOf(
  clients: readonly Client[],
  step: readonly LoggedEvent[],
  selects: Selects,
): (event: Pick<LoggedEvent, 'id'>) => readonly string[] {
  const names = new Map<string, string[]>();
  for (const client of clients) {
    selectForLane(client, step, selects).forEach((disposition, index) => {
      const id = step[index]?.id;
      if (disposition === 'send' && id !== undefined) names.set(id, [...(names.get(id) ?? []), client.name]);
    });
  }
  return (event) => names.get(event.id) ?? [];
}
