/** Moves the cursors of lanes while they run. */
import type { Cursor } from '../../core/cursor/cursor.ts';
import type { CursorSession } from '../../core/cursor/cursor-session.ts';
import type { RunClock } from '../../core/cursor/run-clock.ts';
import type { Delivery } from '../../core/delivery/deliver.ts';
import { cursorAt } from '../../core/delivery/lane/lane-cursor.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../core/delivery/lane/lane-status.ts';
import { eventOf } from '../../core/events/team-event.ts';

/** How often cursors are written while lanes run. */
const WRITE_EVERY_MS = 2000;

export interface KeptLane {
  readonly plan: LanePlan;
  /** The cursor that the store had. */
  readonly cursor: Cursor | undefined;
}

export interface HookSettings {
  /** The commit to which all lanes lead. */
  readonly to: string;
  readonly clock: RunClock;
  /** The full command that removes this run's claim. */
  readonly unlockCommand: (client: string) => string;
}

/** `lanes` by the names of their clients; the map may grow. */
export function cursorHooks(
  session: CursorSession,
  lanes: ReadonlyMap<string, KeptLane>,
  { to, clock: { now, every }, unlockCommand }: HookSettings,
): LaneHooks {
  const laneOf = (client: string): KeptLane => {
    const lane = lanes.get(client);
    if (lane === undefined) throw new Error(`no lane of ${client}`);
    return lane;
  };
  const stopWriting = every(WRITE_EVERY_MS, () => void session.flush());
  return {
    stopped(client) {
      const { kind } = session.hold(client);
      if (kind !== 'held') return kind === 'lost' ? 'lost' : 'cursor';
      // It had nothing to send when lanes were claimed, but now has, because the clients file changed: left for the
      // next run.
      return session.hasExclusiveDelivery(client) ? undefined : 'stopped';
    },
    progress(client, position) {
      session.settle(client, () => cursorAt(laneOf(client).plan, position(), to));
    },
    ended(delivery) {
      const { plan, position } = delivery;
      const blocked = blockedBy(delivery, laneOf(plan.client).cursor, now());
      session.release(plan.client, { ...cursorAt(plan, position, to), ...(blocked && { blocked }) });
    },
    async finish() {
      stopWriting();
      await session.finish();
    },
    resultOf(delivery) {
      const { result, plan } = delivery;
      const since = behindSince(delivery, laneOf(plan.client).cursor, now());
      const hold = session.saved(plan.client);
      switch (hold.kind) {
        case 'held':
          return { ...result, since };
        case 'lost': {
          return withProblem({ ...result, since }, 'lost', hold.by ?? 'somebody else');
        }
        case 'failed': {
          const lapsesMs = session.claimLeft(plan.client);
          const [message = '', ...more] = hold.message.split('\n'); // a git server's words may take several lines
          const details = [
            ...more.map((line) => line.trim()),
            ...(hold.details ?? []),
            ...(lapsesMs === undefined ? [] : claimLines(lapsesMs, unlockCommand(plan.client))),
          ];
          return withProblem({ ...result, since }, 'cursor', message, details);
        }
      }
    },
  };
}

const withProblem = (
  result: LaneResult,
  status: 'lost' | 'cursor',
  message: string,
  details: readonly string[] = [],
): LaneResult => ({
  ...result,
  status,
  problem: { message, event: undefined, ...(details.length > 0 && { details }) },
});

const claimLines = (lapsesMs: number, unlock: string): readonly string[] => [
  `Its claim lapses at ${new Date(lapsesMs).toISOString()}. To let other runs take it earlier:`,
  `  ${unlock}`,
];

const UNDELIVERABLE: readonly LaneStatus[] = ['blocked', 'held', 'gone'];

/** What cannot be delivered and since when; the time in the cursor is kept if the same event was blocked before. */
function blockedBy({ result, next }: Delivery, before: Cursor | undefined, nowMs: number): Cursor['blocked'] {
  const { status, problem } = result;
  if (!UNDELIVERABLE.includes(status) || problem?.event === undefined) {
    // A run that ended before it retried the event knows nothing new about it.
    return next !== undefined && next.id === before?.blocked?.event ? before.blocked : undefined;
  }
  const { id: event } = problem.event;
  const since = before?.blocked?.event === event ? before.blocked.since : new Date(nowMs).toISOString();
  return { event, status: problem.message, since };
}

/** Since when the lane is behind: since it was blocked, else the time of the oldest event not sent. */
function behindSince(delivery: Delivery, before: Cursor | undefined, nowMs: number): string | undefined {
  const { result, next } = delivery;
  if (result.pending === 0) return undefined;
  const blocked = blockedBy(delivery, before, nowMs);
  return blocked?.since ?? (next && eventOf(next).time);
}
