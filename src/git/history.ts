/** History as the walk asks for it, read from a repository. */
import type { FileChange, HistorySource, Step } from '../catalogue/history.ts';
import type { PlannedStep } from './plan-range.ts';
import { LOG_FORMAT, parseDifference, parseLog, parseTree, RAW_OPTIONS } from './raw-log.ts';
import { readBlobs } from './read-blobs.ts';
import type { Repository } from './repository.ts';

/** Commits that are read at once; the next window is read while one is worked on. */
const WINDOW = 256;
const LOG = [
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--encoding=UTF-8',
  '--no-notes',
  '--no-decorate',
  ...RAW_OPTIONS,
];

export function createHistorySource(repository: Repository): HistorySource {
  return {
    async files(revision) {
      return parseTree(await repository.git('ls-tree', '-r', '--full-tree', revision));
    },
    blobs: (ids) => readBlobs(repository, ids),
    async pathChanges(revision, paths) {
      const log = parseLog(await repository.git(...LOG, LOG_FORMAT, revision, '--', ...paths));
      return log.flatMap(({ commit, changes }) =>
        changes.map((change) => ({ commit: commit.id, ...change })),
      );
    },
  };
}

/** The planned steps with what changed in them, oldest first, in windows. */
export async function* readSteps(
  repository: Repository,
  planned: readonly PlannedStep[],
): AsyncGenerator<readonly Step[]> {
  const windows: (readonly PlannedStep[])[] = [];
  for (let start = 0; start < planned.length;) {
    // A step that is not from first parent to child is read by itself.
    const size = planned[start]?.consecutive ? WINDOW : 1;
    const window = planned.slice(start, start + size);
    windows.push(window);
    start += window.length;
  }
  let next = windows[0] && readWindow(repository, windows[0]);
  for (let index = 0; next !== undefined; index++) {
    const steps = await next;
    const following = windows[index + 1];
    next = following && readWindow(repository, following);
    next?.catch(() => undefined); // told when it is awaited
    yield steps;
  }
}

async function readWindow(repository: Repository, window: readonly PlannedStep[]): Promise<readonly Step[]> {
  const [first] = window;
  const last = window.at(-1);
  if (first === undefined || last === undefined) return [];
  if (!first.consecutive) return [await readSingleStep(repository, first)];
  const range = first.from === null ? [last.to] : [last.to, `^${first.from}`];
  const log = parseLog(await repository.git(...LOG, LOG_FORMAT, '--reverse', ...range));
  return window.map((planned, index) => asStep(planned, log[index]));
}

/** A step between any two trees: the commit from the log, the changes from the trees. */
async function readSingleStep(repository: Repository, planned: PlannedStep): Promise<Step> {
  const { from, to } = planned;
  const [log, changes] = await Promise.all([
    repository.git(
      'log',
      '-1',
      '--encoding=UTF-8',
      '--no-notes',
      '--no-decorate',
      '--no-patch',
      LOG_FORMAT,
      to,
    ),
    from === null ? wholeTree(repository, to) : difference(repository, from, to),
  ]);
  const [raw] = parseLog(log);
  return asStep(planned, raw && { ...raw, changes });
}

async function difference(repository: Repository, from: string, to: string): Promise<readonly FileChange[]> {
  return parseDifference(await repository.git('diff-tree', '-r', ...RAW_OPTIONS, from, to));
}

async function wholeTree(repository: Repository, revision: string): Promise<readonly FileChange[]> {
  const files = await createHistorySource(repository).files(revision);
  return files.map((file) => ({ path: file.path, after: file }));
}

function asStep(planned: PlannedStep, raw: Pick<Step, 'commit' | 'changes'> | undefined): Step {
  if (raw?.commit.id !== planned.to)
    throw new Error(`git gave ${raw?.commit.id} where ${planned.to} was due`);
  const { from, reachable, consecutive } = planned;
  return { from, reachable, consecutive, commit: raw.commit, changes: raw.changes };
}

/** The newest first-parent commit up to `revision` in which a path changed that `touches` accepts, and its parent. */
export async function findNewestCommit(
  repository: Repository,
  revision: string,
  touches: (path: string) => boolean,
): Promise<{ readonly id: string; readonly parent: string | null } | undefined> {
  for (let skip = 0, size = 16; ; skip += size, size = Math.min(size * 4, 4096)) {
    const log = parseLog(
      await repository.git(...LOG, LOG_FORMAT, `--skip=${skip}`, `--max-count=${size + 1}`, revision),
    );
    const index = log.slice(0, size).findIndex(({ changes }) => changes.some(({ path }) => touches(path)));
    const found = log[index];
    if (found !== undefined) return { id: found.commit.id, parent: log[index + 1]?.commit.id ?? null };
    if (log.length <= size) return undefined;
  }
}
