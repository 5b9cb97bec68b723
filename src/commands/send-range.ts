/** The range form: the events of an explicit range to every client. Nothing is remembered. */
import { selectForLane, type Selects } from '../clients/lane-selection.ts';
import type { Client, MisconfiguredClient } from '../clients/clients-file.ts';
import { problemsInOneLine, type ClientState } from '../delivery/lane.ts';
import type { LaneResult } from '../delivery/lane-result.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { isAncestor, resolveCommit, type Repository } from '../git/repository.ts';
import type { Console } from '../report/console.ts';
import { stepText } from '../report/events-text.ts';
import type { EventStream } from './event-stream.ts';
import { noteWarnings } from './notes.ts';
import type { NotifyOptions, OutputFormat, Surroundings } from './notify.ts';
import { openOperatorFiles } from './operator-files.ts';
import type { Range } from './range.ts';
import { NO_HOOKS, serveLanes } from './serve-lanes.ts';

export async function sendRange(
  repository: Repository,
  range: Range,
  stream: EventStream,
  selects: Selects,
  options: NotifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const files = openOperatorFiles(repository, options, surroundings);
  const { chosen, clients } = files;
  const allowedReachable = await allowedReachableOf(repository, range, options.allowRemovals);
  const log = await readLog(stream, selects, options.format, surroundings.console);
  const states = new Map(chosen.clients.map(({ name }) => [name, clients.state(name)]));
  const isReady = ({ name }: Client): boolean => states.get(name)?.kind === 'ready';
  const notServed = [...chosen.clients.filter((client) => !isReady(client)), ...chosen.misconfigured];
  const work = {
    from: range.from,
    to: range.to,
    log,
    lanes: chosen.clients
      .filter(isReady)
      .map((client) => ({ plan: { client: client.name, contact: client.contact, log }, interest: client })),
    others: notServed.map((client) => resultOf(client, states.get(client.name), log, selects)),
    problems: await stream.problems(),
    selects,
    shows: selects,
    allowedReachable,
    squashCommand: () => `team-events --from ${range.from ?? 'root'} --to ${range.to} --squash`,
    pausedIsFine: false,
  };
  return serveLanes(work, files, NO_HOOKS, options, surroundings);
}

/** All events of the range, which the removal guard has to know before the first is sent; shown as they are read. */
async function readLog(
  stream: EventStream,
  selects: Selects,
  format: OutputFormat,
  console: Console,
): Promise<readonly LogStep[]> {
  const log: LogStep[] = [];
  for await (const step of stream.steps()) {
    const selected = step.events.filter(selects);
    if (format === 'text' && selected.length > 0) {
      await console.print(`${log.length > 0 ? '\n' : ''}${stepText(selected, console.style)}`);
    }
    if (format === 'ndjson') await console.print(selected.map(({ text }) => `${text}\n`).join(''));
    log.push(step);
  }
  noteWarnings(stream, console);
  return log;
}

/** The result of a client that gets nothing in this run. */
export function resultOf(
  client: Client | MisconfiguredClient,
  state: ClientState | undefined,
  log: readonly LogStep[],
  selects: Selects,
): LaneResult {
  const all = log.reduce((sum, { events }) => sum + events.length, 0);
  // Where its entry cannot be read, nobody knows what it wants of these.
  const pending =
    'subscriptions' in client
      ? log.flatMap(({ events }) => selectForLane(client, events, selects)).filter((one) => one === 'send')
          .length
      : all;
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

/** Up to how many reachable commits a person allowed removals; -1 for none. A commit that is in the past already allows nothing. */
export async function allowedReachableOf(
  repository: Repository,
  range: Range,
  allowed: string | undefined,
): Promise<number> {
  if (allowed === undefined) return -1;
  const commit = await resolveCommit(repository, allowed);
  const step = range.steps.find(({ to }) => to === commit);
  if (step !== undefined) return step.reachable;
  if (range.from !== null && (await isAncestor(repository, commit, range.from))) return -1;
  throw new UsageError(
    `--allow-removals ${allowed} is no step of this range`,
    'Name the commit that the message of the removal guard names.',
  );
}
