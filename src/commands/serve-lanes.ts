/** The last step of the story: planned lanes to their receivers, and what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../catalogue/team.ts';
import type { Selects } from '../clients/lane-selection.ts';
import { breathe } from '../breathe.ts';
import { deliver, type Delivery } from '../delivery/deliver.ts';
import type { LanePlan } from '../delivery/lane-plan.ts';
import { recipientsOf, type LaneShare, type Recipients } from '../delivery/recipients.ts';
import type { DeliveryEnvironment } from '../delivery/lane.ts';
import type { LaneResult } from '../delivery/lane-result.ts';
import { createSlots } from '../delivery/slots.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { createHttpClient } from '../http/attempt.ts';
import type { Console } from '../report/console.ts';
import { guardText } from '../report/guard-text.ts';
import { clientLines, exitCodeOfRun, isBehind, type RunReport } from '../report/run-report.ts';
import { printable } from '../report/style.ts';
import { PRINTERS, printLog, printPieces } from './event-printer.ts';
import { noteProblems } from './notes.ts';
import type { NotifyOptions, OutputFormat, Surroundings } from './notify.ts';
import { writeReport, type OperatorFiles } from './operator-files.ts';

/** How long the reader of the result may take nothing of it before the run ends without: all is done by then. */
const READER_PATIENCE_MS = 30_000;

/** How many events the text tells of a run that was told to end, which has little time left. */
const TOLD_AT_STOP = 200;

/** A run that is about to send. */
export interface Work {
  readonly from: string | null;
  readonly to: string;
  /** Every step of any lane. */
  readonly log: readonly LogStep[];
  readonly lanes: readonly LanePlan[];
  /** Of the clients that get nothing in this run. */
  readonly others: readonly LaneResult[];
  readonly problems: readonly Problem[];
  readonly selects: Selects;
  /** What `others` are still to be sent: ids of events, in order. */
  readonly waiting: readonly Pick<LaneShare, 'client' | 'left'>[];
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
  let deliveries: readonly Delivery[];
  try {
    deliveries = await deliver(work.lanes, environment, guard, (delivery) => hooks.ended(delivery));
  } finally {
    http.close();
    await hooks.finish();
  }
  const results = new Map(work.others.map((result) => [result.client, result]));
  for (const delivery of deliveries) results.set(delivery.plan.client, hooks.resultOf(delivery));
  const inOrder = [...chosen.clients, ...chosen.misconfigured]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ name }) => results.get(name) ?? []);
  const { unusable } = clients;
  const others = [...(stop.code === undefined ? [] : [stop.code]), ...(unusable ? [unusable.exitCode] : [])];
  const excused = excusedClients(inOrder, work.pausedIsFine, options.lateAfter);
  const report: RunReport = {
    version: 1,
    from: work.from,
    to: work.to,
    exitCode: exitCodeOfRun(inOrder, work.problems, others, excused),
    events: work.log.reduce((sum, { events }) => sum + events.length, 0),
    clients: inOrder,
    problems: work.problems,
  };

  const share = (client: string, accepted: readonly string[], left: readonly string[]): LaneShare => ({
    client,
    accepted,
    left,
    status: results.get(client)?.status ?? 'stopped',
  });
  const recipients = recipientsOf([
    ...deliveries.map(({ plan, accepted, left }) => share(plan.client, accepted, left)),
    ...work.waiting.map(({ client, left }) => share(client, [], left)),
  ]);
  const unwritten = options.report && (await writeReport(options.report, report, READER_PATIENCE_MS));
  console.waitAtMost(READER_PATIENCE_MS);
  const atMost = stop.requested.aborted ? TOLD_AT_STOP : Infinity;
  await printResult(report, work, recipients, options.format, atMost, console);
  for (const { plan, guard: stopped } of deliveries) {
    if (stopped) console.note(guardText(plan.client, stopped, plan.log, work.squashCommand(plan.client)));
  }
  if (unusable) console.note(`${unusable.message}\nThe run was stopped; nothing more was sent.`);
  if (report.exitCode === EXIT.done && inOrder.some(isBehind)) {
    console.note(
      `${console.noteStyle.yellow('warning')}: some client is behind, but not for long (--late-after)`,
    );
  }
  noteProblems(work.problems, console);
  if (unwritten) console.note(unwritten);
  return exitCodeOf([report.exitCode, ...(unwritten ? [EXIT.usage] : [])]);
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

/**
 * The events, each with what became of it, and a line for each client; where stdout carries something else, that is on
 * stderr, and only for those who are behind.
 */
async function printResult(
  report: RunReport,
  { log, shows: asked }: Work,
  recipients: Recipients,
  format: OutputFormat,
  atMost: number,
  console: Console,
): Promise<void> {
  const shows: Selects = asked ?? (({ id }) => recipients.has(id));
  if (format === 'json') {
    await console.print(await printPieces('', jsonPieces(report, log, shows), console));
  } else {
    const many = format === 'text' ? atMost : Infinity;
    const shown = await printLog(PRINTERS[format](console.style), log, shows, recipients, console, many);
    if (shown > many) await console.print(`… and ${shown - many} more events\n`);
    if (format === 'text') {
      await console.print(`${shown > 0 ? '\n' : ''}${clientLines(report.clients, console.style)}`);
      return;
    }
  }
  const behind = report.clients.filter(({ status }) => status !== 'done');
  if (behind.length > 0) console.note(clientLines(behind, console.noteStyle));
}

/** The report, whose `events` are the events themselves: in pieces, as they may be more than one text can hold. */
function* jsonPieces(report: RunReport, log: readonly LogStep[], shows: Selects): Generator<string> {
  yield `${JSON.stringify({ ...report, events: undefined }).slice(0, -1)},"events":[`;
  let before = '\n';
  for (const { events } of log) {
    for (const { text } of events.filter(shows)) {
      yield `${before}${text}`;
      before = ',\n';
    }
  }
  yield '\n]}\n';
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
    notice: (client, text) => console.note(`${client}: ${printable(text)}`),
  };
}
