/** The last step of the story: the events of the range to the clients that want them. */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, laneEvents } from '../delivery/deliver.ts';
import type { Client, MisconfiguredClient } from '../clients/clients-file.ts';
import type { Selects } from '../clients/lane-selection.ts';
import type { ClientState, DeliveryEnvironment, LaneResult } from '../delivery/lane.ts';
import { problemsInOneLine } from '../delivery/lane.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { createSlots } from '../delivery/slots.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import { eventOf, type LoggedEvent } from '../events/team-event.ts';
import { openClients, type ClientsOnDisk } from '../files/clients-on-disk.ts';
import { readPolicy, type Policy } from '../files/policy-file.ts';
import { createVariables } from '../files/variables.ts';
import { isAncestor, resolveCommit, type Repository } from '../git/repository.ts';
import { createHttpClient } from '../http/attempt.ts';
import type { Console } from '../report/console.ts';
import { stepText } from '../report/events-text.ts';
import type { Masker } from '../report/masker.ts';
import { guardText } from '../report/guard-text.ts';
import { clientLines, exitCodeOfRun, type RunReport } from '../report/run-report.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import type { EventStream } from './event-stream.ts';
import { noteProblems, noteWarnings } from './notes.ts';
import type { NotifyOptions, OutputFormat, Surroundings } from './notify.ts';
import type { Range } from './range.ts';

type Log = readonly (readonly LoggedEvent[])[];

/** Everything that can be wrong with the operator's files is told before the first request. */
export async function sendEvents(
  repository: Repository,
  range: Range,
  stream: EventStream,
  selects: Selects,
  options: NotifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { console, masker, environment, stop } = surroundings;
  const policy = readPolicy(options.policy, options);
  if (options.report !== undefined) requireWritable(options.report);
  const path = clientsPath(repository, options.clients);
  const clients = openClients(path, createVariables(environment), (values) => masker.hide(values));
  const chosen = chooseClients(clients.initial, options.client, path);
  const allowedStep = await allowedStepOf(repository, range, options.allowRemovals);

  const log = await readLog(stream, selects, options.format, console);
  const states = new Map(chosen.clients.map(({ name }) => [name, clients.state(name)]));
  const lanes = chosen.clients.filter(({ name }) => states.get(name)?.kind === 'ready');
  const http = createHttpClient(policy.network);
  const shared = deliveryEnvironment(log, selects, http, policy, surroundings, clients);
  const deliveries = await deliver(lanes, shared, { limits: policy.guard, start: stream.start, allowedStep });
  http.close();

  const served = new Map(deliveries.map(({ result }) => [result.client, result]));
  const inOrder = [...chosen.clients, ...chosen.misconfigured].sort((a, b) => a.line - b.line);
  const results = inOrder.map(
    (client) => served.get(client.name) ?? notServed(client, states.get(client.name), log, selects),
  );
  const problems = await stream.problems();
  const { unusable } = clients;
  const others = [...(stop.code === undefined ? [] : [stop.code]), ...(unusable ? [unusable.exitCode] : [])];
  const report: RunReport = {
    version: 1,
    from: range.from,
    to: range.to,
    exitCode: exitCodeOfRun(results, problems, others),
    events: log.reduce((sum, step) => sum + step.length, 0),
    clients: results,
    problems,
  };

  await printResult(report, log, selects, options.format, console);
  for (const { result, guard } of deliveries) {
    if (guard) console.note(guardText(result.client, guard, log, range));
  }
  if (unusable) console.note(`${unusable.message}\nThe run was stopped; nothing more was sent.`);
  noteProblems(problems, console);
  if (options.report !== undefined) {
    writeReport(options.report, report);
  }
  return report.exitCode;
}

/** All events of the range, which the removal guard has to know before the first is sent; shown as they are read. */
async function readLog(
  stream: EventStream,
  selects: Selects,
  format: OutputFormat,
  console: Console,
): Promise<Log> {
  const log: (readonly LoggedEvent[])[] = [];
  for await (const step of stream.steps()) {
    const selected = step.filter(selects);
    if (format === 'text' && selected.length > 0) {
      await console.print(`${log.length > 0 ? '\n' : ''}${stepText(selected, console.style)}`);
    }
    if (format === 'ndjson') {
      await console.print(selected.map(({ text }) => `${text}\n`).join(''));
    }
    log.push(step);
  }
  noteWarnings(stream, console);
  return log;
}

