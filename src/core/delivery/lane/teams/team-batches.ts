/**
 * Which events of a lane with `order: team` are tried together. A batch stays the same until it is accepted or divided,
 * so that the same bytes are sent again. One that is divided stays together, and its parts are sent one after the other.
 *
 *     queues   a: a1 a2   b: b1    pointer ──▶ c1 d1 a3 e1
 *                 └──── [a1 b1] of one step ────┘
 *                                              [c1 d1 e1]; a3 joins the queue of its team
 */
import type { BoundClient } from '../../../clients/binding/bind-client.ts';
import type { Tries } from '../attempts.ts';
import { createBatch, createDivision, type BatchLimit, type Division } from '../batch.ts';
import { inOrder, isBefore, type QueuedEvent, type TeamBatch, type TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

/** What the lane knows, and the batches do not. */
export interface BatchedLane {
  /** Whether two steps may be in one batch: the guard allows the second, and both are sent again, or neither. */
  readonly goTogether: (step: number, other: number) => boolean;
  /** Told each event that the pointer passes and that is not for the client. */
  readonly filtered: () => void;
  /** The most bytes that the receiver takes at once. */
  readonly mostBytes: () => number;
}

export interface TeamBatches {
  /** The batch of the first event of a queue: the one it was in before, or a new one. */
  ofQueued(first: QueuedEvent, bound: BoundClient, isStrict: boolean): TeamBatch;
  /** A batch that begins with the event at the pointer, which moves over all of it. `hasRoom`: for one more team. */
  ofPointer(first: QueuedEvent, bound: BoundClient, hasRoom: (next: QueuedEvent) => boolean): TeamBatch;
  /** Its events are gathered anew. */
  dissolve(batch: TeamBatch | undefined): void;
  /** What is left when the first events were accepted, if anything is. */
  withoutFirst(batch: TeamBatch, accepted: number): TeamBatch | undefined;
  /** Goes on without the first event, which is given up, and those of its team. */
  withoutTeam(batch: TeamBatch): void;
}

export function createTeamBatches(
  all: TeamQueues,
  { goTogether, filtered, mostBytes }: BatchedLane,
): TeamBatches {
  function batchOf(
    events: TeamBatch['events'],
    bound: BoundClient,
    tries: Tries = { made: 0, failed: 0 },
    division: Division = createDivision(),
  ): TeamBatch {
    const batch = { events, bound, tries, division, isActive: false, notBeforeMs: 0 };
    for (const event of events) event.batch = batch;
    return batch;
  }

  const limit = (): BatchLimit => ({ events: Infinity, bytes: mostBytes() });

  function dissolve(batch: TeamBatch | undefined): void {
    for (const event of batch?.events ?? []) event.batch = undefined;
  }

  /** Whether all of them may still go at once: nothing that came before any of them is left out. */
  function isIntact({ events, bound: before }: TeamBatch, bound: BoundClient): boolean {
    if (before !== bound) return false;
    const own = new Set(events);
    return events.every((event) => {
      const queue = all.queueOf(event);
      return queue?.held === undefined && queue?.events.every((one) => own.has(one) || isBefore(event, one));
    });
  }

  return {
    dissolve,
    ofQueued(first, bound, isStrict) {
      const { batch: known } = first;
      if (known?.events.length === 1) return batchOf(known.events, bound, known.tries);
      if (known !== undefined && isIntact(known, bound)) return known;
      dissolve(known);
      const events: [QueuedEvent, ...QueuedEvent[]] = [first];
      const batch = createBatch(first, bound.client, limit());
      if (batch.isFull) return batchOf(events, bound);
      const closed = new Set<TeamQueue>();
      const queued = [...all.queues]
        .filter(({ held, events: own }) => held === undefined && !own.some((one) => one.batch?.isActive))
        .flatMap((queue) => queue.events.map((event) => ({ event, queue })))
        .sort((a, b) => inOrder(a.event, b.event));
      for (const { event, queue } of queued) {
        if (event === first || closed.has(queue)) continue;
        const fits =
          isBefore(first, event) &&
          event.batch === undefined &&
          goTogether(first.step, event.step) &&
          all.choose(event, bound.client).disposition === 'send';
        if (fits && batch.add(event)) events.push(event);
        else if (isStrict || batch.isFull) break;
        else closed.add(queue);
      }
      return batchOf(events, bound);
    },
    ofPointer(first, bound, hasRoom) {
      const others = new Set<QueuedEvent>();
      const batch = createBatch(first, bound.client, limit());
      all.enqueue();
      while (!batch.isFull) {
        const event = all.current();
        if (event === undefined || !hasRoom(event)) break;
        const queue = all.queueOf(event);
        const isBehind = queue?.events.some((one) => one !== first && !others.has(one)) ?? false;
        const { disposition } = all.choose(event, bound.client);
        // What an event of the batch implies is passed over only once that one is accepted.
        if (isBehind || (queue !== undefined && disposition !== 'send')) {
          all.enqueue();
          continue;
        }
        if (disposition === 'filtered') {
          all.pass(disposition);
          filtered();
          continue;
        }
        // The cursor cannot be before an event that is skipped, so nothing that is only being tried may be.
        if (disposition === 'skip' || !goTogether(first.step, event.step) || !batch.add(event)) break;
        all.enqueue();
        others.add(event);
      }
      return batchOf([first, ...others], bound);
    },
    withoutFirst(batch, accepted) {
      const { division, events, bound } = batch;
      const [first, ...others] = events.slice(accepted);
      if (accepted === 0 || first === undefined) return first && batch;
      division.accepted(accepted);
      return batchOf([first, ...others], bound, undefined, division);
    },
    withoutTeam({ division, events: [given, ...behind], bound, tries }) {
      const queue = all.queueOf(given);
      const [first, ...others] = behind.filter((event) => all.queueOf(event) !== queue);
      division.failed(1);
      const again = { ...tries, failed: Math.max(0, tries.failed - 1) }; // each of the others is tried once more
      if (first !== undefined) batchOf([first, ...others], bound, again, division);
    },
  };
}
