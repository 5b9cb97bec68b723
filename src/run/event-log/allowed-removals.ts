/** `--allow-removals`: how far a person lets removals pass the guard. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { isAncestor, resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { UsageError } from '../../errors.ts';
import { countReachable } from './plan-steps.ts';

/** Removals are allowed in no step. */
const NOTHING = -1;

/**
 * Removals pass in steps to commits from which no more than so many can be reached. A commit that is newer than `to`
 * allows nothing, and is no mistake: an older build that is run again is given what was set for the newest.
 * @throws {UsageError} where the commit has nothing to do with `to`
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
    `--allow-removals ${allowed} is no commit that leads to ${to}`,
    'Name the commit that the message of the removal guard names.',
  );
}
