/** The event types, and the description of one changed field. */
import type { Json } from '../catalogue/reading/json-value.ts';

/** In the order of events in a step. */
export const EVENT_TYPES = [
  'team.created',
  'team.modified',
  'team.members.removed',
  'team.members.added',
  'team.deleted',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One changed field. null means that the field is absent. Changes of sets also have `added` and `removed`. */
export interface FieldChange {
  /** Such as `tags`, `perimeter.region`, `attributes.contact`, `members["a.b"].role`. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
  readonly added?: readonly Json[];
  readonly removed?: readonly Json[];
}
