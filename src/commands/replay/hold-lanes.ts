/** The lanes of a replay: claimed while it lasts, but their cursors do not move. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import { SYSTEM_CLOCK } from '../../adapters/process/system-clock.ts';
import { CursorSession } from '../../core/cursor/cursor-session.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import { cursorUnlockCommand, type StorePlace } from '../../reporters/commands/cursor-command.ts';
import { cursorHooks } from '../../run/lanes/cursor-hooks.ts';
import { awayNotice, type OpenCursors } from '../../run/lanes/open-cursors.ts';
import { runName } from '../../run/lanes/run-name.ts';
import type { ReplayLane } from './replay-lanes.ts';

/** Claims the lanes, so that no other run serves them meanwhile; their cursors are released unchanged. */
export async function holdLanes(
  { store }: OpenCursors,
  lanes: readonly ReplayLane[],
  to: string,
  claimMs: number,
  at: StorePlace,
  context: RunContext,
): Promise<LaneHooks> {
  const session = new CursorSession(store, {
    run: runName(context.environment),
    claimMs,
    clock: SYSTEM_CLOCK,
    signal: context.stop.abortWrites,
    notice: awayNotice(context),
  });
  const held = lanes.flatMap(({ plan, held: found }) => (found ? [{ plan, ...found }] : []));
  for (const { plan, version, cursor } of held) session.take(plan.client, version, cursor);
  await session.claim(held.map(({ plan }) => plan.client));
  const cursorOf = new Map(held.map(({ plan, cursor }) => [plan.client, cursor]));
  const kept = new Map(held.map((lane) => [lane.plan.client, lane]));
  const hooks = cursorHooks(session, kept, {
    to,
    clock: SYSTEM_CLOCK,
    unlockCommand: (client) => cursorUnlockCommand(client, at),
  });
  return {
    ...hooks,
    async finish() {
      await hooks.finish();
      await store.close();
    },
    progress: () => undefined,
    ended({ plan }) {
      const cursor = cursorOf.get(plan.client);
      if (cursor === undefined) throw new Error(`no cursor of ${plan.client}`);
      session.release(plan.client, cursor);
      void session.flush();
    },
  };
}
