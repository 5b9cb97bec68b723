/** Which of the pending lanes this run serves: their cursors taken, and claimed before the first event goes out. */
import { CursorKeeper } from '../cursor/cursor-keeper.ts';
import type { CursorStore } from '../cursor/cursor-store.ts';
import type { KeeperSettings } from '../cursor/keeper-settings.ts';
import type { ClientState } from '../delivery/lane.ts';
import { nothingSent, problemsInOneLine, type LaneResult, type LaneStatus } from '../delivery/lane-result.ts';
import { cursorAt } from '../delivery/lane-cursor.ts';
import { countDispositions, eventsOf, startOf, type LanePlan } from '../delivery/lane-plan.ts';
import { placeAnew, cursorUnlockCommand, type StorePlace } from './cursor-command.ts';
import { cursorHooks } from './cursor-hooks.ts';
import type { Pending, PendingLane } from './pending.ts';
import type { LaneHooks } from './serve-lanes.ts';

const ALL = (): boolean => true;

export interface TakenLanes {
  readonly lanes: readonly LanePlan[];
  /** Of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
  /** Move the cursors of `lanes` as they go. */
  readonly hooks: LaneHooks;
}

/** `stateOf` is what the clients file says now. @throws {CursorError} where the claims cannot be written */
export async function takeLanes(
  pending: Pick<Pending, 'lanes' | 'to'>,
  stateOf: (client: string) => ClientState,
  store: CursorStore,
  settings: KeeperSettings,
  at: StorePlace,
): Promise<TakenLanes> {
  const others: LaneResult[] = [];
  const lanes = pending.lanes.flatMap((lane) => {
    const { client, plan, beginning } = lane;
    const result = resultWithoutSending(lane, stateOf(lane.name), at);
    if (result !== undefined) others.push(result);
    if (result !== undefined || client === undefined || plan === undefined) return [];
    return [{ plan, client, beginning }];
  });
  const keeper = new CursorKeeper(store, settings);
  for (const { plan, beginning } of lanes) {
    if (beginning.kind === 'cursor') keeper.take(plan.client, beginning.version, beginning.cursor);
    else keeper.begin(plan.client, cursorAt(plan, startOf(plan), pending.to));
  }
  const sending: string[] = [];
  for (const { plan, client } of lanes) {
    await settings.clock.breathe();
    if (countDispositions(plan, client, ALL).send > 0) sending.push(plan.client);
  }
  await keeper.claim(sending);
  const kept = lanes.map(({ plan, beginning }) => ({
    plan,
    cursor: 'cursor' in beginning ? beginning.cursor : undefined,
  }));
  return {
    lanes: lanes.map(({ plan }) => plan),
    others,
    hooks: cursorHooks(keeper, kept, {
      to: pending.to,
      clock: settings.clock,
      unlockCommand: (client) => cursorUnlockCommand(client, at),
    }),
  };
}

/** The result of a client that gets nothing in this run, and whose cursor is left as it is. */
function resultWithoutSending(lane: PendingLane, state: ClientState, at: StorePlace): LaneResult | undefined {
  const { name, contact, client, plan, beginning, problem, older } = lane;
  const told = whyNothingIsSent();
  if (told === undefined) return undefined;
  const all = plan === undefined ? 0 : eventsOf(plan);
  const count =
    plan === undefined || client === undefined
      ? { send: all, skip: 0, filtered: 0 }
      : countDispositions(plan, client, ALL);
  return nothingSent({ client: name, contact }, told.status, count, told.message, told.details);

  function whyNothingIsSent():
    | {
        readonly status: LaneStatus;
        readonly message?: string | undefined;
        readonly details?: readonly string[];
      }
    | undefined {
    if (state.kind === 'misconfigured') {
      return { status: 'misconfigured', message: problemsInOneLine(state.problems) };
    }
    if (state.kind !== 'ready') return { status: 'removed' };
    if (beginning.kind === 'unusable') {
      return { status: 'cursor', message: beginning.message, details: [placeAnew(name, at)] };
    }
    if (beginning.kind === 'claimed') {
      return { status: 'claimed', message: `${beginning.run}, until ${beginning.until}` };
    }
    if (problem !== undefined) {
      const details = [problem.remedy ?? '', `Else: ${placeAnew(name, at)}`].filter(Boolean);
      return { status: 'history', message: problem.message, details };
    }
    if (older) return { status: 'done' };
    return state.bound.client.paused ? { status: 'paused' } : undefined;
  }
}
