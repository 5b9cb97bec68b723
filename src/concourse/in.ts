/** `in`: writes the event of a version as files into the folder that Concourse names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBranchClone } from '../adapters/git/remote/branch-clone.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import type { LoggedEvent } from '../core/events/team-event.ts';
import { EXIT, HistoryError, UsageError, type ExitCode } from '../errors.ts';
import { eventFiles, eventMetadata } from './event-files.ts';
import type { Request, Source } from './request.ts';
import { readingOf, remoteBranch } from './source-access.ts';
import { commitsOf, type Version } from './version.ts';
import { stepsFrom } from './version-steps.ts';

/** Writes the files. For a version without an event, the folder gets only `commit`. */
export async function getEvent(
  folder: string,
  { source, version }: Request,
  context: RunContext,
): Promise<ExitCode> {
  if (version === undefined) throw new UsageError('in was given no version');
  const event = version.event === undefined ? undefined : await findEvent(version, source, context);
  mkdirSync(folder, { recursive: true });
  const files = event === undefined ? { commit: `${version.commit}\n` } : eventFiles(event.text);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const metadata = event === undefined ? [{ name: 'event', value: 'none' }] : eventMetadata(event.text);
  await context.console.print(`${JSON.stringify({ version, metadata })}\n`);
  return EXIT.done;
}

function findEvent(version: Version, source: Source, context: RunContext): Promise<LoggedEvent> {
  return withBranchClone(remoteBranch(source, context), async ({ repository, bring }) => {
    const { event: id, commit } = version;
    const reading = readingOf(repository, source, context.stop);
    const areHere = await bring(commitsOf(version));
    const steps = areHere ? await stepsFrom(reading, version, commit) : undefined;
    const event = steps?.flatMap(({ events }) => events).find((one) => one.id === id);
    if (event !== undefined) return event;
    throw new HistoryError(
      `the event ${id} is no longer in the history of ${source.branch}: ${areHere ? 'it has no such step' : 'the remote does not give its commits'} up to ${commit}`,
      'History was rewritten, or config changed. Check the resource, and take its newest version.',
    );
  });
}
