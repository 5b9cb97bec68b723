/**
 * The logs of all lanes, each from its own start to one commit. They are read in waves, near lanes first, so that lanes
 * far behind delay nobody (lane-waves.ts). Each part of history is walked once for all lanes that pass through it.
 */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { firstParents, rootOf, type FirstParents } from '../../adapters/git/history/first-parents.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import { sourceOfOrigin, sourceOfRoot } from '../../adapters/git/source-uri.ts';
import { breathe, giveWay } from '../../adapters/process/breathe.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import { guardRemovals, type GuardLimits } from '../../core/delivery/removal-guard.ts';
import type { EventArchive } from '../../core/events/log/event-archive.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { Result } from '../../core/result.ts';
import { UsageError, type HistoryError } from '../../errors.ts';
import { openArchive, openEventStream, type EventStream, type EventStreamOptions } from './event-stream.ts';
import {
  commitsOf,
  routeLanes,
  stepsAlong,
  type LaneOrigin,
  type LaneRoute,
  type RoutedLane,
  type RouteOptions,
} from './lane-routes.ts';
import { planWaves, type LaneWave } from './lane-waves.ts';
import { planRange } from './plan-steps.ts';
import type { Range } from './range.ts';
import { allHints, type Hints } from './step-hints.ts';

export interface LaneLog {
  readonly steps: readonly LogStep[];
  /** Number of steps to go through, including those without events. */
  readonly commits: number;
  /** The target is older than the cursor (an old build rerun): nothing to do. */
  readonly older: boolean;
  /** The first commit of history, if the lane begins before it. */
  readonly first: string | undefined;
}

export interface LaneLogs {
  /** By the index of the origin; or why history does not lead from there to the commit. */
  readonly logs: ReadonlyMap<number, Result<LaneLog, HistoryError>>;
  /** Steps read for this wave and not for earlier ones: over all waves, every step once. */
  readonly all: readonly LogStep[];
  /** Problems at the newest revision of files that this wave or an earlier one touched. */
  readonly problems: readonly Problem[];
  readonly warnings: ReadonlyMap<string, string>;
  readonly hints: Hints;
}

const EACH = { squash: false, onRewrite: 'fail' } as const;

export interface WaveOptions extends RouteOptions {
  /**
   * The totals before each step are read only where these limits may be exceeded: as a rule most files need not be read
   * for them. Without limits they are always right.
   */
  readonly guard?: GuardLimits;
}

/** Steps to any commit count. */
const NOTHING_ALLOWED = -1;

/**
 * Reads the logs, wave by wave. Yields at least one wave; for a single origin exactly one.
 * @throws {UsageError} if no file matched in any of them
 */
export async function* readLaneWaves(
  repository: Repository,
  origins: readonly LaneOrigin[],
  to: string,
  options: WaveOptions,
  override: Configuration | undefined,
  stop: AbortSignal,
): AsyncGenerator<LaneLogs> {
  const ofOrigin = sourceOfOrigin(repository);
  const nothingNew = origins.every(({ commit, partial }) => commit === to && partial === undefined);
  const line = await firstParents(repository, to, ofOrigin || nothingNew ? commitsOf(origins) : undefined);
  const defaultSource = ofOrigin ?? sourceOfRoot(rootOf(line));
  const routes = await routeLanes(repository, origins, to, line, options);
  const planned: PlannedWaves = { origins, to, line, routes, waves: planWaves(routes, line) };
  const read = (withoutTotals: boolean): AsyncGenerator<LaneLogs> =>
    readPlanned(repository, planned, override, stop, { withoutTotals, defaultSource });
  // Only with a given configuration can files stay unread.
  if (options.guard !== undefined && override !== undefined && planned.waves.length === 1) {
    const { value: only } = (await read(true).next()) as IteratorYieldResult<LaneLogs>;
    // With fewer teams in the totals a removal is a larger share: what passes now passes anyway.
    const all = only.all.map(({ events }) => events);
    if (guardRemovals(only.all, all, options.guard, NOTHING_ALLOWED) === undefined) return yield only;
  }
  yield* read(false);
}

interface PlannedWaves {
  readonly origins: readonly LaneOrigin[];
  readonly to: string;
  readonly line: FirstParents;
  readonly routes: readonly RoutedLane[];
  readonly waves: readonly LaneWave[];
}

