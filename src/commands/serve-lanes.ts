/** The last step of the story: planned lanes to their receivers, and what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../catalogue/team.ts';
import type { Selects } from '../clients/lane-selection.ts';
import { breathe } from '../breathe.ts';
import { deliver, type Delivery } from '../delivery/deliver.ts';
import type { LanePlan } from '../delivery/lane-plan.ts';
import type { LaneShare } from '../delivery/recipients.ts';
import type { DeliveryEnvironment } from '../delivery/lane.ts';
import type { LaneResult } from '../delivery/lane-result.ts';
import { createSlots } from '../delivery/slots.ts';
import { EXIT, exitCodeOf, RunError, type ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { createHttpClient } from '../http/attempt.ts';
import { guardLines } from '../report/guard-text.ts';
import { exitCodeOfRun, isBehind, type RunReport } from '../report/run-report.ts';
import { noteProblems } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import { joinedLog } from './pending.ts';
import { writeReport, type OperatorFiles } from './operator-files.ts';
import { printResult } from './run-result.ts';

/** How long the reader of the result may take nothing of it before the run ends without: all is done by then. */
const READER_PATIENCE_MS = 30_000;

/** How many events the text tells of a run that was told to end, which has little time left. */
const TOLD_AT_STOP = 200;

/** Lanes that can be served, as all that is pending for them was read. */
export interface Wave {
  /** Every step of any of these lanes that no wave before has. */
  readonly log: readonly LogStep[];
  readonly lanes: readonly LanePlan[];
  /** Of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
  /** What `others` are still to be sent: ids of events, in order. */
  readonly waiting: readonly Pick<LaneShare, 'client' | 'left'>[];
  /** Those of the waves before included. */
  readonly problems: readonly Problem[];
}

/** A run that is about to send. */
export interface Work {
  /** Where nothing is said, where the log begins. */
  readonly from?: string | null;
  readonly to: string;
  readonly first: Wave;
  /** Read while lanes are served already. */
  readonly later?: AsyncIterable<Wave>;
  readonly selects: Selects;
  /** Which events the result tells; where nothing is said, those that anybody gets, or was to get. */
  readonly shows?: Selects;
  readonly allowedReachable: number;
  /** The command that passes over a removal and its revert, where there is one. */
  squashCommand(client: string): string | undefined;
  /** A paused lane is no failure where its cursor remembers what it did not get. */
  readonly pausedIsFine: boolean;
  /** All of it was sent before. */
  readonly replay?: boolean;
}

type ServeOptions = Pick<NotifyOptions, 'lateAfter' | 'format' | 'report'>;

/** What a run does besides sending, where cursors are kept. */
export interface LaneHooks extends Pick<DeliveryEnvironment, 'stopped' | 'progress'> {
  ended(delivery: Delivery): void;
  /** After the last lane: nothing is kept from other runs any more. The results are then what `resultOf` makes of them. */
  finish(): Promise<void>;
  resultOf(delivery: Delivery): LaneResult;
}

export const NO_HOOKS: LaneHooks = {
  stopped: () => undefined,
  progress: () => undefined,
  ended: () => undefined,
  finish: () => Promise.resolve(),
  resultOf: ({ result }) => result,
};

