/** `check`: the versions after the one that Concourse knows; each version is an event. */
import type { Repository } from '../adapters/git/clone/repository.ts';
import { isAncestor, resolveCommit } from '../adapters/git/history/resolve-commit.ts';
import { withKeptClone } from '../adapters/git/remote/branch-clone.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import { redact } from '../adapters/process/secrets/url-credentials.ts';
import type { Console } from '../adapters/process/terminal/console.ts';
import type { LogStep } from '../core/events/log-step.ts';
import { EXIT, HistoryError, type ExitCode } from '../errors.ts';
import { selectVersions } from './event-filter.ts';
import type { Request, Source } from './request.ts';
import { remoteBranch, readingOf } from './source-access.ts';
import { commitsOf, revisionOf, versionOf, type Version } from './version.ts';
import { findNewest, stepsFrom, type Reading } from './version-steps.ts';

export async function check({ source, version }: Request, context: RunContext): Promise<ExitCode> {
  const { console, stop } = context;
  const versions = await withKeptClone(remoteBranch(source, context), async (clone) => {
    const { repository } = clone;
    const reading = readingOf(repository, source, stop);
    const to = await resolveCommit(repository, 'HEAD');
    if (version === undefined) return newestVersion(source, reading, to);
    if (source.on_rewrite === 'fail' && !(await isInHistory(repository, version, to))) {
      throw rewritten(version, source);
    }
    await clone.bring(commitsOf(version));
    return versionsSince(version, source, reading, to, console);
  });
  await console.print(`${JSON.stringify(versions)}\n`);
  return EXIT.done;
}

/** The given version itself, if its event can still be produced, and all later ones, oldest first. */
async function versionsSince(
  version: Version,
  source: Source,
  reading: Reading,
  to: string,
  console: Console,
): Promise<readonly Version[]> {
  const steps = await stepsFrom(reading, version, to, source.on_rewrite);
  if (steps?.length === 0) return []; // nothing new, or the branch was only taken back
  const known = steps && versionsFrom(version, steps, source);
  if (known !== undefined) return known;
  // Only its commit still exists. Concourse was given all versions of its step at once, so nothing is skipped.
  const { event, commit } = version;
  const next = await stepsFrom(reading, { commit }, to, source.on_rewrite);
  if (next === undefined) throw gone(version, source);
  console.note(`${event ?? commit} cannot be derived again: going on after ${commit}`);
  return versionsFrom({ commit }, next, source) ?? [];
}

/** undefined if the first of the steps, which should be the version's own, does not have the event. */
function versionsFrom(
  { event: id, commit }: Version,
  steps: readonly LogStep[],
  source: Source,
): readonly Version[] | undefined {
  const versionsOf = (step: LogStep): Version[] =>
    selectVersions(step.events, source).map((event) => versionOf(step, event));
  if (id === undefined) return steps.flatMap(versionsOf);
  const [own, ...later] = steps;
  const at = own?.to === commit ? own.events.findIndex((event) => event.id === id) : -1;
  if (own === undefined || at < 0) return undefined;
  const told = new Set(own.events.slice(0, at).map((event) => event.id));
  const rest = versionsOf(own).filter(({ event = '' }) => !told.has(event));
  return [...rest, ...later.flatMap(versionsOf)];
}

async function isInHistory(repository: Repository, { commit }: Version, to: string): Promise<boolean> {
  if (revisionOf(commit) === null) return true;
  return isAncestor(repository, commit, to).catch(() => false); // it is not even here
}

const checkFrom = (version: Version, more: string): string => {
  const keys = Object.entries(version).map(([key, value]) => ` --from ${key}:${value}`);
  return `  fly -t TARGET check-resource -r PIPELINE/RESOURCE${keys.join('')}${more}`;
};

function rewritten(version: Version, { branch }: Source): HistoryError {
  return new HistoryError(
    `history was rewritten: ${version.commit}, up to which events are versions, is not in the history of ${branch} any more`,
    [
      'To take the net change from there as one step, this once:',
      checkFrom(version, ' --from on_rewrite:squash'),
      'To do so every time, set on_rewrite: squash in the source. See the README of the resource type.',
    ],
  );
}

function gone(version: Version, { uri, branch }: Source): HistoryError {
  return new HistoryError(
    `history was rewritten, and ${redact(uri)} no longer has ${version.commit}, with which ${branch} would be compared`,
    [
      'Name another commit to go on after, or root; events before it are left out:',
      checkFrom({ commit: 'FULL_ID' }, ''),
    ],
  );
}

/** The newest version: one or none. */
export async function newestVersion(
  source: Source,
  reading: Reading,
  to: string,
): Promise<readonly Version[]> {
  const found = await findNewest(reading, to, (step) => {
    const event = selectVersions(step.events, source).at(-1);
    return event && versionOf(step, event);
  });
  return found === undefined ? [] : [found];
}
