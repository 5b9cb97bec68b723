/**
 * Which client gets what in a replay: the part of the log before its cursor. What comes after the cursor is pending.
 *
 *     a ── b ── M ── c     a lane is sent the steps of its cursor's first parents: b, M, c. Those of a branch that
 *      \       /           came in by M (a -> x, x -> y) were never sent to any client, so they are not replayed.
 *       x ── y
 *
 * Steps that a `--squash` skipped are replayed one by one like the rest, because no cursor remembers them.
 */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { firstParents, type FirstParents } from '../../adapters/git/history/first-parents.ts';
import { isAncestor, requireCommit } from '../../adapters/git/history/resolve-commit.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { beginningOf } from '../../core/cursor/beginning.ts';
import type { Cursor } from '../../core/cursor/cursor.ts';
import type { StoredCursors, Version } from '../../core/cursor/cursor-store.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import { dueEvents, isOfStep } from '../../core/delivery/lane/open-steps.ts';
import type { LaneStatus } from '../../core/delivery/lane/lane-status.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { isUpTo } from '../../core/events/sequence.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { HistoryError } from '../../errors.ts';
import { historyResult } from '../../run/event-log/history-result.ts';
import type { Range } from '../../run/event-log/range.ts';

export interface ReplayLane {
  readonly name: string;
  readonly client: Client;
  readonly plan: LanePlan;
  /** The events sent again, step by step. */
  readonly due: readonly (readonly LoggedEvent[])[];
  /** The cursor in the store, if a store is named. */
  readonly held: { readonly cursor: Cursor; readonly version: Version } | undefined;
  /** Number of events of the range that are pending for it. */
  readonly left: number;
  /** Why it gets nothing. */
  readonly refused: { readonly status: LaneStatus; readonly message: string | undefined } | undefined;
}

/** `log` is that of the range. `cursors` is undefined if no store is named: then all of the log is sent again. */
export function planReplay(
  repository: Repository,
  clients: readonly Client[],
  cursors: { readonly stored: StoredCursors; readonly claimMs: number } | undefined,
  range: Pick<Range, 'from' | 'to'>,
  log: readonly LogStep[],
  selects: Selects,
): Promise<readonly ReplayLane[]> {
  const now = Date.now();
  const lineOf = firstParentsIn(repository);
  return Promise.all(
    clients.map(async (client): Promise<ReplayLane> => {
      const laneOf = (
        steps: number,
        rest: Pick<ReplayLane, 'held' | 'refused'>,
        wasSent: WasSent = () => true,
      ): ReplayLane => {
        const { name, contact } = client;
        const sent = log.slice(0, steps).map((step) => withEvents(step, (event) => wasSent(step, event)));
        const unsent = log.slice(0, steps).map((step) => withEvents(step, (event) => !wasSent(step, event)));
        const plan = { client: name, contact, log: sent.filter(({ events }) => events.length > 0) };
        const after = { ...plan, log: [...unsent, ...log.slice(steps)] };
        const left = dueEvents(after, client, selects).flat().length;
        return { name, client, plan, due: dueEvents(plan, client, selects), left, ...rest };
      };
      const paused = client.paused ? ({ status: 'paused', message: undefined } as const) : undefined;
      if (cursors === undefined) return laneOf(log.length, { held: undefined, refused: paused });
      const beginning = beginningOf(client, cursors.stored, now, cursors.claimMs);
      const refuse = (status: LaneStatus, message: string): ReplayLane =>
        laneOf(0, { held: undefined, refused: { status, message } });
      switch (beginning.kind) {
        case 'new':
        case 'renamed':
          return refuse('done', 'it has not begun: there is nothing to send again');
        case 'unusable':
          return refuse('cursor', beginning.message);
        case 'claimed':
          return refuse('claimed', `${beginning.run}, until ${beginning.until}`);
        case 'cursor': {
          const { cursor, version } = beginning;
          const steps = await historyResult(() => stepsBefore(repository, lineOf, range, log, cursor));
          return steps.ok
            ? laneOf(
                steps.value,
                { held: { cursor, version }, refused: paused },
                wasSentBy(cursor, await lineOf(cursor.commit)),
              )
            : refuse('history', [steps.wrong.message, steps.wrong.remedy].filter(Boolean).join('. '));
        }
      }
    }),
  );
}

/** Whether a client was sent an event of a step that its cursor has passed. */
type WasSent = (step: LogStep, event: LoggedEvent) => boolean;

/** What held teams wait for was not; `line` are the first parents of the cursor's commit. */
function wasSentBy({ held = [] }: Cursor, line: FirstParents): WasSent {
  const ofTeam = new Map(held.map((team) => [team.team, team]));
  return (step, { subject, sequence }) => {
    const team = ofTeam.get(subject);
    if (team === undefined) return true;
    if (isOfStep(team, step)) return isUpTo(sequence, team.sequence);
    return (line.get(step.to) ?? 0) > (line.get(team.to) ?? Infinity);
  };
}

const withEvents = (step: LogStep, isIn: (event: LoggedEvent) => boolean): LogStep => ({
  ...step,
  events: step.events.filter(isIn),
});

/** Number of completely delivered steps of the log. @throws {HistoryError} where the range is not what was sent */
async function stepsBefore(
  repository: Repository,
  lineOf: ReturnType<typeof firstParentsIn>,
  { from, to }: Pick<Range, 'from' | 'to'>,
  log: readonly LogStep[],
  { commit, step }: Cursor,
): Promise<number> {
  if (step?.from === null) return 0; // its snapshot, or the first commit, is being delivered
  await requireCommit(repository, commit);
  const line = await lineOf(commit);
  // The end is on the line, or after the cursor, where it is pending.
  const wasOrIsPending = async (end: string): Promise<boolean> =>
    line.has(end) || (await isAncestor(repository, commit, end));
  for (const end of from === null ? [to] : [from, to]) {
    if (!(await wasOrIsPending(end))) throw neverSent(end, commit);
  }
  const after = log.findIndex((one) => !line.has(one.to));
  if (after === -1) return log.length;
  const next = log[after]?.to ?? to;
  if (await isAncestor(repository, next, commit)) throw neverSent(next, commit);
  return after;
}

/** The first parents of a commit, itself first. Cached, because many lanes are at the same commit. */
function firstParentsIn(repository: Repository): (commit: string) => Promise<FirstParents> {
  const known = new Map<string, Promise<FirstParents>>();
  return (commit) => {
    const line = known.get(commit) ?? firstParents(repository, commit);
    known.set(commit, line);
    return line;
  };
}

const neverSent = (commit: string, cursor: string): HistoryError =>
  new HistoryError(
    `the commit ${commit} is not on the first-parent line of its cursor at ${cursor}: steps that begin or end there were never sent`,
    `Name commits of that line: git log --first-parent --oneline ${cursor}`,
  );
