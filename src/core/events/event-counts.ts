/** How many events there are of each type. */
import { type EventType, EVENT_TYPES } from './event-type.ts';
import type { LoggedEvent } from './team-event.ts';

/** Of those that there are, in the order in which they stand in a step. */
export function countTypes(
  events: readonly Pick<LoggedEvent, 'type'>[],
): Readonly<Partial<Record<EventType, number>>> {
  const counts = EVENT_TYPES.map(
    (type) => [type, events.filter((event) => event.type === type).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
