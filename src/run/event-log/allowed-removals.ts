/** `--allow-removals`: up to where a person allows removals past the guard. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { isAncestor, resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { UsageError } from '../../errors.ts';
import { countReachable } from './plan-steps.ts';

/** Removals are allowed in no step. */
const NOTHING = -1;

/**
 * The largest number of reachable commits of a step's commit up to which removals are allowed. A commit newer than `to`
 * allows nothing and is no mistake: a rerun of an older build may be given the value meant for the newest.
 * @throws {UsageError} if the commit and `to` are unrelated
 */
export async function allowedReachableOf(
  repository: Repository,
  to: string,
  allowed: string | undefined,
): Promise<number> {
  if (allowed === undefined) return NOTHING;
  const commit = await resolveCommit(repository, allowed);
  if (await isAncestor(repository, commit, to)) return countReachable(repository, commit);
  if (await isAncestor(repository, to, commit)) return NOTHING;
  throw new UsageError(
    `--allow-removals ${allowed} is not a commit in the history of ${to}`,
    'Use the commit that is named in the message of the removal guard.',
  );
}