export async function serveLanes(
  work: Work,
  files: OperatorFiles,
  hooks: LaneHooks,
  options: ServeOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { console, stop } = surroundings;
  const { policy, clients, chosen } = files;
  const http = createHttpClient(policy.network, files.connections);
  const environment = deliveryEnvironment(work, http, files, hooks, surroundings);
  const guard = { limits: policy.guard, allowedReachable: work.allowedReachable };
  const waves: Wave[] = [];
  const running: Promise<readonly Delivery[]>[] = [];
  const serve = (wave: Wave): void => {
    waves.push(wave);
    const served = deliver(wave.lanes, environment, guard, (delivery) => hooks.ended(delivery));
    served.catch(() => undefined); // told when it is awaited
    running.push(served);
  };
  let unread: unknown;
  let deliveries: readonly Delivery[];
  try {
    serve(work.first);
    try {
      for await (const wave of work.later ?? []) serve(wave);
    } catch (error) {
      unread = error;
    }
    await Promise.allSettled(running);
    deliveries = (await Promise.all(running)).flat();
  } finally {
    http.close();
    await hooks.finish();
  }
  const log = joinedLog(waves);
  const problems = waves.at(-1)?.problems ?? [];
  const results = new Map(waves.flatMap(({ others }) => others).map((result) => [result.client, result]));
  for (const delivery of deliveries) results.set(delivery.plan.client, hooks.resultOf(delivery));
  const inOrder = [...chosen.clients, ...chosen.misconfigured]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ name }) => results.get(name) ?? []);
  const { unusable } = clients;
  const others = [
    ...(stop.code === undefined ? [] : [stop.code]),
    ...(unusable ? [unusable.exitCode] : []),
    ...(unread === undefined ? [] : [codeOf(unread, stop)]),
  ];
  const excused = excusedClients(inOrder, work.pausedIsFine, options.lateAfter);
  const report: RunReport = {
    version: 1,
    from: work.from === undefined ? (log[0]?.from ?? null) : work.from,
    to: work.to,
    exitCode: exitCodeOfRun(inOrder, problems, others, excused),
    events: log.reduce((sum, { events }) => sum + events.length, 0),
    clients: inOrder,
    problems,
  };

  const share = (client: string, accepted: readonly string[], left: readonly string[]): LaneShare => ({
    client,
    accepted,
    left,
    status: results.get(client)?.status ?? 'stopped',
  });
  const shares = [
    ...deliveries.map(({ plan, accepted, left }) => share(plan.client, accepted, left)),
    ...waves.flatMap(({ waiting }) => waiting).map(({ client, left }) => share(client, [], left)),
  ];
  const unwritten = options.report && (await writeReport(options.report, report, READER_PATIENCE_MS));
  console.waitAtMost(READER_PATIENCE_MS);
  const atMost = stop.requested.aborted ? TOLD_AT_STOP : Infinity;
  await printResult(report, log, work.shows, shares, options.format, atMost, console);
  for (const { plan, guard: stopped } of deliveries) {
    if (stopped) console.note(guardLines(plan.client, stopped, plan.log, work.squashCommand(plan.client)));
  }
  if (unusable) console.note([...unusable.lines, 'The run was stopped; nothing more was sent.']);
  if (report.exitCode === EXIT.done && inOrder.some(isBehind)) {
    console.note(
      `${console.noteStyle.yellow('warning')}: some client is behind, but not for long (--late-after)`,
    );
  }
  noteProblems(problems, console);
  if (unwritten) console.note(unwritten);
  if (unread !== undefined && !stop.requested.aborted) throw unread;
  return exitCodeOf([report.exitCode, ...(unwritten ? [EXIT.usage] : [])]);
}

/** Of what ended the reading for lanes that are far behind. */
function codeOf(error: unknown, { requested }: Surroundings['stop']): ExitCode {
  if (requested.aborted) return EXIT.behind;
  return error instanceof RunError ? error.exitCode : EXIT.bug;
}

/** Clients whose being behind is no failure: knowingly paused, or not for as long as `lateAfterMs`. */
function excusedClients(
  results: readonly LaneResult[],
  pausedIsFine: boolean,
  lateAfterMs: number | undefined,
): ReadonlySet<string> {
  const now = Date.now();
  const isLate = ({ since }: LaneResult): boolean =>
    lateAfterMs === undefined || since === undefined || now - Date.parse(since) >= lateAfterMs;
  const excused = results.filter((result) =>
    result.status === 'paused' ? pausedIsFine : isBehind(result) && !isLate(result),
  );
  return new Set(excused.map(({ client }) => client));
}

function deliveryEnvironment(
  { selects, replay }: Pick<Work, 'selects' | 'replay'>,
  http: ReturnType<typeof createHttpClient>,
  { policy, clients }: OperatorFiles,
  hooks: LaneHooks,
  { console, masker, stop, version }: Surroundings,
): Parameters<typeof deliver>[1] {
  const slots = createSlots(Math.min(policy.concurrency, http.maxInFlight));
  return {
    selects,
    clientState: (name) => clients.state(name),
    async send(request) {
      const outcome = await http.attempt(request, stop.cut);
      await breathe();
      return outcome;
    },
    breathe,
    mask: (text, own) => masker.mask(text, own),
    inSlot: (attempt, isRepeated) => slots.run(attempt, isRepeated),
    wait: (milliseconds) => sleep(milliseconds, undefined, { signal: stop.requested }).catch(() => breathe()),
    now: Date.now,
    random: Math.random,
    stopped: (client) => (stop.requested.aborted ? 'stopped' : hooks.stopped(client)),
    progress: (client, place) => hooks.progress(client, place),
    replay,
    retry: policy.retry,
    timeoutMs: policy.timeoutMs,
    userAgent: `team-events/${version}`,
    notice: (client, text) => console.note(`${client}: ${text}`),
  };
}
