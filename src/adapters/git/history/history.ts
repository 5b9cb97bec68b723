/** History for the walk, read from a repository. */
import type { CommitChanges, FileChange, HistorySource, Step } from '../../../core/catalogue/history.ts';
import type { Repository } from '../clone/repository.ts';
import { streamGit, type GitStream } from '../stream.ts';
import type { PlannedStep } from './planned-step.ts';
import {
  createLogParser,
  LOG_FORMAT,
  parseDifference,
  parseLog,
  parseTree,
  RAW_OPTIONS,
  type RawCommit,
} from './raw-log.ts';
import { openBlobReader, readBlobs } from './read-blobs.ts';

/** Number of commits and file changes in a window. */
const WINDOW = 2048;
const LOG = [
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--encoding=UTF-8',
  '--no-notes',
  '--no-decorate',
  ...RAW_OPTIONS,
];

/** `stop` ends the commands in progress. */
export function createHistorySource(repository: Repository, stop?: AbortSignal): HistorySource {
  return {
    async files(revision) {
      return parseTree(await repository.git('ls-tree', '-r', '--full-tree', revision));
    },
    blobs: (ids) => readBlobs(repository, ids, stop),
    openBlobs: () => openBlobReader(repository, stop),
    async *changesBack(revision, only) {
      const paths = only === undefined ? [] : ['--', only];
      const parser = createLogParser();
      for await (const chunk of streamGit(
        repository,
        [...LOG, LOG_FORMAT, revision, ...paths],
        '',
        stop,
      ).chunks()) {
        parser.push(chunk.toString('latin1')); // only ids and quoted paths are used, which are ASCII
        yield parser.take(false).map(asChanges);
      }
      yield parser.take(true).map(asChanges);
    },
  };
}

/**
 * Starts the one `git log` of a range, so that git works on it while the catalogue at the start of the range is read.
 */
export function startLog(
  repository: Repository,
  { from, to }: { readonly from: string | null; readonly to: string },
  stop: AbortSignal,
): GitStream {
  const range = from === null ? [to] : [to, `^${from}`];
  return streamGit(repository, [...LOG, LOG_FORMAT, '--reverse', ...range], '', stop);
}

/**
 * The planned steps with their changes, oldest first, in windows; `log` is that of their range. Without `log`, each
 * step is read separately.
 */
export async function* readSteps(
  repository: Repository,
  planned: readonly PlannedStep[],
  log: GitStream | undefined,
): AsyncGenerator<readonly Step[]> {
  const [first] = planned;
  // Only the first step may be other than from first parent to child.
  const alone = log === undefined ? planned.length : first?.consecutive === false ? 1 : 0;
  for (const next of planned.slice(0, alone)) yield [await readSingleStep(repository, next)];
  let read = alone;
  if (log === undefined) return;
  if (read === planned.length) return log.stop();
  const parser = createLogParser();
  const decoder = new TextDecoder();
  // The log may begin with commits that do not have `from` as an ancestor: a merge brought them in together with it.
  const take = (ended: boolean): Step[] =>
    parser.take(ended).flatMap((raw) => {
      const next = planned[read];
      if (read <= 1 && next !== undefined && raw.commit.id !== next.to) return [];
      read++;
      return asStep(next, raw);
    });
  for await (const chunk of log.chunks()) {
    parser.push(decoder.decode(chunk, { stream: true }));
    if (parser.size >= WINDOW) yield take(false);
  }
  yield take(true);
  if (read !== planned.length) throw new Error(`git told ${read} of ${planned.length} steps`);
}

/** A step between any two trees: the commit comes from the log, the changes from comparing the trees. */
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
  return files.map((file) => ({ path: file.path, before: undefined, after: file }));
}

const asChanges = ({ commit, changes }: RawCommit): CommitChanges => ({ commit: commit.id, changes });

function asStep(planned: PlannedStep | undefined, raw: Pick<Step, 'commit' | 'changes'> | undefined): Step {
  if (planned === undefined || raw?.commit.id !== planned.to) {
    throw new Error(`git gave ${raw?.commit.id} where ${planned?.to} was due`);
  }
  const { from, to, reachable, consecutive, rewritten = false } = planned;
  const { time, author, title } = raw.commit;
  // The planned id is also the next step's `from`: one text for both.
  const commit = { id: to, time, author, title };
  return { from, reachable, consecutive, rewritten, commit, changes: raw.changes };
}

/** The newest first-parent commit up to `revision` that changed a path accepted by `touches`, and its parent. */
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
