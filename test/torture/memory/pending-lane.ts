/** What is pending for a client on one line of commits: in memory what git is asked for otherwise. */
import type { Client } from '../../../src/core/clients/file/client.ts';
import { planOf, type PendingLane } from '../../../src/run/lanes/pending.ts';
import { beginningOf, type Beginning } from '../../../src/core/cursor/beginning.ts';
import { isBeforeFirst } from '../../../src/core/cursor/cursor.ts';
import type { StoredCursors } from '../../../src/core/cursor/cursor-store.ts';
import type { LogStep } from '../../../src/core/events/log-step.ts';
import type { History } from '../due.ts';
import type { World } from './world.ts';

/** `to` is the index of a commit. */
export function pendingLane(
  { history, time }: World,
  client: Client,
  stored: StoredCursors,
  to: number,
): PendingLane {
  const { name } = client;
  const beginning = beginningOf(client, stored, time.now());
  const found = logOf(history, beginning, to);
  return {
    name,
    contact: undefined,
    client,
    beginning,
    plan: found && planOf(name, undefined, beginning, found.log, found.first),
    older: found?.older ?? false,
    commits: 0,
    problem: undefined,
  };
}

interface Found {
  readonly log: readonly LogStep[];
  readonly older: boolean;
  /** Where it begins before the first commit: which that is. */
  readonly first?: string | undefined;
}

function logOf(history: History, beginning: Beginning, to: number): Found | undefined {
  const { commits, rewrite } = history;
  const after = (from: number): Found => ({ log: history.log(from, to), older: from > to });
  const isReplaced = rewrite !== undefined && rewrite.fork < 0 && to >= rewrite.first;
  const fromRoot = (): Found => ({ ...after(-1), first: commits[isReplaced ? rewrite.first : 0] });
  if (beginning.kind === 'unusable') return undefined;
  if (beginning.kind === 'new') {
    if (beginning.start === 'snapshot') return { log: history.snapshot(to), older: false };
    if (beginning.start === 'root') return fromRoot();
    return after(beginning.start === 'now' ? to : commits.indexOf(beginning.start));
  }
  const { commit, step } = beginning.cursor;
  if (step === undefined) return after(commits.indexOf(commit));
  if (isBeforeFirst(beginning.cursor)) return fromRoot();
  const partial = commits.indexOf(step.to);
  if (partial > to) return { log: [], older: true };
  const isSnapshot = step.from === null && !step.root;
  const finish = isSnapshot
    ? history.snapshot(partial)
    : history.log(commits.indexOf(step.from ?? ''), partial);
  return { log: [...finish, ...history.log(partial, to)], older: false };
}
