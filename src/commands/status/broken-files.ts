/** Files that are broken at a revision, and so hold their last valid content, with who changed each last. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { readCommits } from '../../adapters/git/history/commits.ts';
import { createHistorySource } from '../../adapters/git/history/history.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { CONFIGURATION_FILE } from '../../core/catalogue/configuration/configuration.ts';
import type { HistorySource } from '../../core/catalogue/history.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import { CatalogueWalk } from '../../core/catalogue/walk.ts';
import { type BrokenFile, shownCommit } from './status-report.ts';

/** By path. Reads every file of the revision, and history back to the oldest commit that is named. */
export async function readBrokenFiles(
  repository: Repository,
  revision: string,
  override: Configuration | undefined,
  stop: AbortSignal,
): Promise<readonly BrokenFile[]> {
  const source = createHistorySource(repository, stop);
  const walk = new CatalogueWalk(source, override);
  await walk.start(revision);
  const problems = await walk.problems([...walk.catalogue.files.keys(), CONFIGURATION_FILE]);
  const byPath = new Map<string, Problem[]>();
  for (const problem of problems) byPath.set(problem.path, [...(byPath.get(problem.path) ?? []), problem]);
  const changedBy = await lastChanges(source, revision, new Set(byPath.keys()));
  const commits = await readCommits(repository, changedBy.values());
  return [...byPath].flatMap(([path, [first, ...others]]): readonly BrokenFile[] => {
    if (first === undefined) return [];
    const { line, column, message } = first;
    const commit = commits.get(changedBy.get(path) ?? '');
    const changed = commit && { ...shownCommit(commit.id, commit), author: commit.author.name };
    return [{ path, line, column, message, problems: 1 + others.length, changed: changed ?? null }];
  });
}

/** The newest commit that changed each path, by path. */
async function lastChanges(
  source: HistorySource,
  revision: string,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (paths.size === 0) return found;
  for await (const commits of source.changesBack(revision)) {
    for (const { commit, changes } of commits) {
      for (const { path } of changes) if (paths.has(path) && !found.has(path)) found.set(path, commit);
    }
    if (found.size === paths.size) break;
  }
  return found;
}
