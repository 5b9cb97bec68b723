/** `team-events replay`: sends again what was sent before, with the same ids. No cursor moves. */
import { chooseClients, clientsPath } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { openOperatorSettings } from '../../adapters/files/operator-settings.ts';
import { readPolicy } from '../../adapters/files/policy-file.ts';
import { openRepository, type Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { ExitCode } from '../../errors.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { withCursors, type OpenCursors } from '../../run/lanes/open-cursors.ts';
import { planIn, type ReplayOptions } from './plan-replay.ts';
import { sendReplay } from './send-replay.ts';
import { showReplay } from './show-replay.ts';

export async function replay(options: ReplayOptions, context: RunContext): Promise<ExitCode> {
  context.stop.after(options.maxDuration);
  if (options.cursor === undefined) {
    return replayIn(await openRepository(options.repo, callerOf(context)), undefined, options, context);
  }
  // Its --to ends the range, and says nothing of where cursors are.
  return withCursors({ ...options, to: undefined }, !options.execute, context, (cursors) =>
    replayIn(cursors.repository, cursors, options, context),
  );
}

async function replayIn(
  repository: Repository,
  cursors: OpenCursors | undefined,
  options: ReplayOptions,
  context: RunContext,
): Promise<ExitCode> {
  const path = clientsPath(repository, options.clients);
  if (!options.execute) {
    const chosen = chooseClients(readClientsFile(path), options.client, path);
    const policy = readPolicy(options.policy, options);
    const planned = await planIn(repository, cursors, chosen, options, context);
    return showReplay(planned, path, policy, options, context);
  }
  const files = openOperatorSettings(repository, options, context);
  const planned = await planIn(repository, cursors, files.chosen, options, context);
  return sendReplay(planned, files, cursors, options, context);
}
