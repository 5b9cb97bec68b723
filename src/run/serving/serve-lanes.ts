/** The last step of the story: planned lanes to their receivers, and what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDestinations, type OpenDestinations } from '../../adapters/destinations/open-destinations.ts';
import type { OperatorSettings } from '../../adapters/files/operator-settings.ts';
import { writeReport } from '../../adapters/files/report-file.ts';
import { breathe } from '../../adapters/process/breathe.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { createConcurrencyLimit } from '../../core/delivery/concurrency-limit.ts';
import { deliver, type Delivery } from '../../core/delivery/deliver.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import type { LaneShare } from '../../core/delivery/recipients.ts';
import { EXIT, exitCodeOf, RunError, type ExitCode } from '../../errors.ts';
import { guardLines } from '../../reporters/guard-text.ts';
import { noteProblems } from '../event-log/log-notes.ts';
import { joinedLog } from '../lanes/pending.ts';
import type { NotifyOptions } from '../run-options.ts';
import { excusedClients } from './excused-clients.ts';
import { printResult } from './print-result.ts';
import { exitCodeOfRun, isBehind, type RunReport } from './run-report.ts';
import type { Wave, RunPlan } from './run-plan.ts';

/** How long the reader of the result may take nothing of it before the run ends without: all is done by then. */
const READER_PATIENCE_MS = 30_000;

/** How many events the text tells of a run that was told to end, which has little time left. */
const TOLD_AT_STOP = 200;

type ServeOptions = Pick<NotifyOptions, 'lateAfter' | 'format' | 'report'>;

export async function serveLanes(
  work: RunPlan,
  files: OperatorSettings,
  hooks: LaneHooks,
  options: ServeOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { console, stop } = context;
  const { policy, clients, chosen } = files;
  const destinations = openDestinations({
    network: policy.network,
    connections: files.connections,
    cut: stop.abortAttempts,
    redact: (text, own) => context.redactor.redact(text, own),
    userAgent: `team-events/${context.version}`,
    mostTimeoutMs: policy.timeoutMs,
  });
  const environment = deliveryEnvironment(work, destinations, files, hooks, context);
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
    destinations.close();
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
  const atMost = stop.stopping.aborted ? TOLD_AT_STOP : Infinity;
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
  if (unread !== undefined && !stop.stopping.aborted) throw unread;
  return exitCodeOf([report.exitCode, ...(unwritten ? [EXIT.usage] : [])]);
}

/** Of what ended the reading for lanes that are far behind. */
function codeOf(error: unknown, { stopping }: RunContext['stop']): ExitCode {
  if (stopping.aborted) return EXIT.behind;
  return error instanceof RunError ? error.exitCode : EXIT.bug;
}

function deliveryEnvironment(
  { selects, replay }: Pick<RunPlan, 'selects' | 'replay'>,
  destinations: OpenDestinations,
  { policy, clients }: OperatorSettings,
  hooks: LaneHooks,
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
    wait: (milliseconds) => sleep(milliseconds, undefined, { signal: stop.stopping }).catch(() => breathe()),
    now: Date.now,
    random: Math.random,
    stopped: (client) => (stop.stopping.aborted ? 'stopped' : hooks.stopped(client)),
    progress: (client, place) => hooks.progress(client, place),
    replay,
    retry: policy.retry,
    notice: (client, text) => console.note(`${client}: ${text}`),
  };
}
