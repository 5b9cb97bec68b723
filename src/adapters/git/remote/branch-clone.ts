/** One branch of a remote as a bare clone in a temporary folder, optionally kept for later runs. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CursorError, HistoryError, UsageError } from '../../../errors.ts';
import { makePrivateFolder, removePrivateFolder } from '../../process/private-folder.ts';
import { redact } from '../../process/secrets/url-credentials.ts';
import { openRepository, type Caller, type Repository } from '../clone/repository.ts';
import { lookUpIn } from '../objects.ts';
import { runGit } from '../run-git.ts';
import { messageLines } from '../message-lines.ts';
import { gitAccess, isSsh, NEW_HOSTS } from './credentials.ts';
import { withoutUser } from './private-remote.ts';

export interface RemoteBranch extends Caller {
  /** If it is a web address with user and password, they are left out: see `withLogin`. */
  readonly uri: string;
  readonly branch: string;
  readonly signal: AbortSignal;
}

export interface BranchClone {
  /** Bare; its HEAD is the branch. */
  readonly repository: Repository;
  /**
   * Fetches commits if needed, and returns whether they are all here. Commits no longer on the branch are requested by
   * full id, which works as long as the remote still has them, if it allows that at all.
   */
  readonly bring: (commits: readonly string[]) => Promise<boolean>;
}

const TIMEOUT_MS = 15 * 60_000;
/** A kept clone is replaced after a day, and after this many fetches that brought something. */
const MAX_AGE_MS = 24 * 60 * 60_000;
const MAX_PACKS = 50;
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.unpackLimit=1', // a pack for each fetch, so that they can be counted
].flatMap((setting) => ['-c', setting]);
/** Git's message for another object format: in version 2 of its protocol, and in earlier versions. */
const OTHER_FORMAT = /mismatched algorithms|does not support this repository's object format/;
const FETCH = [
  'fetch',
  '--quiet',
  '--force',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
];

/** Clones the branch for as long as `act` runs. @throws {CursorError} if the remote cannot be reached */
export function withBranchClone<Result>(
  remote: RemoteBranch,
  act: (clone: BranchClone) => Promise<Result>,
): Promise<Result> {
  return withGit(remote, async (git, folder) => {
    const made = join(folder, 'clone.git');
    await makeClone(remote, git, made);
    return act(await openClone(remote, git, made));
  });
}

/**
 * As `withBranchClone`, with a clone kept in the temporary folder for later runs. A damaged clone is replaced: if `act`
 * fails in a kept clone other than by a {@link UsageError}, it is called once more with a fresh one.
 */
export function withKeptClone<Result>(
  remote: RemoteBranch,
  act: (clone: BranchClone) => Promise<Result>,
): Promise<Result> {
  return withGit(remote, async (git, folder) => {
    const kept = keptPath(remote);
    if (isUsable(kept)) {
      try {
        await fetchBranch(remote, git, kept);
        return await act(await openClone(remote, git, kept));
      } catch (error) {
        if (error instanceof UsageError || remote.signal.aborted) throw error;
      }
    }
    const made = join(folder, 'clone.git');
    await makeClone(remote, git, made);
    rmSync(kept, { recursive: true, force: true });
    renameSync(made, kept);
    return act(await openClone(remote, git, kept));
  });
}

type Git = (directory: string, ...args: string[]) => Promise<void>;

async function withGit<Result>(
  { uri, signal, ...caller }: RemoteBranch,
  act: (git: Git, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = makePrivateFolder();
  try {
    const access = gitAccess(caller.environment, folder);
    if (access.takesNewHosts && isSsh(uri)) caller.warn(NEW_HOSTS);
    const settings = [...SETTINGS, ...access.settings.flatMap((setting) => ['-c', setting])];
    const git: Git = async (directory, ...args) => {
      const result = await runGit({
        args: [...settings, ...args],
        directory,
        environment: access.environment,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      if (result.kind === 'ended' && result.code === 0) return;
      if (result.kind === 'aborted') throw new CursorError(`stopped before ${redact(uri)} had answered`);
      throw unreachable(
        uri,
        result.kind === 'ended' ? result.stderr : `no answer within ${TIMEOUT_MS / 1000} s`,
      );
    };
    return await act(git, folder);
  } finally {
    removePrivateFolder(folder);
  }
}

async function makeClone(remote: RemoteBranch, git: Git, directory: string): Promise<void> {
  const { uri, branch } = remote;
  const begin = async (format: 'sha1' | 'sha256'): Promise<void> => {
    const options = ['--quiet', '--bare', `--initial-branch=${branch}`, `--object-format=${format}`];
    await git(tmpdir(), 'init', ...options, '--', directory);
    await git(directory, 'config', 'remote.origin.url', withoutUser(uri));
    await fetchBranch(remote, git, directory);
  };
  try {
    await begin('sha1');
  } catch (error) {
    if (!(error instanceof CursorError && OTHER_FORMAT.test(error.message))) throw error;
    rmSync(directory, { recursive: true, force: true });
    await begin('sha256');
  }
}

async function openClone(remote: RemoteBranch, git: Git, directory: string): Promise<BranchClone> {
  const { signal } = remote;
  const repository = await openRepository(directory, remote);
  const isHere = async (commit: string): Promise<boolean> => {
    const [answer = ''] = await lookUpIn(repository)([`${commit}^{commit}`]);
    return answer.includes(' commit ');
  };
  return {
    repository,
    async bring(commits) {
      const missing: string[] = [];
      for (const commit of commits) {
        if (await isHere(commit)) continue;
        await git(directory, ...FETCH, '--', 'origin', commit).catch((error: unknown) => {
          if (!(error instanceof CursorError) || signal.aborted) throw error;
        });
        if (!(await isHere(commit))) missing.push(commit);
      }
      return missing.length === 0;
    },
  };
}

async function fetchBranch({ uri, branch }: RemoteBranch, git: Git, directory: string): Promise<void> {
  try {
    await git(directory, ...FETCH, '--', 'origin', `+refs/heads/${branch}:refs/heads/${branch}`);
  } catch (error) {
    if (!(error instanceof CursorError && error.message.includes("couldn't find remote ref"))) throw error;
    throw new HistoryError(`${redact(uri)} has no branch ${branch}`, 'Name one that is there: branch.');
  }
}

function unreachable(uri: string, said: string): CursorError {
  const [first, ...more] = messageLines(redact(said));
  return new CursorError(
    `${redact(uri)} cannot be read: ${first}`,
    'Check the URL, the network and the credentials.',
    more,
  );
}

function keptPath({ uri, branch }: RemoteBranch): string {
  const digest = createHash('sha256')
    .update(`${withoutUser(uri)}\n${branch}`)
    .digest('hex')
    .slice(0, 16);
  return join(tmpdir(), `team-events-kept-${process.geteuid?.() ?? 0}-${digest}.git`);
}

/** Whether the kept clone is our own, and neither too old nor too large. One of another user is never read. */
function isUsable(kept: string): boolean {
  const found = lstatSync(kept, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory() || found.uid !== (process.geteuid?.() ?? 0)) return false;
  try {
    const packs = readdirSync(join(kept, 'objects/pack')).filter((name) => name.endsWith('.pack'));
    const madeAt = lstatSync(join(kept, 'HEAD')).mtimeMs; // nothing writes it later
    return packs.length <= MAX_PACKS && Date.now() - madeAt < MAX_AGE_MS;
  } catch {
    return false;
  }
}
