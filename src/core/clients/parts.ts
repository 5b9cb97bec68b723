/**
 * What an event is to a client whose requests are its own: one request, or one for each member. Where the client makes
 * requests for members one by one, those for the members that the event brings or takes along are parts of it too: no
 * other event tells this client of them.
 */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { EventType, FieldChange } from '../events/event-type.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { eventValues, itemsOfEach, type EventValues } from '../requests/event-values.ts';
import type { Interest } from './lane-selection.ts';

export interface Part {
  /** The type of the subscription whose request it is. */
  readonly type: EventType;
  /** What the request can name. */
  readonly values: EventValues;
  /** The member that it is for. */
  readonly item: Json | undefined;
}

/** Types of member events that an event of the type implies, in the order in which they would be sent. */
const ALONG: Readonly<
  Partial<Record<EventType, readonly ('team.members.removed' | 'team.members.added')[]>>
> = {
  'team.created': ['team.members.added'],
  'team.modified': ['team.members.removed', 'team.members.added'],
};

type Subscriptions = Interest['subscriptions'];

/** The subscriptions that may have requests for members whom the event brings or takes along. */
export const typesAlong = (event: LoggedEvent, subscriptions: Subscriptions) =>
  subscriptions.get(event.type)?.request?.each !== undefined
    ? []
    : (ALONG[event.type] ?? []).filter((type) => {
        const { request, scope } = subscriptions.get(type) ?? {};
        return request?.each !== undefined && (scope?.(event) ?? true);
      });

/** In the order in which they are made; none where the event is about no member that a request is made for. */
export function partsOf(event: LoggedEvent, subscriptions: Subscriptions): readonly Part[] {
  const values = eventValues(event);
  const parts = partsFor(event.type, values, subscriptions);
  for (const type of typesAlong(event, subscriptions)) {
    const name = type === 'team.members.added' ? 'added' : 'removed';
    const people = peopleAlong(event.type, name, values);
    if (people.length > 0) parts.push(...partsFor(type, new Map([...values, [name, people]]), subscriptions));
  }
  return parts;
}

function partsFor(type: EventType, values: EventValues, subscriptions: Subscriptions): Part[] {
  const each = subscriptions.get(type)?.request?.each;
  const items = each === undefined ? [undefined] : itemsOfEach(values, each);
  return items.map((item) => ({ type, values, item }));
}

/** Who comes with a new team, and who left or joined in the commit that renames it. */
function peopleAlong(type: EventType, name: 'added' | 'removed', values: EventValues): readonly Json[] {
  if (type === 'team.created') return itemsOfEach(values, 'members');
  const changes = (values.get('changes') ?? []) as readonly Partial<FieldChange>[];
  return changes.find(({ field }) => field === 'members')?.[name] ?? [];
}
