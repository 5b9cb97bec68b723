/**
 * Plans the steps that lead many lanes, each from its own commit, to one target.
 *
 *     a ── b ── c ── d ── to        first parents of `to`: the line, read once, from its oldest lane on
 *           \        /
 *            x ─────'               a lane at x: a step of its own (x -> d), then the line
 *
 * A lane may also begin before the first commit: that is before the whole line, in any history.
 */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import type { FirstParents } from '../../adapters/git/history/first-parents.ts';
import { isAncestor, requireCommit } from '../../adapters/git/history/resolve-commit.ts';
import { AS_ONE_STEP } from '../../core/events/on-rewrite.ts';
import type { PartialStep } from '../../core/cursor/cursor.ts';
import type { Result } from '../../core/result.ts';
import { HistoryError } from '../../errors.ts';
import { historyResult } from './history-result.ts';
import { countReachable, planRange, type RangeOptions } from './plan-steps.ts';

/** Where a lane begins: at a commit, after finishing the partially delivered step, if there is one. */
export interface LaneOrigin {
  /** A full id; null means before the first commit. */
  readonly commit: string | null;
  readonly partial: Pick<PartialStep, 'from' | 'to' | 'root'> | undefined;
  /** For a held team: the commit up to which all other teams are served; its log ends there. */
  readonly until?: string;
}

type OwnStep = NonNullable<LaneOrigin['partial']>;

/** The commits to which the line must reach back for these lanes; undefined if it must reach back to the first one. */
export function commitsOf(origins: readonly LaneOrigin[]): readonly string[] | undefined {
  const all = origins.flatMap(({ commit, partial }) =>
    partial === undefined ? [commit] : [partial.root ? null : (partial.from ?? partial.to), partial.to],
  );
  const commits = all.filter((commit) => commit !== null);
  return commits.length === all.length ? commits : undefined;
}

/** The way of a lane to the target: first its own steps, then the line. */
export interface LaneRoute {
  /** Steps that are not part of the line. */
  readonly own: readonly PlannedStep[];
  /**
   * The commit from which it follows the line (null: from before the first commit); undefined if it does not follow it.
   */
  readonly join: string | null | undefined;
  /** The commit where it leaves the line again, if that is not its end. */
  readonly until?: string;
  /** `to` is older than the lane's position: a rerun of an older build, with nothing to do. */
  readonly older: boolean;
}

export interface RouteOptions extends RangeOptions {
  /** The branch that may be published, if known: cursors must be on it. */
  readonly branch?:
    { readonly name: string; readonly remote: string; readonly tip: string | undefined } | undefined;
}

const OLDER: LaneRoute = { own: [], join: undefined, older: true };

/** The route of a lane, or why history does not lead from it. */
export type RoutedLane = Result<LaneRoute, HistoryError>;

/** Returns the route of each lane to `to`, in the order of `origins`; `line` reaches back to all of them. */
export async function routeLanes(
  repository: Repository,
  origins: readonly LaneOrigin[],
  to: string,
  line: FirstParents,
  options: RouteOptions,
): Promise<readonly RoutedLane[]> {
  const known = new Map<string, Promise<RoutedLane>>();
  return Promise.all(
    origins.map((origin) => {
      const { commit, partial, until } = origin;
      const key = [commit, partial?.from, partial?.to, partial?.root, until].join(' ');
      const route = known.get(key) ?? historyResult(() => routeOf(repository, origin, to, line, options));
      known.set(key, route);
      return route;
    }),
  );
}

/**
 * Number of steps from a commit of the line (as `firstParents` gives it) to its end; null means before its first
 * commit.
 */
export const stepsAlong = (line: FirstParents, join: string | null): number =>
  join === null ? line.size : (line.get(join) ?? 0);

