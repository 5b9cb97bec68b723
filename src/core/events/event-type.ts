/** The types of events, and what one changed field tells. */
import type { Json } from '../catalogue/reading/json-value.ts';

/** In the order in which they stand in a step. */
export const EVENT_TYPES = [
  'team.created',
  'team.modified',
  'team.members.removed',
  'team.members.added',
  'team.deleted',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One changed field. null stands for a field that is not there. Sets tell `added` and `removed` as well. */
export interface FieldChange {
  /** Such as `tags`, `perimeter.region`, `attributes.contact`, `members["a.b"].role`. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
  readonly added?: readonly Json[];
  readonly removed?: readonly Json[];
}
