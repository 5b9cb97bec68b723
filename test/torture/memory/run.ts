/** One run of the program, from its store to its receivers, without git and without the network. */
import { setMaxListeners } from 'node:events';
import { webhookDestination } from '../../../src/adapters/destinations/webhook/webhook-destination.ts';
import { takeLanes } from '../../../src/run/lanes/take-lanes.ts';
import { patiently } from '../../../src/core/cursor/patience.ts';
import type { RunClock } from '../../../src/core/cursor/run-clock.ts';
import { deliver } from '../../../src/core/delivery/deliver.ts';
import type { DeliveryEnvironment } from '../../../src/core/delivery/lane/lane.ts';
import type { LaneResult } from '../../../src/core/delivery/lane/lane-result.ts';
import { DEFAULT_RETRY_POLICY } from '../../../src/core/delivery/retry-policy.ts';
import { createConcurrencyLimit } from '../../../src/core/delivery/concurrency-limit.ts';
import { createLife, type Life } from './life.ts';
import { pendingLane } from './pending-lane.ts';
import { receive } from './receivers.ts';
import { unlessStopped } from './virtual-time.ts';
import type { World } from './world.ts';

export interface RunPlan {
  readonly name: string;
  readonly claimMs: number;
  readonly concurrency: number;
  /** Index of the commit that it leads to. */
  readonly to: number;
  /** After so many acts it is killed; Infinity: never. */
  readonly acts: number;
  /** When it is told to stop. */
  readonly stopAfterMs: number | undefined;
}

/** What it says, or why it says nothing. */
export type RunEnd = readonly LaneResult[] | 'killed' | Error;

const NO_GUARD = { teams: Infinity, teamsPercent: 100, memberships: Infinity, membershipsPercent: 100 };
const TIMEOUT_MS = 15_000;
/** Of the commands that messages name. */
const NOWHERE = { repo: '.', cursor: undefined, remote: undefined, clients: undefined, policy: undefined };

export async function runOnce(world: World, plan: RunPlan): Promise<RunEnd> {
  const life = createLife(plan.acts, () => world.fault(`kill of ${plan.name}`));
  world.running.set(plan.name, life);
  const end = await Promise.race([
    life.ended.then(() => 'killed' as const),
    live(world, plan, life).catch((error: unknown) => error as Error),
  ]);
  life.end();
  world.running.delete(plan.name);
  return end;
}

async function live(world: World, plan: RunPlan, life: Life): Promise<RunEnd> {
  const { time, random, clients } = world;
  const stop = stopAfter(world, plan.stopAfterMs, life);
  const store = world.open(plan.name, life);
  try {
    const { clients: entries } = clients.file();
    const to = world.history.commits[plan.to] ?? '';
    const clock: RunClock = {
      now: () => time.now(),
      every(milliseconds, act) {
        const timer = new AbortController();
        const again = async (): Promise<void> => {
          for (;;) {
            await life.through(time.sleep(milliseconds));
            if (timer.signal.aborted) return;
            act();
          }
        };
        void again();
        return () => timer.abort();
      },
      pause: (milliseconds, signal) => life.through(unlessStopped(time.sleep(milliseconds), signal)),
      breathe: () => Promise.resolve(),
    };
    const stored = await patiently((signal) => store.read(signal), { clock, signal: stop.stopping });
    const lanes = entries.map((client) => pendingLane(world, client, stored, plan.to));
    const settings = { run: plan.name, claimMs: plan.claimMs, clock, signal: stop.abortWrites };
    const taken = await takeLanes({ lanes, to }, clients.state, store, settings, NOWHERE, {
      again: () => 'team-events',
    });
    const limit = createConcurrencyLimit(plan.concurrency);
    const environment: DeliveryEnvironment = {
      selects: () => true,
      clientState: clients.state,
      destination: webhookDestination({
        attempt: (request) => receive(world, request, life, stop.abortAttempts),
        redact: (text) => text,

        hide: () => undefined,
        userAgent: 'team-events/torture',
        mostTimeoutMs: TIMEOUT_MS,
        now: () => time.now(),
      }),
      withinLimit: (attempt, isRepeated) => limit.run(attempt, isRepeated),
      wait: (milliseconds, cut) => {
        const sleep = unlessStopped(time.sleep(milliseconds), stop.stopping);
        return life.through(cut ? unlessStopped(sleep, cut) : sleep);
      },
      now: () => time.now(),
      random: () => random.next(),
      stopped: (client) => (stop.stopping.aborted ? 'stopped' : taken.hooks.stopped(client)),
      progress: (client, place) => taken.hooks.progress(client, place),
      retry: DEFAULT_RETRY_POLICY,
      notice: () => undefined,
    };
    const guard = { limits: NO_GUARD, allowedReachable: -1 };
    const deliveries = await deliver(taken.lanes, environment, guard, (one) => taken.hooks.ended(one));
    await taken.hooks.finish();
    return [...taken.others, ...deliveries.map((one) => taken.hooks.resultOf(one))];
  } finally {
    await store.close();
  }
}

/** As `listenForStop`. */
function stopAfter(
  { time }: World,
  afterMs: number | undefined,
  life: Life,
): {
  readonly stopping: AbortSignal;
  readonly abortAttempts: AbortSignal;
  readonly abortWrites: AbortSignal;
} {
  const [stopping, abortAttempts, abortWrites] = [
    new AbortController(),
    new AbortController(),
    new AbortController(),
  ];
  setMaxListeners(0, stopping.signal, abortAttempts.signal, abortWrites.signal);
  const ring = async (milliseconds: number): Promise<void> => {
    await life.through(time.sleep(milliseconds));
    stopping.abort();
    await life.through(time.sleep(3000));
    abortAttempts.abort();
    await life.through(time.sleep(4000));
    abortWrites.abort();
  };
  if (afterMs !== undefined) void ring(afterMs);
  return { stopping: stopping.signal, abortAttempts: abortAttempts.signal, abortWrites: abortWrites.signal };
}
