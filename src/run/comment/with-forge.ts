/** Opens a forge for a command that writes notes. Whatever goes wrong there is a warning: the exit code is the command's own. */
import { connectionSettings } from '../../adapters/files/connection-settings.ts';
import { readPolicy } from '../../adapters/files/policy-file.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { isAncestor } from '../../adapters/git/history/resolve-commit.ts';
import { ForgeError, type Forge } from '../../adapters/forge/forge.ts';
import type { ForgeName } from '../../adapters/forge/forge-names.ts';
import { openForge } from '../../adapters/forge/open-forge.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { RunError } from '../../errors.ts';
import type { NoteSettings } from './keep-note.ts';

/** For everything that is asked of the forge. */
const ALL_IN_MS = 90_000;

export interface CommentOptions {
  readonly comment?: ForgeName | undefined;
  readonly policy: string | undefined;
  readonly allowHost: readonly string[];
}

/** `work` writes the notes. Nothing is done without `--comment`, or once the command was told to stop. */
export async function withForge(
  repository: Repository,
  { comment, policy: path, allowHost }: CommentOptions,
  { console, environment, version, stop }: Omit<RunContext, 'redactor'>,
  work: (forge: Forge, settings: NoteSettings) => Promise<void>,
): Promise<void> {
  if (comment === undefined || stop.stopping.aborted) return;
  const signal = AbortSignal.any([stop.stopping, AbortSignal.timeout(ALL_IN_MS)]);
  const leadsTo = (from: string, to: string): Promise<boolean> =>
    isAncestor(repository, from, to).catch(() => false); // not in the clone
  let forge: Forge | undefined;
  try {
    const policy = readPolicy(path, { allowHost });
    const connections = connectionSettings(policy, environment, []);
    const userAgent = `team-events/${version}`;
    forge = openForge(comment, environment, { network: policy.network, connections, userAgent, signal });
    await work(forge, { leadsTo, signal });
  } catch (error) {
    if (!(error instanceof ForgeError || error instanceof RunError)) throw error;
    const warning = console.noteStyle.yellow('warning');
    console.note(
      [`${warning}: no note in the merge request: ${error.message}`, error.remedy ?? ''].filter(Boolean),
    );
  } finally {
    forge?.close();
  }
}
