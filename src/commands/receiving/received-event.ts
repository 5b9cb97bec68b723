/** A receiver's view of the formats: a request's body -> the event in it. */
import * as v from 'valibot';
import { EVENT_TYPES } from '../../core/events/event-type.ts';
import type { TeamEvent } from '../../core/events/team-event.ts';
import { isMapping } from '../../core/yaml/yaml-text.ts';

const member = v.looseObject({ id: v.string() });
const members = v.optional(v.array(member));
const items = v.optional(v.array(v.unknown()));

/** The part of an event that is shown or sent on. */
const eventSchema = v.looseObject({
  id: v.string(),
  type: v.picklist(EVENT_TYPES),
  subject: v.string(),
  data: v.looseObject({
    team: v.looseObject({ name: v.string(), members: v.array(member) }),
    changes: v.optional(
      v.array(
        v.looseObject({
          field: v.string(),
          from: v.unknown(),
          to: v.unknown(),
          added: items,
          removed: items,
        }),
      ),
    ),
    added: members,
    removed: members,
    commit: v.looseObject({
      id: v.string(),
      time: v.string(),
      title: v.string(),
      author: v.looseObject({ name: v.string() }),
    }),
    file: v.string(),
    impliedBy: v.optional(v.array(v.string())),
  }),
});

/** The events of a body: one, or those of a batch; none if it holds anything else. */
export function eventsIn(body: string): readonly TeamEvent[] {
  const content = contentOf(body);
  const held: readonly unknown[] = Array.isArray(content) ? content : [content];
  return v.is(v.array(eventSchema), held) ? (held as unknown as readonly TeamEvent[]) : [];
}

/** Whether it is a batch that holds nothing. */
export function isEmptyList(body: string): boolean {
  const content = contentOf(body);
  return Array.isArray(content) && content.length === 0;
}

/** The body's JSON, unwrapped from the formats of products; undefined if it is no JSON. */
export function contentOf(body: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isMapping(value)) return value;
  const { client_payload: dispatched, event } = value as Readonly<Record<string, unknown>>;
  return (isMapping(dispatched) ? (dispatched as { event?: unknown }).event : undefined) ?? event ?? value;
}
