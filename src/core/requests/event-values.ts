/** What expressions can name in an event. */
import type { Json } from '../catalogue/reading/json-value.ts';
import { eventOf, type LoggedEvent } from '../events/team-event.ts';
import type { Each } from './language/shape.ts';

export type EventValues = ReadonlyMap<string, Json>;

/** By the names of `namesOf`; what a type does not have is not there. */
export function eventValues(event: LoggedEvent): EventValues {
  const { id, sequence, subject, time, source, type, data } = eventOf(event);
  const { team, commit, file, snapshot = false, changes, added, removed } = data;
  const values = new Map<string, unknown>([
    ['type', type],
    ['id', id],
    ['sequence', sequence],
    ['subject', subject],
    ['time', time],
    ['source', source],
    ['team', team],
    ['commit', commit],
    ['file', file],
    ['snapshot', snapshot],
  ]);
  if (changes !== undefined) {
    values.set('changes', changes);
    // Also where the id has not changed: a request for the earlier id is right for each change then.
    values.set('before', { id: changes.find(({ field }) => field === 'id')?.from ?? team.id });
  }
  if (added !== undefined) values.set('added', added);
  if (removed !== undefined) values.set('removed', removed);
  return values as EventValues;
}

/** The items of the list that `each` names. */
export function itemsOfEach(values: EventValues, each: Each): readonly Json[] {
  const list =
    each === 'members' ? (values.get('team') as { readonly members?: Json }).members : values.get(each);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
