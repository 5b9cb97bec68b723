/** What a replay is asked to send again: a range of revisions, or of commit times. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { readFirstParents } from '../../adapters/git/history/commits.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { UsageError } from '../../errors.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import { planRange } from '../../run/event-log/plan-steps.ts';
import { resolveRange, startBefore, type Range } from '../../run/event-log/range.ts';
import { requirePublished } from '../../run/lanes/pending.ts';
import { parseRange } from '../../run/requested-range.ts';

export interface ReplayRequest {
  /** `A..B` */
  readonly range: string | undefined;
  /** Milliseconds since 1970: after `since`, up to and including `until`. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly to: string | undefined;
  /** Whether `to` comes from the command line rather than the environment. */
  readonly toIsFlag: boolean;
}

export interface ReplayRange {
  readonly range: Range;
  /** Commit times may go backwards; steps within the range but outside of the times are left out. */
  readonly includes: (step: LogStep) => boolean;
}

const STEP_BY_STEP = { squash: false, onRewrite: 'fail' } as const;

/**
 * `branch`: the published branch, if cursors are kept; commits that are not on it were never sent. `args`: the command
 * line as it was given.
 * @throws {UsageError} if both a range and a time are given, or neither
 * @throws {HistoryError}
 */
export async function replayRange(
  repository: Repository,
  requested: ReplayRequest,
  branch: StoredCursors['branch'],
  args: readonly string[],
): Promise<ReplayRange> {
  const { range, since, until, to, toIsFlag } = requested;
  const timed = since !== undefined || until !== undefined;
  if (range !== undefined) {
    if (timed)
      throw new UsageError('a range and a time are both given', 'Give A..B, or --since and --until.');
    const parsed = parseRange(range, toIsFlag);
    await requirePublished(repository, await resolveCommit(repository, parsed.to), branch);
    return { range: await resolveRange(repository, parsed, STEP_BY_STEP), includes: () => true };
  }
  if (since === undefined) {
    if (timed)
      throw new UsageError('--until needs --since', 'Name the time after which events are sent again.');
    throw new UsageError('no range or time is given', [
      'Name a range FROM..TO, or a time (--since and --until). To see what the last commit would send again:',
      `  ${commandLine([...args, `${await startBefore(repository, 'HEAD')}..HEAD`], {})}`,
    ]);
  }
  if (until !== undefined && until <= since) {
    throw new UsageError(
      '--until is not after --since',
      'Events committed after --since and up to --until are sent again.',
    );
  }
  const end = await resolveCommit(repository, to ?? 'HEAD');
  await requirePublished(repository, end, branch);
  return timedRange(repository, since, until ?? Infinity, end);
}

async function timedRange(
  repository: Repository,
  since: number,
  until: number,
  to: string,
): Promise<ReplayRange> {
  const line = await readFirstParents(repository, to);
  const isIn = ({ time }: { readonly time: number }): boolean => time * 1000 > since && time * 1000 <= until;
  const ids = new Set(line.filter(isIn).map(({ id }) => id));
  const newest = line.find(isIn);
  if (newest === undefined) {
    return { range: { from: to, to, steps: [] }, includes: () => false };
  }
  const before = line[line.findLastIndex(isIn) + 1];
  const ends = { from: before?.id ?? null, to: newest.id };
  const steps = await planRange(repository, ends.from, ends.to, STEP_BY_STEP);
  return {
    range: { ...ends, steps },
    includes: (step) => ids.has(step.to),
  };
}
