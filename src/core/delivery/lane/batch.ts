/** Which of the events that are next go in one request, and what becomes of a batch that is not accepted. */
import type { Interest } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { Answer } from '../destination.ts';

/** An event, and its step in the log of the lane. */
interface Placed {
  readonly event: LoggedEvent;
  readonly step: number;
}

export interface GrowingBatch {
  /** Whether nothing more may be added, whatever it is. */
  readonly isFull: boolean;
  /** Adds an event if it may go with those before it. */
  add(one: Placed): boolean;
}

/** A batch of one event, to which others may be added: at most `most` in all, and as many as the client allows. */
export function createBatch(first: Placed, { subscriptions }: Interest, most: number): GrowingBatch {
  const batchOf = ({ type }: LoggedEvent) => subscriptions.get(type)?.batch;
  const batch = batchOf(first.event);
  const bytesOf = ({ text }: LoggedEvent): number => Buffer.byteLength(text);
  const isBounded = batch !== undefined && batch.mostBytes !== Infinity; // else no text is made only to be counted
  let [events, bytes] = [1, isBounded ? bytesOf(first.event) : 0];
  const isFull = (): boolean => batch === undefined || events >= Math.min(most, batch.most);
  return {
    get isFull() {
      return isFull();
    },
    add({ event, step }) {
      if (batch === undefined || isFull() || batchOf(event) !== batch) return false;
      if (batch.within === 'step' && step !== first.step) return false;
      const size = isBounded ? bytes + 1 + bytesOf(event) : 0;
      if (size > batch.mostBytes) return false;
      [events, bytes] = [events + 1, size];
      return true;
    },
  };
}

/**
 * How many events go together when a batch of `events` was refused or given up: half as many if it was too large; else
 * one, so that what stops is the very event that cannot be delivered. undefined: there is nothing to be divided, or the
 * receiver wants to be left alone for longer than it may be tried.
 */
export function dividedSize(
  { verdict, tooLarge, tooEarly, retryAfterMs }: Answer,
  events: number,
): number | undefined {
  // What is refused is not tried again, however long the receiver asks to wait.
  const isAskedToWait = tooEarly || (verdict === 'retry' && retryAfterMs !== undefined);
  if (events < 2 || isAskedToWait) return undefined;
  return tooLarge ? Math.floor(events / 2) : 1;
}

/**
 * How many requests these events make, given step by step, if all are accepted; undefined where each makes one of its
 * own, or several.
 */
export function countBatches(
  steps: readonly (readonly LoggedEvent[])[],
  interest: Interest,
): number | undefined {
  const subscriptions = [...interest.subscriptions.values()];
  const isBatched = subscriptions.some(({ batch }) => batch?.within === 'step');
  if (!isBatched || subscriptions.some(({ request }) => request !== undefined)) return undefined;
  let requests = 0;
  for (const [step, events] of steps.entries()) {
    let batch: GrowingBatch | undefined;
    for (const event of events) {
      if (batch?.add({ event, step })) continue;
      batch = createBatch({ event, step }, interest, Infinity);
      requests++;
    }
  }
  return requests;
}
