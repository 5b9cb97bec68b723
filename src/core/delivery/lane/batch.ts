/** Which of the events that are next go in one request, and which of them once they were not accepted together. */
import type { Interest } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';

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

/** What goes together at most, whatever the client allows. */
export interface BatchLimit {
  readonly events: number;
  /** Of their texts, with one between two of them. An event that is larger goes alone. */
  readonly bytes: number;
}

const NO_LIMIT: BatchLimit = { events: Infinity, bytes: Infinity };

export const bytesOf = (events: readonly LoggedEvent[]): number =>
  events.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, -1);

/** A batch of one event, to which others may be added. */
export function createBatch(first: Placed, { subscriptions }: Interest, limit: BatchLimit): GrowingBatch {
  const batchOf = ({ type }: LoggedEvent) => subscriptions.get(type)?.batch;
  const batch = batchOf(first.event);
  const mostBytes = Math.min(batch?.mostBytes ?? 0, limit.bytes);
  const isBounded = batch !== undefined && mostBytes !== Infinity; // else no text is made only to be counted
  let [events, bytes] = [1, isBounded ? bytesOf([first.event]) : 0];
  const isFull = (): boolean => batch === undefined || events >= Math.min(limit.events, batch.most);
  return {
    get isFull() {
      return isFull();
    },
    add({ event, step }) {
      if (batch === undefined || isFull() || batchOf(event) !== batch) return false;
      if (batch.within === 'step' && step !== first.step) return false;
      const size = isBounded ? bytes + 1 + bytesOf([event]) : 0;
      if (size > mostBytes) return false;
      [events, bytes] = [events + 1, size];
      return true;
    },
  };
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
      batch = createBatch({ event, step }, interest, NO_LIMIT);
      requests++;
    }
  }
  return requests;
}

/**
 * How many events go together once a batch of them was not accepted. That may be one event's fault, or the receiver was
 * down, which says nothing about any of them: so the first one goes alone, and when it is accepted all others together.
 * If that fails, half as many go, until what fails is a single event.
 *
 *     100 ✗ ─▶ 1 ✓ ─▶ 99 ✓                      the receiver was down
 *     100 ✗ ─▶ 1 ✓ ─▶ 99 ✗ ─▶ 49 ✓ ─▶ 50 ✗ …    an event is at fault
 *     100 ✗ ─▶ 1 ✗                               the first one is, or the receiver is still down
 */
export interface Division {
  /** How many of the next events may go together. */
  readonly size: number;
  /** Whether some of the next events were in a batch that was not accepted. */
  readonly isOngoing: boolean;
  /** So many of the next events were accepted. */
  accepted(events: number): void;
  /** So many were not: several are divided; one alone is given up, and those after it are gone on with. */
  failed(events: number): void;
}

export function createDivision(): Division {
  let size = Infinity;
  /** How many of the next events were in the last batch that failed. */
  let doubted = 0;
  return {
    get size() {
      return size;
    },
    get isOngoing() {
      return doubted > 0;
    },
    accepted(events) {
      doubted = Math.max(0, doubted - events);
      size = doubted || Infinity;
    },
    failed(events) {
      const isFound = events === 1;
      size = doubted === 0 || isFound ? 1 : Math.floor(events / 2);
      doubted = isFound ? Math.max(0, doubted - 1) : events;
    },
  };
}
