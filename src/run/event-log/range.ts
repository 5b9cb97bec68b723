/** The requested range -> the revisions and steps of the run. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { createHistorySource, findNewestCommit } from '../../adapters/git/history/history.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import { resolveCommit, resolveOrRoot, ROOT } from '../../adapters/git/history/resolve-commit.ts';
import { CONFIGURATION_FILE, type Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { lastValidConfiguration } from '../../core/catalogue/configuration/configuration-history.ts';
import { noFileMatched } from './no-file-matched.ts';
import { planRange, type RangeOptions } from './plan-steps.ts';

export interface Range {
  /** Full ids; null means before the first commit. */
  readonly from: string | null;
  readonly to: string;
  readonly steps: readonly PlannedStep[];
}

/**
 * The steps of `(from, to]`. null means before the first commit, as `root` does, but is not looked up as the name of a
 * branch.
 */
export async function resolveRange(
  repository: Repository,
  requested: { readonly from: string | null; readonly to: string },
  options: RangeOptions,
): Promise<Range> {
  const { from } = requested;
  const to = resolveCommit(repository, requested.to);
  const begin = from === requested.to ? to : from === null ? null : resolveOrRoot(repository, from);
  return plannedRange(repository, ...(await Promise.all([begin, to])), options);
}

async function plannedRange(
  repository: Repository,
  from: string | null,
  to: string,
  options: RangeOptions,
): Promise<Range> {
  return { from, to, steps: await planRange(repository, from, to, options) };
}

/** The last commit that touched the catalogue, as a range of one step. */
export async function lastCatalogueCommit(
  repository: Repository,
  override: Configuration | undefined,
): Promise<Range> {
  const head = await resolveCommit(repository, 'HEAD');
  const configuration = override ?? (await lastValidConfiguration(createHistorySource(repository), head));
  const touches = (path: string): boolean =>
    configuration.matches(path) || (path === CONFIGURATION_FILE && override === undefined);
  const newest = await findNewestCommit(repository, head, touches);
  if (newest === undefined) throw noFileMatched(configuration);
  const { id: to, parent: from } = newest;
  return plannedRange(repository, from, to, { squash: false, onRewrite: 'fail' });
}

/** The start of a range of one commit, as people write it: its parent; `root` if it is there and has none. */
export async function startBefore(repository: Repository | undefined, commit: string): Promise<string> {
  const parent = `${commit}~1`;
  const isThere = async (revision: string): Promise<boolean> =>
    repository !== undefined &&
    resolveCommit(repository, revision).then(
      () => true,
      () => false,
    );
  return (await isThere(parent)) || !(await isThere(commit)) ? parent : ROOT;
}
