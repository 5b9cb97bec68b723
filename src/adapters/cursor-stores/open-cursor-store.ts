/** Opens the store that `--cursor` names. */
import { join } from 'node:path';
import type { CursorStore } from '../../core/cursor/cursor-store.ts';
import { UsageError } from '../../errors.ts';
import { readHead } from '../git/clone/find-clone.ts';
import { GitCommandError, type Repository } from '../git/clone/repository.ts';
import { refuseShallow } from '../git/history/resolve-commit.ts';
import { objectFolderOf } from '../git/remote/object-folder.ts';
import { openRemote } from '../git/remote/remote.ts';
import { DEFAULT_REMOTE } from '../git/remote/remote-access.ts';
import { openFileStore } from './file-store.ts';
import { createTagStore } from './tag-store.ts';

export interface OpenStoreOptions {
  readonly repository: Repository;
  /** `--remote`; undefined: origin if it exists, else the repository's own tags. */
  readonly remote?: string | undefined;
  /** `--branch`; undefined: the remote's HEAD. */
  readonly branch?: string | undefined;
  /** The process's variables: credentials, and git's own. */
  readonly environment: NodeJS.ProcessEnv;
  /** Sent only if the server supports push options. */
  readonly pushOptions?: readonly string[];
  /** Time limit of each git command that talks to the remote. */
  readonly timeoutMs?: number;
  /** Nothing will be written, so a file is not locked. */
  readonly readOnly?: boolean;
  /**
   * A remote is read in one round trip; which branch is its HEAD is then taken from the clone, if the clone knows it.
   */
  readonly oneTrip?: boolean;
  /** A file's lock that its run has not renewed for this long lapses. */
  readonly claimMs?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface OpenedStore {
  readonly store: CursorStore;
  /** The given repository, together with what the store fetches from the remote. Usable until the store is closed. */
  readonly repository: Repository;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * @throws {UsageError} if `spec` has neither form, or names something impossible
 * @throws {CursorError} if the file's folder does not exist
 * @throws {ConflictError} if another run holds the file
 * @throws {HistoryError} if tags are requested in a shallow clone
 */
export async function openCursorStore(spec: string, options: OpenStoreOptions): Promise<OpenedStore> {
  const { repository } = options;
  const [, kind, place = ''] = /^(tag|file):(.+)$/s.exec(spec) ?? [];
  if (kind === 'file') return { repository, store: openFileStore(place, options) };
  if (kind === 'tag') return openTagStore(place, options);
  throw new UsageError(
    `${JSON.stringify(spec)} is not a cursor store`,
    'Keep them as tags of the teams repo with --cursor tag:PREFIX (such as tag:team-events), or in a file with --cursor file:PATH.',
  );
}

async function openTagStore(prefix: string, options: OpenStoreOptions): Promise<OpenedStore> {
  const { repository, remote, branch, environment, now } = options;
  refuseShallow(repository);
  await checkRef(repository, `refs/tags/${prefix}/x`, () => [
    `${JSON.stringify(prefix)} cannot be the prefix of tags`,
    'Use letters, digits, - and /, such as --cursor tag:team-events.',
  ]);
  if (branch !== undefined) {
    await checkRef(repository, `refs/heads/${branch}`, () => [
      `${JSON.stringify(branch)} cannot be a branch`,
      'Name one with --branch, without refs/heads/.',
    ]);
  }
  const objects = objectFolderOf(repository);
  const opened = await openRemote(objects, {
    remote,
    environment,
    pushOptions: options.pushOptions ?? [],
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  const oneTrip = options.oneTrip ? { head: headOf(repository, remote ?? DEFAULT_REMOTE) } : undefined;
  return { repository, store: createTagStore(objects, opened, { prefix, branch, oneTrip, now }) };
}

/** The branch that is the remote's HEAD, as far as the clone knows; else `HEAD`. */
function headOf({ clone }: Repository, remote: string): string {
  const under = `refs/remotes/${remote}`;
  const head = /^[\w.-]+$/.test(remote) ? readHead(join(clone.commonDirectory, under)) : undefined;
  return head?.split(`${under}/`)[1]?.trim() || 'HEAD';
}

async function checkRef(
  repository: Repository,
  ref: string,
  describe: () => [message: string, remedy: string],
): Promise<void> {
  try {
    if (!ref.includes('\0')) {
      await repository.git('check-ref-format', ref);
      return;
    }
  } catch (error) {
    if (!(error instanceof GitCommandError)) throw error;
  }
  throw new UsageError(...describe());
}