async function* readPlanned(
  repository: Repository,
  { origins, to, line, routes, waves }: PlannedWaves,
  override: Configuration | undefined,
  stop: AbortSignal,
  options: EventStreamOptions,
): AsyncGenerator<LaneLogs> {
  const lineStreams: EventStream[] = []; // the newest first
  const otherStreams: EventStream[] = [];
  const archive = openArchive();
  const ownLogs = new Map<string, readonly LogStep[]>();
  let lineLog: readonly LogStep[] = [];
  let end = to;
  let isMatched = false;
  let unmatched: UsageError | undefined;
  let untold: LaneLogs[] = [];
  // Once lanes are being served, further waves yield to them between steps.
  let pause = breathe;

  const logOf = ({ own, join, older, until }: LaneRoute, { commit, partial }: LaneOrigin): LaneLog => {
    const first = commit === null && partial === undefined ? rootOf(line) : undefined;
    const steps = own.flatMap((step) => ownLogs.get(keyOf(step)) ?? []);
    if (join === undefined) return { steps, commits: own.length, older, first };
    const behind = stepsAlong(line, join);
    const beyond = until === undefined ? 0 : stepsAlong(line, until);
    const isAhead = (step: LogStep): boolean => {
      const left = line.get(step.to) ?? 0;
      return left < behind && left >= beyond;
    };
    return { steps: [...steps, ...lineLog.filter(isAhead)], commits: own.length + behind, older, first };
  };

  for (const { lanes, from } of waves) {
    const read: ReadLog[] = [];
    const readSteps = async (range: Range): Promise<ReadLog> => {
      const log = await readLog(
        openEventStream(repository, range, override, stop, { ...options, pause }),
        archive,
      );
      read.push(log);
      return log;
    };
    for (const step of lanes.flatMap((lane) => ownOf(routes[lane]))) {
      if (ownLogs.has(keyOf(step))) continue;
      const { stream, steps } = await readSteps({ from: step.from, to: step.to, steps: [step] });
      ownLogs.set(keyOf(step), steps);
      if (step.to === to) otherStreams.push(stream);
    }
    if (from !== undefined) {
      const steps = await planRange(repository, from, end, EACH);
      const log = await readSteps({ from, to: end, steps });
      lineStreams.push(log.stream);
      lineLog = [...log.steps, ...lineLog];
      if (from !== null) end = from;
    }
    const logs = lanes.map((lane): [number, Result<LaneLog, HistoryError>] => {
      const route = routes[lane]!;
      return [lane, route.ok ? { ok: true, value: logOf(route.value, origins[lane]!) } : route];
    });
    untold.push({
      logs: new Map(logs),
      all: read.flatMap(({ steps }) => steps),
      problems: await problemsOf(lineStreams, otherStreams),
      warnings: new Map(read.flatMap(({ stream }) => [...stream.warnings])),
      hints: allHints(read.map(({ stream }) => stream)),
    });
    isMatched ||= read.some((log) => log.unmatched === undefined);
    unmatched ??= read.find((log) => log.unmatched !== undefined)?.unmatched;
    pause = giveWay;
    if (unmatched && !isMatched) continue;
    yield* untold;
    untold = [];
  }
  if (unmatched && !isMatched) throw unmatched;
}

interface ReadLog {
  readonly stream: EventStream;
  readonly steps: readonly LogStep[];
  /** Set if no file matched; reported only if that is so for all lanes. */
  readonly unmatched: UsageError | undefined;
}

async function readLog(stream: EventStream, archive: EventArchive): Promise<ReadLog> {
  const steps: LogStep[] = [];
  try {
    for await (const step of stream.steps()) {
      archive.keep(step.events);
      steps.push(step);
    }
  } catch (error) {
    if (error instanceof UsageError) return { stream, steps, unmatched: error };
    throw error;
  }
  return { stream, steps, unmatched: undefined };
}

const ownOf = (route: RoutedLane | undefined): readonly PlannedStep[] => (route?.ok ? route.value.own : []);

/** A snapshot of the first commit is a different step than the commit's own. */
const keyOf = ({ from, to, consecutive }: PlannedStep): string => `${from} ${to} ${consecutive}`;

/** Each problem once, even if several walks found it. */
async function problemsOf(
  line: readonly EventStream[],
  others: readonly EventStream[],
): Promise<readonly Problem[]> {
  const found = await Promise.all(others.map((stream) => stream.problems()));
  return [
    ...new Map(
      [...(await problemsOfLine(line)), ...found.flat()].map((problem) => [textOf(problem), problem]),
    ).values(),
  ];
}

/**
 * The newest walk knows the present state of files touched by older walks; the older walks know since when it is so.
 */
async function problemsOfLine([newest, ...older]: readonly EventStream[]): Promise<readonly Problem[]> {
  if (newest === undefined) return [];
  const before = new Map((await problemsOfLine(older)).map((problem) => [textOf(problem), problem]));
  const touched = older.flatMap((stream) => [...stream.touched]);
  return (await newest.problems(touched)).map((problem) =>
    newest.touched.has(problem.path) ? problem : (before.get(textOf(problem)) ?? problem),
  );
}

const textOf = ({ path, line, column, message }: Problem): string =>
  `${path}\n${line}\n${column}\n${message}`;
