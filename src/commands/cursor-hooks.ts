/** Lanes move their cursors as they go. */
import type { Cursor } from '../cursor/cursor.ts';
import type { CursorKeeper } from '../cursor/cursor-keeper.ts';
import { cursorAt } from '../delivery/lane-cursor.ts';
import type { Delivery } from '../delivery/deliver.ts';
import type { LaneResult } from '../delivery/lane-result.ts';
import type { LanePlan } from '../delivery/lane-plan.ts';
import { eventOf } from '../events/team-event.ts';
import type { LaneHooks } from './serve-lanes.ts';

/** How often cursors are written while lanes run. */
const WRITE_EVERY_MS = 2000;
/** How often it is tried to write them when all lanes have ended. */
const LAST_WRITES = 3;

export interface KeptLane {
  readonly plan: LanePlan;
  /** As the store had it. */
  readonly cursor: Cursor | undefined;
}

export interface HookClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Does it again and again, until what it gives is called. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
}

export const SYSTEM_CLOCK: HookClock = {
  now: Date.now,
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/** `to` is where all lanes lead. */
export function cursorHooks(
  keeper: CursorKeeper,
  lanes: readonly KeptLane[],
  to: string,
  { now, every }: HookClock = SYSTEM_CLOCK,
): LaneHooks {
  const byName = new Map(lanes.map((lane) => [lane.plan.client, lane]));
  const laneOf = (client: string): KeptLane => {
    const lane = byName.get(client);
    if (lane === undefined) throw new Error(`no lane of ${client}`);
    return lane;
  };
  const stopWriting = every(WRITE_EVERY_MS, () => void keeper.flush());
  return {
    stopped(client) {
      const { kind } = keeper.custody(client);
      if (kind !== 'held') return kind === 'lost' ? 'lost' : 'cursor';
      // It had nothing to send when lanes were claimed, and has now, as the clients file changed: for the next run.
      return keeper.isOwn(client) ? undefined : 'stopped';
    },
    progress(client, place) {
      keeper.settle(client, cursorAt(laneOf(client).plan, place, to));
    },
    ended(delivery) {
      const { plan, place } = delivery;
      const blocked = blockedBy(delivery, laneOf(plan.client).cursor, now());
      keeper.release(plan.client, { ...cursorAt(plan, place, to), ...(blocked && { blocked }) });
      void keeper.flush();
    },
    async finish() {
      stopWriting();
      for (let attempt = 1; attempt <= LAST_WRITES && !keeper.isSaved; attempt++) await keeper.flush();
    },
    resultOf(delivery) {
      const { result, plan } = delivery;
      const since = behindSince(delivery, laneOf(plan.client).cursor, now());
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
function blockedBy(
  { result, place, plan }: Delivery,
  before: Cursor | undefined,
  nowMs: number,
): Cursor['blocked'] {
  const { status, problem } = result;
  if ((status !== 'blocked' && status !== 'gone') || problem?.event === undefined) {
    // A run that ended before it tried again knows nothing new of what was blocked.
    const next = plan.log[place.step]?.events[place.index];
    return next !== undefined && next.id === before?.blocked?.event ? before.blocked : undefined;
  }
  const { id: event } = problem.event;
  const since = before?.blocked?.event === event ? before.blocked.since : new Date(nowMs).toISOString();
  return { event, status: problem.message, since };
}

/** Since when the lane is behind: what blocks it, else the oldest event that it was not sent. */
function behindSince(delivery: Delivery, before: Cursor | undefined, nowMs: number): string | undefined {
  const { result, place, plan } = delivery;
  if (result.pending === 0) return undefined;
  const blocked = blockedBy(delivery, before, nowMs);
  const next = plan.log[place.step]?.events[place.index];
  return blocked?.since ?? (next && eventOf(next).time);
}
