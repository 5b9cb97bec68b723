/** Reads commits by id, and the line of first parents. */
import type { Commit } from '../../../core/catalogue/history.ts';
import type { Repository } from '../clone/repository.ts';
import { streamGit } from '../stream.ts';
import { LOG_FORMAT, parseLog } from './raw-log.ts';

const WORDS = ['--encoding=UTF-8', '--no-notes', '--no-decorate', '--no-patch', LOG_FORMAT];

/** Full ids -> commits; ids that do not exist here are left out. */
export async function readCommits(
  repository: Repository,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Commit>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const args = ['log', '--no-walk=unsorted', '--ignore-missing', ...WORDS, '--stdin'];
  const chunks: Buffer[] = [];
  // On stdin, because many cursors could exceed the limit for arguments.
  for await (const chunk of streamGit(repository, args, `${wanted.join('\n')}\n`).chunks())
    chunks.push(chunk);
  const log = parseLog(Buffer.concat(chunks).toString());
  return new Map(log.map(({ commit }) => [commit.id, commit]));
}

/** The first parents of a commit, starting with the commit itself. */
export async function readFirstParents(repository: Repository, commit: string): Promise<readonly Commit[]> {
  const log = await repository.git('log', '--first-parent', ...WORDS, commit);
  return parseLog(log).map((one) => one.commit);
}
