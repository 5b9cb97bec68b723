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
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import { streamGit } from '../../adapters/git/stream.ts';
import { AS_ONE_STEP, type OnRewrite } from '../../core/events/on-rewrite.ts';
import { shellWord } from '../../core/text/shell-word.ts';
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
  const { graph, before } = await readGraph(repository, from, to);
  if (graph.size === 0) return []; // `to` is an ancestor of `from`: the rerun of an older build
  const line = firstParentsContaining(graph, from, to);
  if (line.length === 0 && from !== null) {
    if (onRewrite === 'fail') throw rewritten(repository, from, to);
    return [
      { from, to, reachable: await countReachable(repository, to), consecutive: false, rewritten: true },
    ];
  }
  const consecutiveStart = graph.get(line[0] ?? to)?.[0] === (from ?? undefined);
  if (squash) {
    // From the empty catalogue it is a snapshot, even if it is a single commit.
    const consecutive = from !== null && line.length === 1 && consecutiveStart;
    return [{ from, to, reachable: before + graph.size, consecutive }];
  }
  const counted = new Set<string>();
  return line.map((commit, index) => {
    countInto(counted, graph, commit);
    return {
      from: line[index - 1] ?? from,
      to: commit,
      reachable: before + counted.size,
      consecutive: index > 0 || consecutiveStart,
    };
  });
}

function rewritten({ directory }: Repository, from: string, to: string): HistoryError {
  return new HistoryError(
    `history was rewritten: ${from} is not an ancestor of ${to}`,
    `Look at what differs (git -C ${shellWord(directory)} diff ${from} ${to}), then take the net change as one step: --on-rewrite squash (or TEAM_EVENTS_ON_REWRITE=squash).`,
    AS_ONE_STEP,
  );
}

/** Number of commits reachable from a commit, including itself. */
export async function countReachable(repository: Repository, commit: string): Promise<number> {
  return Number(await repository.git('rev-list', '--count', '--use-bitmap-index', commit));
}

/** Number of commits reachable from `to` but not from `from`. */
export async function countBetween(repository: Repository, from: string, to: string): Promise<number> {
  return from === to ? 0 : (await readGraph(repository, from, to)).graph.size;
}

/** The parents of each commit. */
type Graph = ReadonlyMap<string, readonly string[]>;

const NEWLINE = 0x0a;

/** `graph`: commits reachable from `to` but not from `from`; `before`: number of commits reachable from `from`. */
async function readGraph(
  repository: Repository,
  from: string | null,
  to: string,
): Promise<{ readonly graph: Graph; readonly before: number }> {
  const graph = new Map<string, readonly string[]>();
  let before = 0;
  /** Commits still to come, and whether they are reachable from `from`; git lists each after all its children. */
  const coming = new Map([[to, false]]);
  if (from !== null) coming.set(from, true);
  /** How many of them are not, as far as known. */
  let ofRange = 1;
  const take = (line: string): void => {
    const [commit = '', ...parents] = line.split(' ');
    const reached = coming.get(commit) ?? false;
    coming.delete(commit);
    if (reached) before++;
    else {
      graph.set(commit, parents);
      ofRange--;
    }
    for (const parent of parents) {
      const known = coming.get(parent);
      if (known === undefined && !reached) ofRange++;
      if (known === false && reached) ofRange--;
      coming.set(parent, reached || known === true);
    }
  };
  const tips = from === null ? [to] : [to, from];
  let rest = '';
  for await (const chunk of streamGit(repository, [
    'rev-list',
    '--topo-order',
    '--parents',
    ...tips,
  ]).chunks()) {
    if (ofRange === 0) {
      before += countLines(chunk);
      continue;
    }
    rest += chunk.toString('latin1');
    if (!chunk.includes(NEWLINE)) continue; // the parents of one commit may be megabytes
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (ofRange === 0) before++;
      else take(line);
    }
  }
  return { graph, before };
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

/** The first-parent commits of `to` in the graph that have `from` as an ancestor, oldest first. */
function firstParentsContaining(graph: Graph, from: string | null, to: string): string[] {
  const line: string[] = [];
  for (let commit: string | undefined = to; commit !== undefined;) {
    const parents = graph.get(commit);
    if (parents === undefined) break;
    line.push(commit);
    commit = parents[0];
  }
  line.reverse();
  if (from === null) return line;
  const containing = descendants(graph, from);
  return line.filter((commit) => containing.has(commit));
}

function descendants(graph: Graph, from: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const [commit, parents] of graph) {
    for (const parent of parents) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [commit]);
      else known.push(commit);
    }
  }
  const found = new Set<string>();
  const waiting = [...(children.get(from) ?? [])];
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (found.has(commit)) continue;
    found.add(commit);
    for (const child of children.get(commit) ?? []) waiting.push(child);
  }
  return found;
}

/** Adds all commits of the graph that are reachable from `commit`. */
function countInto(counted: Set<string>, graph: Graph, commit: string): void {
  const waiting = [commit];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const parents = counted.has(next) ? undefined : graph.get(next);
    if (parents === undefined) continue;
    counted.add(next);
    for (const parent of parents) waiting.push(parent); // a commit may have any number
  }
}
