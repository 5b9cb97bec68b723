/** One attempt, as `--journal` writes it and `report` reads it. Its texts hold no secret. */
import * as v from 'valibot';

export const JOURNAL_LINE = v.object({
  /** RFC 3339: when the attempt began. */
  time: v.string(),
  client: v.string(),
  /** The id of the event, or of the last one of a batch: its `webhook-id`. */
  event: v.string(),
  /** The ids of the events of a batch of several, in order: of more than a hundred the first 99 and the last. */
  batch: v.optional(v.array(v.string())),
  /** How many events a batch holds of which not all are listed. */
  events: v.optional(v.number()),
  /** Method and url, without its query and with variables shown by name. */
  place: v.string(),
  verdict: v.picklist(['accepted', 'retry', 'refused', 'gone', 'stopped']),
  /** The receiver's code; null where it has not answered. */
  status: v.nullable(v.number()),
  milliseconds: v.number(),
  /** Its first words, or why there is no answer. */
  answer: v.string(),
});

export type JournalLine = v.InferOutput<typeof JOURNAL_LINE>;

const MOST_LISTED = 100;

/** What a line says of these events; no longer for many. */
export function journalledEvents(ids: readonly string[]): Pick<JournalLine, 'event' | 'batch' | 'events'> {
  const event = ids.at(-1) ?? '';
  if (ids.length < 2) return { event };
  if (ids.length <= MOST_LISTED) return { event, batch: [...ids] };
  return { event, batch: [...ids.slice(0, MOST_LISTED - 1), event], events: ids.length };
}
