/**
 * How many lanes, each with a place of its own to begin at, lead to one commit.
 *
 *     a ── b ── c ── d ── to        first parents of `to`: the line, read once, from its oldest lane on
 *           \        /
 *            x ─────'               a lane at x: a step of its own (x -> d), then the line
 */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { bringTrees } from '../../adapters/git/history/missing-contents.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import { isAncestor } from '../../adapters/git/history/resolve-commit.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { HistoryError } from '../../errors.ts';
import { countReachable, planRange, type RangeOptions } from './plan-steps.ts';

/** Where a lane begins: at a commit, after finishing a step of which a part is delivered. */
export interface LaneOrigin {
  /** A full id; null where `partial` is a snapshot and nothing was before. */
  readonly commit: string | null;
  readonly partial: { readonly from: string | null; readonly to: string } | undefined;
}

/** What a lane goes through, in this order. */
export interface LaneRoute {
  /** Steps that are not of the line. */
  readonly own: readonly PlannedStep[];
  /** The commit from which on it follows the line; undefined where it does not. */
  readonly join: string | undefined;
  /** `to` lies behind where the lane is: a rerun of an older build, which has nothing to do. */
  readonly older: boolean;
}

export interface RouteOptions extends RangeOptions {
  /** The branch that is published, where it is known: no cursor belongs elsewhere. */
  readonly branch?:
    { readonly name: string; readonly remote: string; readonly tip: string | undefined } | undefined;
}

const OLDER: LaneRoute = { own: [], join: undefined, older: true };

/** The route of each lane to `to`; a HistoryError where history does not lead there. */
export async function routeLanes(
  repository: Repository,
  origins: readonly LaneOrigin[],
  to: string,
  options: RouteOptions,
): Promise<readonly (LaneRoute | HistoryError)[]> {
  const line = await firstParents(repository, to);
  const known = new Map<string, Promise<LaneRoute | HistoryError>>();
  return Promise.all(
    origins.map((origin) => {
      const key = `${origin.commit} ${origin.partial?.from} ${origin.partial?.to}`;
      const route =
        known.get(key) ??
        routeOf(repository, origin, to, line, options).catch((error: unknown) => {
          if (error instanceof HistoryError) return error;
          throw error;
        });
      known.set(key, route);
      return route;
    }),
  );
}

/** First parents of a commit, itself first, with how far back each is. */
export async function firstParents(
  repository: Repository,
  commit: string,
): Promise<ReadonlyMap<string, number>> {
  const output = await repository.git('rev-list', '--first-parent', commit);
  return new Map(
    output
      .trim()
      .split('\n')
      .map((id, index) => [id, index]),
  );
}

async function routeOf(
  repository: Repository,
  { commit, partial }: LaneOrigin,
  to: string,
  line: ReadonlyMap<string, number>,
  options: RouteOptions,
): Promise<LaneRoute> {
  if (partial !== undefined) {
    const target = await requireCommit(repository, partial.to);
    // A rerun of an older build, which knows nothing yet of the step that is partially delivered.
    if (target !== to && (await isAncestor(repository, to, target))) {
      if (await isPublished(repository, target, options.branch)) return OLDER;
      throw notPublished(target, options.branch);
    }
    const place = line.get(partial.to);
    const ofLine = place !== undefined && partial.from !== null && line.get(partial.from) === place + 1;
    if (ofLine && !options.squash) return { own: [], join: partial.from, older: false };
    const finish = await planStep(repository, partial.from, partial.to);
    const onwards = await routeFrom(repository, partial.to, to, line, options);
    return { ...onwards, own: [finish, ...onwards.own] };
  }
  if (commit === null) throw new Error('a lane begins nowhere');
  return routeFrom(repository, commit, to, line, options);
}

async function routeFrom(
  repository: Repository,
  commit: string,
  to: string,
  line: ReadonlyMap<string, number>,
  { squash, onRewrite, branch }: RouteOptions,
): Promise<LaneRoute> {
  if (commit === to) return { own: [], join: undefined, older: false };
  if (!squash && line.has(commit)) return { own: [], join: commit, older: false };
  await requireCommit(repository, commit);
  const steps = await planRange(repository, commit, to, { squash, onRewrite });
  const [first] = steps;
  if (first === undefined) {
    if (await isPublished(repository, commit, branch)) return OLDER;
    // The branch was set back: what it no longer holds was sent, and its newest commit is no older build.
    if (onRewrite === 'fail' || to !== branch?.tip) throw notPublished(commit, branch);
    return { own: [await planStep(repository, commit, to)], join: undefined, older: false };
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
    'If the branch was set back, take the net change as one step: --on-rewrite squash. Else the cursor was put there by hand.',
  );

/** A step between two commits, or from the empty catalogue: a snapshot. */
async function planStep(repository: Repository, from: string | null, to: string): Promise<PlannedStep> {
  const reachable = await countReachable(repository, to);
  if (from === null) return { from, to, reachable, consecutive: false };
  await requireCommit(repository, from);
  const [, firstParent] = (await repository.git('rev-list', '--parents', '--max-count=1', to))
    .trim()
    .split(' ');
  if (firstParent === from) return { from, to, reachable, consecutive: true };
  const rewritten = !(await isAncestor(repository, from, to));
  return { from, to, reachable, consecutive: false, ...(rewritten && { rewritten }) };
}

export async function requireCommit(repository: Repository, commit: string): Promise<string> {
  const kind = await repository.git('cat-file', '-t', commit).catch(() => '');
  if (kind.trim() === 'commit') {
    await bringTrees(repository, [commit]);
    return commit;
  }
  throw new HistoryError(
    `the commit ${commit} is not in ${repository.directory}`,
    `Bring it here: git -C ${shellWord(repository.directory)} fetch origin ${commit}`,
  );
}