async function routeOf(
  repository: Repository,
  { commit, partial, until }: LaneOrigin,
  to: string,
  line: FirstParents,
  options: RouteOptions,
): Promise<LaneRoute> {
  if (partial !== undefined && until !== undefined) return routeUntil(repository, partial, until, line);
  if (partial !== undefined) {
    const target = await requireCommit(repository, partial.to);
    // A rerun of an older build, from before the partially delivered step.
    if (target !== to && (await isAncestor(repository, to, target))) {
      if (await isPublished(repository, target, options.branch)) return OLDER;
      throw notPublished(target, options.branch);
    }
    if (!options.squash && isOfLine(partial, line)) return { own: [], join: partial.from, older: false };
    const finish = await planStep(repository, partial);
    const onwards = await routeFrom(repository, partial.to, to, line, options);
    return { ...onwards, own: [finish, ...onwards.own] };
  }
  if (commit !== null) return routeFrom(repository, commit, to, line, options);
  if (!options.squash) return { own: [], join: null, older: false };
  return { own: await planRange(repository, null, to, options), join: undefined, older: false };
}

/** The way of a held team to where all others are: step by step, whatever the run is asked for beyond that. */
async function routeUntil(
  repository: Repository,
  step: OwnStep,
  until: string,
  line: FirstParents,
): Promise<LaneRoute> {
  await requireCommit(repository, step.to);
  const [begin, end] = [line.get(step.to), line.get(until)];
  const followsLine = begin !== undefined && end !== undefined && begin >= end;
  if (followsLine && isOfLine(step, line)) return { own: [], join: step.from, until, older: false };
  const finish = await planStep(repository, step);
  if (followsLine) return { own: [finish], join: step.to, until, older: false };
  const onwards = await planRange(repository, step.to, until, { squash: false, onRewrite: 'squash' });
  return { own: [finish, ...onwards], join: undefined, older: false };
}

function isOfLine({ from, to, root }: OwnStep, line: FirstParents): boolean {
  const place = line.get(to);
  if (place === undefined) return false;
  return from === null ? root === true && place === line.size - 1 : line.get(from) === place + 1;
}

async function routeFrom(
  repository: Repository,
  commit: string,
  to: string,
  line: FirstParents,
  { squash, onRewrite, branch }: RouteOptions,
): Promise<LaneRoute> {
  if (commit === to) return { own: [], join: undefined, older: false };
  if (!squash && line.has(commit)) return { own: [], join: commit, older: false };
  await requireCommit(repository, commit);
  const steps = await planRange(repository, commit, to, { squash, onRewrite });
  const [first] = steps;
  if (first === undefined) {
    if (await isPublished(repository, commit, branch)) return OLDER;
    // The branch was reset: commits that it no longer has were sent, and its newest commit is not an older build.
    if (onRewrite === 'fail' || to !== branch?.tip) throw notPublished(commit, branch);
    return { own: [await planStep(repository, { from: commit, to })], join: undefined, older: false };
  }
  return { own: [first], join: first.to === to ? undefined : first.to, older: false };
}

const isPublished = async (
  repository: Repository,
  commit: string,
  branch: RouteOptions['branch'],
): Promise<boolean> => branch?.tip === undefined || (await isAncestor(repository, commit, branch.tip));

const notPublished = (commit: string, branch: RouteOptions['branch']): HistoryError =>
  new HistoryError(
    `its cursor is on ${commit}, which is not on ${branch?.name} of ${branch?.remote}`,
    'The branch was set back, or the cursor was put there by hand. Take the net change as one step: --on-rewrite squash.',
    AS_ONE_STEP,
  );

/** A step between two commits, or from the empty catalogue: a snapshot, or the first commit's own step. */
async function planStep(repository: Repository, { from, to, root }: OwnStep): Promise<PlannedStep> {
  const reachable = await countReachable(repository, to);
  if (from === null && root !== true) return { from, to, reachable, consecutive: false };
  if (from !== null) await requireCommit(repository, from);
  const [, firstParent] = (await repository.git('rev-list', '--parents', '--max-count=1', to))
    .trim()
    .split(' ');
  if (from === null) return { from, to, reachable, consecutive: firstParent === undefined };
  if (firstParent === from) return { from, to, reachable, consecutive: true };
  const rewritten = !(await isAncestor(repository, from, to));
  return { from, to, reachable, consecutive: false, ...(rewritten && { rewritten }) };
}
