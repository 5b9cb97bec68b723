/** The logs of all lanes, each from its own beginning to one commit; history is walked once for those on its line. */
import type { Configuration } from '../catalogue/configuration.ts';
import type { Problem } from '../catalogue/team.ts';
import { HistoryError } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import {
  planLine,
  routeLanes,
  type LaneOrigin,
  type LaneRoute,
  type RouteOptions,
} from '../git/lane-history.ts';
import type { PlannedStep } from '../git/plan-range.ts';
import type { Repository } from '../git/repository.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import { allHints, type Hints } from './step-hints.ts';

export interface LaneLog {
  readonly steps: readonly LogStep[];
  /** How many steps it goes through, those in which nothing happened included. */
  readonly commits: number;
  /** The commit lies behind where the lane is already: nothing to do. */
  readonly older: boolean;
}

export interface LaneLogs {
  /** In the order of the origins; a HistoryError where history does not lead from there to the commit. */
  readonly logs: readonly (LaneLog | HistoryError)[];
  /** Every step of any of them once, as they were read. */
  readonly all: readonly LogStep[];
  /** What is wrong at the newest revision in files that one of them touched. */
  readonly problems: readonly Problem[];
  readonly warnings: ReadonlyMap<string, string>;
  readonly hints: Hints;
}

export async function readLaneLogs(
  repository: Repository,
  origins: readonly LaneOrigin[],
  to: string,
  options: RouteOptions,
  fixed: Configuration | undefined,
  stop: AbortSignal,
): Promise<LaneLogs> {
  const routes = await routeLanes(repository, origins, to, options);
  const line = await planLine(repository, routes, to);
  const read: EventStream[] = [];
  const stepsOf = async (
    from: string | null,
    end: string,
    steps: readonly PlannedStep[],
  ): Promise<LogStep[]> => {
    const stream = openEventStream(repository, { from, to: end, steps }, fixed, stop);
    const found: LogStep[] = [];
    for await (const step of stream.steps()) found.push(step);
    if (end === to) read.push(stream);
    return found;
  };
  const lineLog = await stepsOf(line.from, to, line.steps);
  const ownLogs = new Map<string, readonly LogStep[]>();
  for (const route of routes) {
    if (route instanceof HistoryError) continue;
    for (const step of route.own) {
      if (!ownLogs.has(keyOf(step))) ownLogs.set(keyOf(step), await stepsOf(step.from, step.to, [step]));
    }
  }

  const logOf = ({ own, join, older }: LaneRoute): LaneLog => {
    const steps = own.flatMap((step) => ownLogs.get(keyOf(step)) ?? []);
    if (join === undefined) return { steps, commits: own.length, older };
    const joined = line.steps.find((step) => step.to === join)?.reachable ?? 0;
    const isAhead = ({ reachable }: { readonly reachable: number }): boolean => reachable > joined;
    return {
      steps: [...steps, ...lineLog.filter(isAhead)],
      commits: own.length + line.steps.filter(isAhead).length,
      older,
    };
  };
  return {
    logs: routes.map((route) => (route instanceof HistoryError ? route : logOf(route))),
    all: [...[...ownLogs.values()].flat(), ...lineLog],
    problems: await problemsOf(read),
    warnings: new Map(read.flatMap(({ warnings }) => [...warnings])),
    hints: allHints(read), // no two of them go through the same step
  };
}

const keyOf = ({ from, to }: PlannedStep): string => `${from} ${to}`;

/** Each once, though several walks may have met it. */
async function problemsOf(streams: readonly EventStream[]): Promise<readonly Problem[]> {
  const found = new Map<string, Problem>();
  for (const stream of streams) {
    for (const problem of await stream.problems()) {
      const { path, line, column, message } = problem;
      found.set(`${path}\n${line}\n${column}\n${message}`, problem);
    }
  }
  return [...found.values()];
}
