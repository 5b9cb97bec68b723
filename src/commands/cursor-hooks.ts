/** Lanes move their cursors as they go. */
import type { Cursor } from '../cursor/cursor.ts';
import type { CursorKeeper } from '../cursor/cursor-keeper.ts';
import { cursorAt } from '../delivery/lane-cursor.ts';
import type { Delivery } from '../delivery/deliver.ts';
import type { LaneResult } from '../delivery/lane.ts';
import type { LanePlan } from '../delivery/lane-plan.ts';
import { eventOf } from '../events/team-event.ts';
import type { LaneHooks } from './serve-lanes.ts';

/** How often cursors are written while lanes run. */
const WRITE_EVERY_MS = 2000;

export interface KeptLane {
  readonly plan: LanePlan;
  /** As the store had it. */
  readonly cursor: Cursor | undefined;
}

/** `to` is where all lanes lead. */
export function cursorHooks(keeper: CursorKeeper, lanes: readonly KeptLane[], to: string): LaneHooks {
  const byName = new Map(lanes.map((lane) => [lane.plan.client, lane]));
  const laneOf = (client: string): KeptLane => {
    const lane = byName.get(client);
    if (lane === undefined) throw new Error(`no lane of ${client}`);
    return lane;
  };
  const timer = setInterval(() => void keeper.flush(), WRITE_EVERY_MS);
  return {
    stopped(client) {
      const { kind } = keeper.custody(client);
      return kind === 'held' ? undefined : kind === 'lost' ? 'lost' : 'cursor';
    },
    progress(client, place) {
      keeper.settle(client, cursorAt(laneOf(client).plan, place, to));
    },
    ended(delivery) {
      const { plan, place } = delivery;
      const blocked = blockedBy(delivery, laneOf(plan.client).cursor);
      keeper.release(plan.client, { ...cursorAt(plan, place, to), ...(blocked && { blocked }) });
      void keeper.flush();
    },
    async finish() {
      clearInterval(timer);
      await keeper.flush();
    },
    resultOf(delivery) {
      const { result, plan } = delivery;
      const since = behindSince(delivery, laneOf(plan.client).cursor);
      const custody = keeper.saved(plan.client);
      switch (custody.kind) {
        case 'held':
          return { ...result, since };
        case 'lost': {
          const message = custody.by === undefined ? 'somebody else' : `the run ${custody.by}`;
          return withProblem({ ...result, since }, 'lost', message);
        }
        case 'failed':
          return withProblem({ ...result, since }, 'cursor', custody.message);
      }
    },
  };
}

const withProblem = (result: LaneResult, status: 'lost' | 'cursor', message: string): LaneResult => ({
  ...result,
  status,
  problem: { message, event: undefined },
});

/** What cannot be delivered, since when: as the cursor says where it was so before. */
function blockedBy({ result }: Delivery, before: Cursor | undefined): Cursor['blocked'] {
  const { status, problem } = result;
  if ((status !== 'blocked' && status !== 'gone') || problem?.event === undefined) return undefined;
  const { id: event } = problem.event;
  const since = before?.blocked?.event === event ? before.blocked.since : new Date().toISOString();
  return { event, status: problem.message, since };
}

/** Since when the lane is behind: what blocks it, else the oldest event that it was not sent. */
function behindSince(delivery: Delivery, before: Cursor | undefined): string | undefined {
  const { result, place, plan } = delivery;
  if (result.pending === 0) return undefined;
  const blocked = blockedBy(delivery, before);
  const next = plan.log[place.step]?.events[place.index];
  return blocked?.since ?? (next && eventOf(next).time);
}
