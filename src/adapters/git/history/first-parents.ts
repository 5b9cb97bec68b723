/** The line of first parents of a commit. */
import type { Repository } from '../clone/repository.ts';
import { streamGit } from '../stream.ts';

/** Each with its distance from the commit, which comes first. */
export type FirstParents = ReadonlyMap<string, number>;

/**
 * The first parents of a commit, itself first. With `until`, only as far back as the last of these: git need not read
 * the rest of history. If one of them is not on the line, the line is whole.
 */
export async function firstParents(
  repository: Repository,
  commit: string,
  until?: Iterable<string>,
): Promise<FirstParents> {
  const line = new Map<string, number>();
  const wanted = until && new Set(until);
  const take = (id: string): void => {
    line.set(id, line.size);
    wanted?.delete(id);
  };
  if (wanted && [...wanted].every((id) => id === commit)) return new Map([[commit, 0]]);
  let rest = '';
  for await (const chunk of streamGit(repository, ['rev-list', '--first-parent', commit]).chunks()) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
    if (wanted?.size === 0) break;
  }
  return line;
}

/** The first commit of a whole line. */
export const rootOf = (line: FirstParents): string => [...line.keys()].at(-1) ?? '';
