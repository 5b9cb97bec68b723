/** What is pending for a client on one line of commits: in memory what git is asked for otherwise. */
import type { Client } from '../../../src/core/clients/file/client.ts';
import type { PendingLane } from '../../../src/run/lanes/pending.ts';
import { planOf } from '../../../src/run/lanes/plan-lane.ts';
import { beginningOf, type Beginning } from '../../../src/core/cursor/beginning.ts';
import { isBeforeFirst, type HeldTeam } from '../../../src/core/cursor/cursor.ts';
import type { StoredCursors } from '../../../src/core/cursor/cursor-store.ts';
import { isOfStep } from '../../../src/core/delivery/lane/open-steps.ts';
import type { HeldLog } from '../../../src/core/delivery/lane/teams/held-steps.ts';
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
  const held = found?.older ? [] : heldLogs(history, beginning);
  return {
    name,
    contact: undefined,
    client,
    beginning,
    plan: found && planOf(name, undefined, beginning, found.log, found.first, held),
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
  return { log: [...stepOf(history, step), ...history.log(partial, to)], older: false };
}

function stepOf(
  history: History,
  { from, to, root }: Pick<HeldTeam, 'from' | 'to' | 'root'>,
): readonly LogStep[] {
  const [begin, end] = [history.commits.indexOf(from ?? ''), history.commits.indexOf(to)];
  return from === null && !root ? history.snapshot(end) : history.log(begin, end);
}

/** Of each team that is further back: the steps up to where the others are. */
function heldLogs(history: History, beginning: Beginning): readonly HeldLog[] {
  if (!('cursor' in beginning)) return [];
  const { commit, step, held = [] } = beginning.cursor;
  const end = history.commits.indexOf(commit);
  return held
    .filter((team) => step === undefined || !isOfStep(team, step))
    .map((team) => ({
      held: team,
      steps: [...stepOf(history, team), ...history.log(history.commits.indexOf(team.to), end)],
    }));
}
