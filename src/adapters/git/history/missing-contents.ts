/**
 * Fetches what a partial clone (`git clone --filter=…`) lacks from its remote, everything in one request. Git itself
 * would fetch each object separately, through whatever program the clone names, and write it into the clone.
 */
import { CursorError, RunError } from '../../../errors.ts';
import type { Repository } from '../clone/repository.ts';
import { objectFolderOf } from '../remote/object-folder.ts';
import { openRemote, type Remote } from '../remote/remote.ts';
import { messageLines } from '../message-lines.ts';
import { settingOf } from '../settings.ts';
import { streamGit } from '../stream.ts';

const TIMEOUT_MS = 15 * 60_000;
/** For missing trees, each round fetches one level; usually one round is enough. */
const MAX_ROUNDS = 32;

interface Promisor {
  /** The remote that has the missing objects. */
  readonly remote: string;
  /** Such as `blob:none` or `tree:0`. */
  readonly filter: string | undefined;
}

/** undefined for a complete clone. */
function promisorOf({ configuration }: Repository): Promisor | undefined {
  const named = configuration.find(([key, value]) => /^remote\..+\.promisor$/.test(key) && value !== 'false');
  const remote =
    settingOf(configuration, 'extensions.partialclone') ??
    named?.[0].slice('remote.'.length, -'.promisor'.length);
  if (remote === undefined) return undefined;
  return { remote, filter: settingOf(configuration, `remote.${remote}.partialclonefilter`) };
}

export const isPartial = (repository: Repository): boolean => promisorOf(repository) !== undefined;

/** Fetches those of these objects that are missing. @throws {CursorError} if that fails */
export async function bringContents(
  repository: Repository,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const promisor = promisorOf(repository);
  if (promisor === undefined) return;
  const here = await objectFolderOf(repository).describe(ids);
  await bring(
    repository,
    promisor,
    ids.filter((id) => !here.has(id)),
    signal,
  );
}

/**
 * Fetches the missing trees of all commits reachable from these, if the clone was made without some. @throws
 * {CursorError}
 */
export async function bringTrees(repository: Repository, commits: readonly string[]): Promise<void> {
  const promisor = promisorOf(repository);
  if (promisor === undefined || promisor.filter?.startsWith('blob:') === true) return;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = await missingTrees(repository, commits);
    if (missing.length === 0) return;
    await bring(repository, promisor, missing);
  }
}

async function missingTrees(repository: Repository, commits: readonly string[]): Promise<readonly string[]> {
  const args = [
    'rev-list',
    '--objects',
    '--no-object-names',
    '--missing=print',
    '--filter=blob:none',
    ...commits,
  ];
  const missing: string[] = [];
  let rest = '';
  for await (const chunk of streamGit(repository, args).chunks()) {
    const lines = `${rest}${chunk.toString('latin1')}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('?')) missing.push(line.slice(1));
  }
  return missing;
}

/** By the view of the repository; each remote is opened once. */
const remotes = new Map<string, Promise<Remote>>();

async function bring(
  repository: Repository,
  { remote: name, filter = 'unknown' }: Promisor,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (ids.length === 0) return;
  const { directory, view, caller } = repository;
  const options = { remote: name, environment: caller.environment, pushOptions: [], timeoutMs: TIMEOUT_MS };
  const remote = remotes.get(view) ?? openRemote(objectFolderOf(repository), options);
  remotes.set(view, remote);
  try {
    await (await remote).fetchObjects([...new Set(ids)], signal);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const [first, ...more] = messageLines(error.message);
    throw new CursorError(
      `${directory} is a partial clone (--filter=${filter}) that lacks what has to be read: ${first}`,
      [
        "Let git reach the remote (TEAM_EVENTS_GIT_TOKEN or TEAM_EVENTS_GIT_SSH_KEY, or git's own means), or complete the clone:",
        `  git -C ${directory} fetch --refetch --no-filter ${name}`,
      ],
      more,
    );
  }
}
