/**
 * What a merge would send that keeps the single commits (a fast-forward, a rebase): each commit is a step.
 *
 *     A ── x ── y          x deletes a team, y brings it back: as one step A -> y nothing happens
 */
import type { LogStep } from '../../../core/events/log-step.ts';
import { eventOf, type LoggedEvent } from '../../../core/events/team-event.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { openEventStream } from '../../../run/event-log/event-stream.ts';
import { planRange } from '../../../run/event-log/plan-steps.ts';
import type { CommitByCommit } from '../check-report.ts';
import type { Finding } from '../rules/finding.ts';
import type { MergedRevision } from './merged-revision.ts';

/** undefined if the single commits from `from` on would send the same events as `net`, the step of a merge commit. */
export async function readCommitByCommit(
  { repository, revision, override }: Pick<MergedRevision, 'repository' | 'revision' | 'override'>,
  from: string | null,
  net: LogStep | undefined,
  stop: AbortSignal,
): Promise<CommitByCommit | undefined> {
  const steps = await planRange(repository, from, revision, { squash: false, onRewrite: 'fail' });
  if (steps.length < 2) return undefined;
  const log: LogStep[] = [];
  const range = { from, to: revision, steps };
  for await (const step of openEventStream(repository, range, override, stop).steps()) log.push(step);
  const events = log.flatMap((step) => step.events);
  const differ = keysOf(events) !== keysOf(net?.events ?? []);
  return differ ? { commits: steps.length, events } : undefined;
}

const keysOf = (events: readonly LoggedEvent[]): string =>
  events
    .map(({ type, subject }) => JSON.stringify([type, subject]))
    .sort()
    .join('\n');

const NAMED = 5;

/** Teams that one of the commits deletes, but the merge as a whole does not. */
export function deletedInBetween({ events }: CommitByCommit, net: LogStep | undefined): Finding[] {
  const isDeletion = ({ type }: LoggedEvent): boolean => type === 'team.deleted';
  const meant = new Set((net?.events ?? []).filter(isDeletion).map(({ subject }) => subject));
  const gone = [...new Map(events.filter(isDeletion).map((event) => [event.subject, event])).values()];
  const back = gone.filter(({ subject }) => !meant.has(subject));
  const [first] = back;
  if (first === undefined) return [];
  const named = back.slice(0, NAMED).map(({ subject }) => printable(subject));
  const more = back.length > NAMED ? ` and ${back.length - NAMED} more` : '';
  const message =
    `its commits delete ${named.join(', ')}${more}, which the merge as a whole does not: a merge by fast-forward or rebase ` +
    'sends these deletions; squash it into one commit, or use a merge commit';
  return [{ check: 'deleted-in-between', path: eventOf(first).data.file, line: 1, column: 1, message }];
}
