/** `team-events replay`: sends again what was sent before, with the same ids. No cursor moves. */
import type { ClientsFile } from '../clients/clients-file.ts';
import type { Selects } from '../clients/lane-selection.ts';
import type { ClientState } from '../delivery/lane.ts';
import type { LaneResult } from '../delivery/lane-result.ts';
import { forecastLane, recipientsOf } from '../delivery/recipients.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { readClientsFile } from '../files/clients-on-disk.ts';
import { readConfigurationFile } from '../files/configuration-file.ts';
import { readPolicy, type Policy, type PolicyFlags } from '../files/policy-file.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { guardLines } from '../report/guard-text.ts';
import { replayLines } from '../report/replay-text.ts';
import { exitCodeOfRun } from '../report/run-report.ts';
import { counted } from '../report/status-text.ts';
import { allowedReachableOf } from './allowed-removals.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import { placeAnew, type StorePlace } from './cursor-command.ts';
import { PRINTERS, printLog } from './event-printer.ts';
import { openEventStream } from './event-stream.ts';
import { holdLanes } from './hold-lanes.ts';
import { callerOf, noteProblems, noteUnsendable, noteWarnings } from './notes.ts';
import { selector, type NotifyOptions, type Surroundings } from './notify.ts';
import { openOperatorFiles, type OperatorFiles } from './operator-files.ts';
import { noteClients } from './print-events.ts';
import { planReplay, type ReplayLane } from './replay-lanes.ts';
import { replayRange, type ReplayWords } from './replay-range.ts';
import { NO_HOOKS, serveLanes, type Wave, type Work } from './serve-lanes.ts';
import { unservedResult } from './unserved-result.ts';
import { withCursors, type OpenCursors } from './with-cursors.ts';

export type ReplayOptions = ReplayWords &
  PolicyFlags &
  Pick<
    NotifyOptions,
    | 'repo'
    | 'cursor'
    | 'remote'
    | 'branch'
    | 'clients'
    | 'client'
    | 'type'
    | 'team'
    | 'format'
    | 'config'
    | 'policy'
    | 'allowRemovals'
    | 'report'
    | 'claimFor'
    | 'maxDuration'
  > & { readonly execute: boolean };

export async function replay(options: ReplayOptions, surroundings: Surroundings): Promise<ExitCode> {
  surroundings.stop.after(options.maxDuration);
  if (options.cursor === undefined) {
    return replayIn(
      await openRepository(options.repo, callerOf(surroundings)),
      undefined,
      options,
      surroundings,
    );
  }
  return withCursors(options, !options.execute, surroundings, (cursors) =>
    replayIn(cursors.repository, cursors, options, surroundings),
  );
}

/** What would be sent again, and to whom. */
interface PlannedReplay
  extends Pick<Work, 'to' | 'selects' | 'allowedReachable'>, Pick<Wave, 'log' | 'problems'> {
  readonly from: string | null;
  readonly chosen: ClientsFile;
  readonly lanes: readonly ReplayLane[];
}

async function replayIn(
  repository: Repository,
  cursors: OpenCursors | undefined,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const path = clientsPath(repository, options.clients);
  if (!options.execute) {
    const chosen = chooseClients(readClientsFile(path), options.client, path);
    const policy = readPolicy(options.policy, options);
    const planned = await planIn(repository, cursors, chosen, options, surroundings);
    return showReplay(planned, path, policy, options, surroundings);
  }
  const files = openOperatorFiles(repository, options, surroundings);
  const planned = await planIn(repository, cursors, files.chosen, options, surroundings);
  return sendReplay(planned, files, cursors, options, surroundings);
}

async function planIn(
  repository: Repository,
  cursors: OpenCursors | undefined,
  chosen: ClientsFile,
  options: ReplayOptions,
  { console, stop }: Surroundings,
): Promise<PlannedReplay> {
  const selects = selector(options);
  const fixed = readConfigurationFile(options.config);
  const { range, includes } = await replayRange(repository, options, cursors?.stored.branch);
  const stream = openEventStream(repository, range, fixed, stop.requested);
  const all: LogStep[] = [];
  for await (const step of stream.steps()) if (includes(step)) all.push(step);
  noteWarnings(stream, console);
  const planned = await planReplay(
    repository,
    chosen.clients,
    cursors && { stored: cursors.stored, claimMs: options.claimFor },
    range,
    all,
    selects,
  );
  const lanes = planned.map((lane) => withAdvice(lane, { ...options, to: undefined }));
  for (const { client, held, left } of lanes) {
    if (held === undefined || left === 0) continue;
    const at = held.cursor.commit.slice(0, 12);
    console.note(
      `${client.name}: ${counted(left, 'event')} after its cursor at ${at}: pending, so no replay, and left to the next run`,
    );
  }
  return {
    from: range.from,
    to: range.to,
    log: all.slice(
      0,
      lanes.reduce((most, { plan }) => Math.max(most, plan.log.length), 0),
    ),
    problems: await stream.problems(),
    selects,
    allowedReachable: await allowedReachableOf(repository, range.to, options.allowRemovals),
    chosen,
    lanes,
  };
}

