/** `check`: the versions after the one that Concourse knows, each a typed event. */
import type { Surroundings } from '../commands/notify.ts';
import { EXIT, HistoryError, type ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { withKeptClone } from '../git/branch-clone.ts';
import { resolveCommit } from '../git/repository.ts';
import { selectVersions } from './event-filter.ts';
import type { Request, Source } from './request.ts';
import { remoteBranch, readingOf } from './source-access.ts';
import { findNewest, stepsFrom } from './version-steps.ts';
import { versionOf, type Version } from './version.ts';

export async function check({ source, version }: Request, surroundings: Surroundings): Promise<ExitCode> {
  const { console, stop } = surroundings;
  const versions = await withKeptClone(remoteBranch(source, surroundings), async ({ repository, fresh }) => {
    const reading = readingOf(repository, source, stop);
    const to = await resolveCommit(repository, 'HEAD');
    if (version === undefined) return newestVersion(source, reading, to);
    const steps = await stepsFrom(reading, version, to);
    const known = steps && versionsFrom(version, steps, source);
    if (known !== undefined) return known;
    // A kept clone may have been damaged; and what was rewritten goes with the old one.
    if (!fresh) throw new HistoryError(`${version.commit} is not in the history of the kept clone`);
    console.note(`${version.event ?? version.commit} is in history no more: going on at the newest event`);
    return newestVersion(source, reading, to);
  });
  await console.print(`${JSON.stringify(versions)}\n`);
  return EXIT.done;
}

/** The version itself and all after it, oldest first; undefined where its step holds no such event. */
function versionsFrom(
  version: Version,
  steps: readonly LogStep[],
  source: Source,
): readonly Version[] | undefined {
  const all = steps.flatMap((step) => selectVersions(step.events, source).map((event) => ({ step, event })));
  if (version.event === undefined) return all.map(({ step, event }) => versionOf(step, event));
  const [first] = steps;
  const own = first?.to === version.commit ? first.events.find(({ id }) => id === version.event) : undefined;
  if (own === undefined) return undefined;
  return all
    .filter(({ event }) => event.sequence >= own.sequence)
    .map(({ step, event }) => versionOf(step, event));
}

/** One or none. */
export async function newestVersion(
  source: Source,
  reading: Parameters<typeof findNewest>[0],
  to: string,
): Promise<readonly Version[]> {
  const found = await findNewest(reading, to, (step) => {
    const event = selectVersions(step.events, source).at(-1);
    return event && versionOf(step, event);
  });
  return found === undefined ? [] : [found];
}