/** A line for each client; where stdout carries something else, on stderr and only for those who are behind. */
async function printResult(
  report: RunReport,
  log: Log,
  selects: Selects,
  format: OutputFormat,
  console: Console,
): Promise<void> {
  if (format === 'text') {
    await console.print(`${log.length > 0 ? '\n' : ''}${clientLines(report.clients, console.style)}`);
    return;
  }
  if (format === 'json') {
    const events = log.flat().filter(selects).map(eventOf);
    await console.print(`${JSON.stringify({ ...report, events })}\n`);
  }
  const behind = report.clients.filter(({ status }) => status !== 'done');
  if (behind.length > 0) console.note(clientLines(behind, console.noteStyle));
}

function deliveryEnvironment(
  log: Log,
  selects: Selects,
  http: ReturnType<typeof createHttpClient>,
  policy: Policy,
  { console, masker, stop, version }: Surroundings,
  clients: ClientsOnDisk,
): DeliveryEnvironment {
  const slots = createSlots(policy.concurrency);
  return {
    log,
    selects,
    clientState: (name) => clients.state(name),
    send: async (request) => maskOutcome(await http.attempt(request, stop.cut), masker),
    inSlot: (attempt) => slots.run(attempt),
    wait: (milliseconds) => sleep(milliseconds, undefined, { signal: stop.requested }).catch(() => undefined),
    now: Date.now,
    random: Math.random,
    stopped: () => stop.requested.aborted,
    retry: policy.retry,
    timeoutMs: policy.timeoutMs,
    userAgent: `team-events/${version}`,
    notice: (client, text) => console.note(`${client}: ${text}`),
  };
}

/** What came from outside may hold what was sent: masked here, before anything of it is cut or told. */
function maskOutcome(outcome: Outcome, { mask }: Pick<Masker, 'mask'>): Outcome {
  if (outcome.kind === 'answered') return { ...outcome, body: mask(outcome.body) };
  return outcome.kind === 'unreachable' ? { ...outcome, message: mask(outcome.message) } : outcome;
}

/** The result of a client that gets nothing in this run. */
function notServed(
  client: Client | MisconfiguredClient,
  state: ClientState | undefined,
  log: Log,
  selects: Selects,
): LaneResult {
  const all = log.reduce((sum, step) => sum + step.length, 0);
  // Where its entry cannot be read, nobody knows what it wants of these.
  const pending = 'subscriptions' in client ? laneEvents(client, log, selects).length : all;
  const problems =
    'problems' in client ? client.problems : state?.kind === 'misconfigured' ? state.problems : undefined;
  return {
    client: client.name,
    contact: client.contact,
    status: problems ? 'misconfigured' : 'stopped',
    delivered: 0,
    pending,
    skipped: 0,
    filtered: all - pending,
    attempts: 0,
    problem: problems && { message: problemsInOneLine(problems), event: undefined },
  };
}

/** The last step whose removals a person allowed; -1 for none. A commit that is in the past already allows nothing. */
async function allowedStepOf(
  repository: Repository,
  range: Range,
  allowed: string | undefined,
): Promise<number> {
  if (allowed === undefined) return -1;
  const commit = await resolveCommit(repository, allowed);
  const index = range.steps.findIndex(({ to }) => to === commit);
  if (index >= 0 || (range.from !== null && (await isAncestor(repository, commit, range.from)))) return index;
  throw new UsageError(
    `--allow-removals ${allowed} is no step of this range`,
    'Name the commit that the message of the removal guard names.',
  );
}

/** Before anything is sent: whether the report can be written afterwards. @throws {UsageError} */
function requireWritable(path: string): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known?.isDirectory()) throw new UsageError(`cannot write the report ${path}: it is a folder`);
    accessSync(known ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write the report ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function writeReport(path: string, report: RunReport): void {
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(
      `all was sent, but the report ${path} could not be written: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}