/** Where its cursor cannot be used, the command that mends it. */
const withAdvice = (lane: ReplayLane, at: StorePlace): ReplayLane =>
  lane.refused?.status === 'cursor'
    ? {
        ...lane,
        refused: { ...lane.refused, message: `${lane.refused.message}. ${placeAnew(lane.name, at)}` },
      }
    : lane;

async function showReplay(
  planned: PlannedReplay,
  path: string,
  { guard: limits, timeoutMs }: Policy,
  options: ReplayOptions,
  { console }: Surroundings,
): Promise<ExitCode> {
  const { log, lanes, problems, chosen, selects, allowedReachable } = planned;
  const forecasts = lanes.map(({ plan, client, refused }) =>
    forecastLane(plan, client, selects, { limits, allowedReachable }, refused?.status),
  );
  const recipients = recipientsOf(forecasts);
  const printer = PRINTERS[options.format](console.style);
  await console.print(printer.begin(planned));
  const shows: Selects = ({ id }) => recipients.has(id);
  const events = await printLog(printer, log, shows, recipients, console);
  await console.print(printer.end(problems));
  if (options.format === 'text') {
    await console.print(`${events > 0 ? '\n' : ''}${replayLines(lanes, console.style)}`);
  }
  for (const { client, plan, guard } of forecasts) {
    if (guard !== undefined) console.note(guardLines(client, guard, plan.log, undefined));
  }
  noteProblems(problems, console);
  noteClients(chosen, path, timeoutMs, console);
  console.note('Nothing was sent. To send it again, add --execute.');
  const unserved = lanes.filter(({ refused }) => refused !== undefined && refused.status !== 'paused');
  return exitCodeOfRun(
    unserved.map((lane) => resultWithoutSending(lane, undefined, selects)),
    problems,
    [
      ...(chosen.misconfigured.length > 0 ? [EXIT.usage] : []),
      ...forecasts.flatMap(({ guard }) => (guard === undefined ? [] : [EXIT.guard])),
      ...noteUnsendable(forecasts, console),
    ],
  );
}

/** Of a lane that gets nothing. */
function resultWithoutSending(
  { client, plan, refused }: ReplayLane,
  state: ClientState | undefined,
  selects: Selects,
): LaneResult {
  const result = unservedResult(client, state, plan.log, selects);
  if (result.status === 'misconfigured') return result;
  const { status = 'done', message } = refused ?? {};
  return { ...result, status, problem: message === undefined ? undefined : { message, event: undefined } };
}

async function sendReplay(
  planned: PlannedReplay,
  files: OperatorFiles,
  cursors: OpenCursors | undefined,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { log, lanes, problems, selects, chosen } = planned;
  const states = new Map(lanes.map(({ client: { name } }) => [name, files.clients.state(name)]));
  const isSent = ({ client, refused, due }: ReplayLane): boolean =>
    refused === undefined && due.flat().length > 0 && states.get(client.name)?.kind === 'ready';
  const sent = lanes.filter(isSent);
  const work: Work = {
    ...planned,
    first: {
      log,
      lanes: sent.map(({ plan }) => plan),
      others: [
        ...lanes
          .filter((lane) => !isSent(lane))
          .map((lane) => resultWithoutSending(lane, states.get(lane.name), selects)),
        ...chosen.misconfigured.map((client) => unservedResult(client, undefined, log, selects)),
      ],
      waiting: [],
      problems,
    },
    squashCommand: () => undefined,
    pausedIsFine: false,
    replay: true,
  };
  const hooks = cursors
    ? await holdLanes(cursors, sent, work.to, options.claimFor, options, surroundings)
    : NO_HOOKS;
  return serveLanes(work, files, hooks, { ...options, lateAfter: undefined }, surroundings);
}
