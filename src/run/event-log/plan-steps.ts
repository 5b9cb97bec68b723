/**
 * Finds the steps that lead from one revision to another.
 *
 *     A---F-------.            from = F (it came in by a merge's second parent)
 *      \           \           first parents of T: T, M, B, A; of these contain F: M, T
 *       B-----------M---T      steps: F -> M (whole trees), M -> T
 *
 * Git has no command for this. `--ancestry-path` gives nothing if `from` is more than one commit behind a merge's
 * second parent. And for a range (`A..B`) git decides by commit dates what to leave out: it stops at commits that are
 * old enough, so with wrong clocks it also prints ancestors of `A`. So the whole graph is read, which is needed anyway
 * to count the commits for `sequence`, and the range is computed here.
 */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { readCommitGraph, type CommitGraph } from '../../adapters/git/history/commit-graph.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import { AS_ONE_STEP, type OnRewrite } from '../../core/events/on-rewrite.ts';
import { HistoryError } from '../../errors.ts';

export interface RangeOptions {
  /** Take the whole range as one step. */
  readonly squash: boolean;
  /** What to do if `from` is not an ancestor of `to`. */
  readonly onRewrite: OnRewrite;
}

/**
 * The steps of `(from, to]`, oldest first; none if there is nothing new.
 * @throws {HistoryError} if history was rewritten and `onRewrite` is `fail`
 */
export async function planRange(
  repository: Repository,
  from: string | null,
  to: string,
  { squash, onRewrite }: RangeOptions,
): Promise<readonly PlannedStep[]> {
  if (from === to) return [];
  const graph = await readCommitGraph(repository, from, to);
  const { size, before } = graph;
  if (size === 0) return []; // `to` is an ancestor of `from`: the rerun of an older build
  const line = firstParentsContaining(graph);
  if (line.length === 0 && from !== null) {
    if (onRewrite === 'fail') throw rewritten(from, to);
    return [
      { from, to, reachable: await countReachable(repository, to), consecutive: false, rewritten: true },
    ];
  }
  const consecutiveStart = graph.parentsOf(line[0] ?? graph.to)[0] === graph.from;
  if (squash) {
    // From the empty catalogue it is a snapshot, even if it is a single commit.
    const consecutive = from !== null && line.length === 1 && consecutiveStart;
    return [{ from, to, reachable: before + size, consecutive }];
  }
  const counted = new Set<number>();
  let previous = from;
  return line.map((commit, index) => {
    countInto(counted, graph, commit);
    const step = {
      from: previous,
      to: graph.idOf(commit),
      reachable: before + counted.size,
      consecutive: index > 0 || consecutiveStart,
    };
    previous = step.to;
    return step;
  });
}

function rewritten(from: string, to: string): HistoryError {
  return new HistoryError(
    `history was rewritten: ${from} is not an ancestor of ${to}`,
    'Take the net change as one step: --on-rewrite squash (or TEAM_EVENTS_ON_REWRITE=squash).',
    AS_ONE_STEP,
  );
}

/** Number of commits reachable from a commit, including itself. */
export async function countReachable(repository: Repository, commit: string): Promise<number> {
  return Number(await repository.git('rev-list', '--count', '--use-bitmap-index', commit));
}

/** Number of commits reachable from `to` but not from `from`. */
export async function countBetween(repository: Repository, from: string, to: string): Promise<number> {
  return from === to ? 0 : (await readCommitGraph(repository, from, to)).size;
}

/** The first-parent commits of `to` in the graph that have `from` as an ancestor, oldest first. */
function firstParentsContaining(graph: CommitGraph): number[] {
  const line: number[] = [];
  for (let commit: number | undefined = graph.to; commit !== undefined && graph.has(commit);) {
    line.push(commit);
    [commit] = graph.parentsOf(commit);
  }
  line.reverse();
  const { from } = graph;
  if (from === undefined) return line;
  const containing = descendants(graph, from);
  return line.filter((commit) => containing.has(commit));
}

/** Parents come after their children in the graph, so from its end on they are known before them. */
function descendants(graph: CommitGraph, from: number): ReadonlySet<number> {
  const found = new Set([from]);
  for (const commit of graph.commits.toReversed()) {
    if (graph.parentsOf(commit).some((parent) => found.has(parent))) found.add(commit);
  }
  return found;
}

/** Adds all commits of the graph that are reachable from `commit`. */
function countInto(counted: Set<number>, graph: CommitGraph, commit: number): void {
  const waiting = [commit];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (counted.has(next) || !graph.has(next)) continue;
    counted.add(next);
    for (const parent of graph.parentsOf(next)) waiting.push(parent); // a commit may have any number
  }
}
