/** Decides which pending lanes this run serves, takes their cursors, and claims them before the first event is sent. */
import type { ClientState } from '../../core/clients/client-state.ts';
import { CursorSession } from '../../core/cursor/cursor-session.ts';
import type { CursorStore } from '../../core/cursor/cursor-store.ts';
import type { CursorSessionSettings } from '../../core/cursor/cursor-session-settings.ts';
import { cursorAt } from '../../core/delivery/lane/lane-cursor.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import { startOf, type LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { countDispositions } from '../../core/delivery/lane/open-steps.ts';
import { cursorUnlockCommand, type StorePlace } from '../../reporters/commands/cursor-command.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import { cursorHooks, type KeptLane } from './cursor-hooks.ts';
import type { Pending, PendingLane } from './pending.ts';
import { standingOf, unsentResult } from './unsent-result.ts';

const ALL = (): boolean => true;

interface Taken {
  readonly lanes: readonly LanePlan[];
  /** Results of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
}

export interface TakenLanes extends Taken {
  /** Move the cursors of all lanes that were taken, while they run. */
  readonly hooks: LaneHooks;
  /** Takes more lanes while others are served. Never rejects: the hooks know which claims were not written. */
  readonly takeMore: (lanes: readonly PendingLane[]) => Promise<Taken>;
}

/**
 * `stateOf` gives the present state of a client in the clients file. @throws {CursorError} if the claims cannot be
 * written
 */
export async function takeLanes(
  pending: Pick<Pending, 'lanes' | 'to'>,
  stateOf: (client: string) => ClientState,
  store: CursorStore,
  settings: CursorSessionSettings,
  at: StorePlace,
  commands: RunCommands,
): Promise<TakenLanes> {
  const { to } = pending;
  const session = new CursorSession(store, settings);
  const kept = new Map<string, KeptLane>();

  async function take(
    found: readonly PendingLane[],
    claim: (clients: readonly string[]) => Promise<void>,
  ): Promise<Taken> {
    const others: LaneResult[] = [];
    const lanes = found.flatMap((lane) => {
      const { client, plan, beginning } = lane;
      const result = unsentResult(lane, standingOf(stateOf(lane.name)), at, commands);
      if (result !== undefined) others.push(result);
      if (result !== undefined || client === undefined || plan === undefined) return [];
      return [{ plan, client, beginning }];
    });
    for (const { plan, beginning } of lanes) {
      if (beginning.kind === 'cursor') session.take(plan.client, beginning.version, beginning.cursor);
      else session.begin(plan.client, cursorAt(plan, startOf(plan), to));
      kept.set(plan.client, { plan, cursor: 'cursor' in beginning ? beginning.cursor : undefined });
    }
    const sending: string[] = [];
    for (const { plan, client } of lanes) {
      await settings.clock.breathe();
      if (countDispositions(plan, client, ALL).send > 0) sending.push(plan.client);
    }
    await claim(sending);
    return { lanes: lanes.map(({ plan }) => plan), others };
  }

  const first = await take(pending.lanes, (clients) => session.claim(clients));
  const hooks = cursorHooks(session, kept, {
    to,
    clock: settings.clock,
    unlockCommand: (client) => cursorUnlockCommand(client, at),
  });
  return { ...first, hooks, takeMore: (lanes) => take(lanes, (clients) => session.claimMore(clients)) };
}
