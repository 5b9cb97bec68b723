/**
 * The commits between two revisions and their parents. History may have hundreds of thousands of commits, so each is
 * kept as a number: its id once, its parents in one list.
 */
import type { Repository } from '../clone/repository.ts';
import { streamGit } from '../stream.ts';
import { ownText } from './own-text.ts';

/** The commits reachable from `to` but not from `from`; those of any other number are not in it. */
export interface CommitGraph {
  /** How many there are. */
  readonly size: number;
  /** How many commits are reachable from `from`. */
  readonly before: number;
  /** The numbers of the commits, each after all its children. */
  readonly commits: readonly number[];
  readonly to: number;
  /** undefined if there is none: before the first commit. */
  readonly from: number | undefined;
  has(commit: number): boolean;
  idOf(commit: number): string;
  /** In git's order; also those that are not in the graph. Empty for a commit that is not in it. */
  parentsOf(commit: number): readonly number[];
}

const NEWLINE = 0x0a;
const NO_PARENTS: readonly number[] = [];

/** Reads the graph of `(from, to]`. */
export async function readCommitGraph(
  repository: Repository,
  from: string | null,
  to: string,
): Promise<CommitGraph> {
  const ids: string[] = [];
  /** By number: whether a commit is reachable from `from`, as far as known. */
  const reached: boolean[] = [];
  /** By number: where its parents begin in `parents`; undefined for a commit that is not in the graph. */
  const begins: (number | undefined)[] = [];
  /** The parents of each commit, and how many they are before them. */
  const parents: number[] = [];
  const commits: number[] = [];
  let before = 0;
  /** The numbers of commits still to come: git lists each after all its children. */
  const coming = new Map<string, number>();
  const announce = (id: string, isReached: boolean): number => {
    const commit = ids.length;
    ids.push(ownText(id));
    reached.push(isReached);
    begins.push(undefined);
    coming.set(ids[commit]!, commit);
    return commit;
  };
  const end = announce(to, false);
  const begin = from === null ? undefined : announce(from, true);
  /** How many of those to come are not reachable from `from`, as far as known. */
  let ofRange = 1;
  const take = (line: string): void => {
    const [id = '', ...parentIds] = line.split(' ');
    const commit = coming.get(id) ?? announce(id, false);
    coming.delete(id);
    const isReached = reached[commit] ?? false;
    if (isReached) {
      before++;
      ids[commit] = ''; // not asked for again
    } else {
      commits.push(commit);
      begins[commit] = parents.length;
      parents.push(parentIds.length);
      ofRange--;
    }
    for (const parentId of parentIds) {
      const known = coming.get(parentId);
      const parent = known ?? announce(parentId, false);
      if (known === undefined && !isReached) ofRange++;
      if (known !== undefined && isReached && !reached[parent]) ofRange--;
      if (isReached) reached[parent] = true;
      else parents.push(parent);
    }
  };
  const args = ['rev-list', '--topo-order', '--parents', ...(from === null ? [to] : [to, from])];
  let rest = '';
  for await (const chunk of streamGit(repository, args).chunks()) {
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
  const has = (commit: number): boolean => begins[commit] !== undefined;
  return {
    size: commits.length,
    before,
    commits,
    to: end,
    from: begin,
    has,
    idOf: (commit) => ids[commit] ?? '',
    parentsOf(commit) {
      const first = begins[commit];
      return first === undefined ? NO_PARENTS : parents.slice(first + 1, first + 1 + (parents[first] ?? 0));
    },
  };
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
