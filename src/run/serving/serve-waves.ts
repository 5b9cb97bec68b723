/** Serves planned lanes, wave by wave. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDestinations, type OpenDestinations } from '../../adapters/destinations/open-destinations.ts';
import type { OperatorSettings } from '../../adapters/files/operator-settings.ts';
import { breathe } from '../../adapters/process/breathe.ts';
import { letYoungGenerationGrow } from '../../adapters/process/heap.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { SYSTEM_CLOCK } from '../../adapters/process/system-clock.ts';
import { createConcurrencyLimit } from '../../core/delivery/concurrency-limit.ts';
import { deliver, type Delivery } from '../../core/delivery/deliver.ts';
import type { RunClock } from '../../core/cursor/run-clock.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import { countDispositions } from '../../core/delivery/lane/open-steps.ts';
import { createProgress, type Progress } from './progress.ts';
import type { RunPlan, Wave } from './run-plan.ts';

/** What was served, and how it ended. */
export interface ServedWaves {
  /** In the order in which they were read. */
  readonly waves: readonly Wave[];
  readonly deliveries: readonly Delivery[];
  /** The error that ended the reading of further waves early, if any. */
  readonly readingError: unknown;
}

/** Serves each wave as soon as it is read. When it returns, destinations are closed and cursors written. */
export async function serveWaves(
  plan: RunPlan,
  settings: OperatorSettings,
  hooks: LaneHooks,
  context: RunContext,
  clock: RunClock = SYSTEM_CLOCK,
): Promise<ServedWaves> {
  letYoungGenerationGrow();
  const { policy, connections, journal } = settings;
  const destinations = openDestinations({
    network: policy.network,
    connections,
    cut: context.stop.abortAttempts,
    redact: (text, own) => context.redactor.redact(text, own),
    hide: (secrets) => context.redactor.add(secrets),
    userAgent: `team-events/${context.version}`,
    mostTimeoutMs: policy.timeoutMs,
    ...(journal && { attempted: (line) => journal.add(line) }),
  });
  const progress = createProgress(clock, (lines) => context.console.note(lines));
  const environment = deliveryEnvironment(plan, destinations, settings, hooks, progress, context);
  const guard = { limits: policy.guard, allowedReachable: plan.allowedReachable };
  const waves: Wave[] = [];
  const running: Promise<readonly Delivery[]>[] = [];
  const serve = (wave: Wave): void => {
    waves.push(wave);
    for (const lane of wave.lanes) progress.began(lane.client, () => dueOf(lane, plan, settings));
    const served = deliver(wave.lanes, environment, guard, (delivery) => {
      progress.ended(delivery.plan.client);
      hooks.ended(delivery);
    });
    served.catch(() => undefined); // reported when it is awaited
    running.push(served);
  };
  let readingError: unknown;
  try {
    serve(plan.first);
    try {
      for await (const wave of plan.later ?? []) serve(wave);
    } catch (error) {
      readingError = error;
    }
    await Promise.allSettled(running);
    return { waves, deliveries: (await Promise.all(running)).flat(), readingError };
  } finally {
    progress.stop();
    await destinations.close();
    await hooks.finish();
  }
}

/** How many events the lane had to send when it began, as its entry is now. */
function dueOf(lane: LanePlan, { selects }: RunPlan, { clients }: OperatorSettings): number {
  const state = clients.state(lane.client);
  return state.kind === 'ready' ? countDispositions(lane, state.bound.client, selects).send : 0;
}

function deliveryEnvironment(
  { selects, replay }: Pick<RunPlan, 'selects' | 'replay'>,
  destinations: OpenDestinations,
  { policy, clients }: OperatorSettings,
  hooks: LaneHooks,
  progress: Progress,
  { console, stop }: RunContext,
): Parameters<typeof deliver>[1] {
  const limit = createConcurrencyLimit(Math.min(policy.concurrency, destinations.maxInFlight));
  return {
    selects,
    clientState: (name) => clients.state(name),
    destination: {
      async send(sending) {
        const answer = await destinations.send(sending);
        await breathe();
        return answer;
      },
    },
    breathe,
    withinLimit: (attempt, isRepeated) => limit.run(attempt, isRepeated),
    wait: (milliseconds, cut) => {
      const signal = cut ? AbortSignal.any([cut, stop.stopping]) : stop.stopping;
      return sleep(milliseconds, undefined, { signal }).catch(() => breathe());
    },
    now: Date.now,
    random: Math.random,
    stopped: (client) => (stop.stopping.aborted ? 'stopped' : hooks.stopped(client)),
    progress(client, place) {
      progress.accepted(client);
      hooks.progress(client, place);
    },
    replay,
    retry: policy.retry,
    notice: (client, text) => console.note(`${client}: ${text}`),
  };
}
