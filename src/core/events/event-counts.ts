/** Counts events by type. */
import { type EventType, EVENT_TYPES } from './event-type.ts';
import type { LoggedEvent } from './team-event.ts';

/** Only types that occur, in the order of events in a step. */
export function countTypes(
  events: readonly Pick<LoggedEvent, 'type'>[],
): Readonly<Partial<Record<EventType, number>>> {
  const counts = EVENT_TYPES.map(
    (type) => [type, events.filter((event) => event.type === type).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
