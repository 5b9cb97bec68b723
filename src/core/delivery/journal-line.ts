/** One attempt, as `--journal` writes it and `report` reads it. Its texts hold no secret. */
import * as v from 'valibot';

export const JOURNAL_LINE = v.object({
  /** RFC 3339: when the attempt began. */
  time: v.string(),
  client: v.string(),
  /** The id of the event, or of the last one of a batch: its `webhook-id`. */
  event: v.string(),
  /** The ids of all events of a batch of several, in order. */
  batch: v.optional(v.array(v.string())),
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
