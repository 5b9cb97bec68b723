/**
 * What merging a revision would send.
 *
 *     A ── B ── C          base
 *      \         \
 *       x ── y ── M        the merge: one step on the first-parent line, with the changes of x and y together
 *
 * So it is one step from the last common commit (A) to the revision (y), as if y were the child of A. What the base
 * changed since (B, C) was or will be sent separately. Merged onto `root`, before the first commit, the whole revision is
 * that step.
 */
import { GitCommandError, type Repository } from '../../../adapters/git/clone/repository.ts';
import { resolveOrRoot } from '../../../adapters/git/history/resolve-commit.ts';
import { receiversOf } from '../../../core/clients/receivers.ts';
import { requestsOf } from '../../../core/clients/requests-of.ts';
import { HistoryError } from '../../../errors.ts';
import { allowedReachableOf } from '../../../run/event-log/allowed-removals.ts';
import { countBetween, countReachable } from '../../../run/event-log/plan-steps.ts';
import { walkStep } from '../../../run/event-log/single-step.ts';
import type { MergePreview } from '../check-report.ts';
import type { CheckedFiles } from '../read-files.ts';
import type { Finding } from '../rules/finding.ts';
import { clientsBefore, findBeginnings } from './client-beginnings.ts';
import { deletedInBetween, readCommitByCommit } from './merge-by-commit.ts';
import { contentChanges, emptiedMembers, guardFindings, untoldRenames } from './merge-findings.ts';
import type { MergedRevision } from './merged-revision.ts';

export interface MergeOptions {
  readonly base: string;
  /** New teams that are not renamed ones. */
  readonly notRenamed: readonly string[];
  readonly allowRemovals: string | undefined;
}

interface MergeFindings {
  readonly findings: readonly Finding[];
  /** The files that the merge request changes. */
  readonly touched: ReadonlySet<string>;
}

/** @throws {HistoryError} if the base does not exist, or has no commit in common with the revision */
export async function previewMerge(
  merged: MergedRevision,
  { clients, clientsInRepo, guard }: Pick<CheckedFiles, 'clients' | 'clientsInRepo' | 'guard'>,
  { base, notRenamed, allowRemovals }: MergeOptions,
  stop: AbortSignal,
): Promise<MergePreview & MergeFindings> {
  const { repository, revision, override, source } = merged;
  const tip = await resolveOrRoot(repository, base);
  const from = tip === null ? null : await mergeBase(repository, tip, revision, base);
  const behind = tip === null ? 0 : await countBetween(repository, revision, tip);
  const reachable = await countReachable(repository, revision);
  const planned = { from, to: revision, reachable, consecutive: true };
  const walked = from === revision ? undefined : await walkStep(repository, planned, override, source);
  const step = walked?.log;

  const served = clients?.clients ?? [];
  const path = clients?.path ?? '';
  const before = await clientsBefore(repository, { from, to: revision }, clientsInRepo);
  const { beginnings, findings: ofBeginnings } = await findBeginnings(
    merged,
    { from, step },
    { clients: served, path },
    before,
    stop,
  );
  const byCommit = await readCommitByCommit(merged, from, step, stop);
  const findings = [
    ...ofBeginnings,
    // In all of history, teams deleted on the way are no mistake.
    ...(byCommit === undefined || from === null ? [] : deletedInBetween(byCommit, step)),
    ...(walked === undefined ? [] : contentChanges(walked, source)),
  ];
  const touched = new Set(walked?.step.step.changes.map((change) => change.path));
  const requests = requestsOf(served);
  const preview = {
    touched,
    into: base,
    from,
    to: revision,
    behind,
    step,
    byCommit,
    beginnings,
    requestsOf: requests,
  };
  if (walked === undefined || step === undefined) return { ...preview, receivers: new Map(), findings };

  const gets = receiversOf(served, step.events, () => true);
  const allowed = await allowedReachableOf(repository, revision, allowRemovals);
  return {
    ...preview,
    receivers: new Map(step.events.map((event) => [event.id, gets(event)])),
    findings: [
      ...findings,
      ...(await untoldRenames(repository, walked, notRenamed)),
      ...(await emptiedMembers(repository, walked)),
      ...guardFindings(served, path, step, guard, allowed),
    ],
  };
}

/** Limit for merge bases to compare: a merge request can be made to have thousands. */
const MAX_BASES = 16;

/**
 * If branches merged each other there are several merge bases; the one with the most commits is used, whatever the
 * dates.
 */
async function mergeBase(repository: Repository, a: string, b: string, base: string): Promise<string> {
  try {
    const all = (await repository.git('merge-base', '--all', a, b)).trim().split('\n').sort();
    if (all.length === 1) return all[0] ?? '';
    const compared = all.slice(0, MAX_BASES);
    const counts = await Promise.all(compared.map((commit) => countReachable(repository, commit)));
    return compared[counts.indexOf(Math.max(...counts))] ?? '';
  } catch (error) {
    if (!(error instanceof GitCommandError) || error.code !== 1) throw error;
    throw new HistoryError(
      `${JSON.stringify(base)} and ${b} have no commit in common`,
      'Name the branch that the merge request is for with --base.',
    );
  }
}
