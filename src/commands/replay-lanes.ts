/** Who gets what in a replay: of the log what lies before each client's cursor. What comes after it is pending. */
import type { Client } from '../clients/clients-file.ts';
import type { Selects } from '../clients/lane-selection.ts';
import { beginningOf } from '../cursor/beginning.ts';
import type { Cursor } from '../cursor/cursor.ts';
import type { StoredCursors, Version } from '../cursor/cursor-store.ts';
import type { LaneStatus } from '../delivery/lane-result.ts';
import { dueEvents, type LanePlan } from '../delivery/lane-plan.ts';
import { HistoryError } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { requireCommit } from '../git/lane-history.ts';
import { isAncestor, type Repository } from '../git/repository.ts';

export interface ReplayLane {
  readonly name: string;
  readonly client: Client;
  readonly plan: LanePlan;
  /** What it is sent again, step by step. */
  readonly due: readonly (readonly LoggedEvent[])[];
  /** As the store has it, where a store was named. */
  readonly held: { readonly cursor: Cursor; readonly version: Version } | undefined;
  /** How many events of the range are pending for it. */
  readonly left: number;
  /** Why it gets nothing. */
  readonly refused: { readonly status: LaneStatus; readonly message: string | undefined } | undefined;
}

/** `stored` is undefined where no store was named: then all of the log is sent again. */
export function planReplay(
  repository: Repository,
  clients: readonly Client[],
  stored: StoredCursors | undefined,
  log: readonly LogStep[],
  selects: Selects,
): Promise<readonly ReplayLane[]> {
  const now = Date.now();
  return Promise.all(
    clients.map(async (client): Promise<ReplayLane> => {
      const laneOf = (steps: number, rest: Pick<ReplayLane, 'held' | 'refused'>): ReplayLane => {
        const { name, contact } = client;
        const plan = { client: name, contact, log: log.slice(0, steps) };
        const after = { ...plan, log: log.slice(steps) };
        const left = dueEvents(after, client, selects).flat().length;
        return { name, client, plan, due: dueEvents(plan, client, selects), left, ...rest };
      };
      const paused = client.paused ? ({ status: 'paused', message: undefined } as const) : undefined;
      if (stored === undefined) return laneOf(log.length, { held: undefined, refused: paused });
      const beginning = beginningOf(client, stored, now);
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
          const steps = await stepsBefore(repository, log, cursor);
          return typeof steps === 'number'
            ? laneOf(steps, { held: { cursor, version }, refused: paused })
            : refuse('history', [steps.message, steps.remedy].filter(Boolean).join('. '));
        }
      }
    }),
  );
}

/** How many steps of the log are completely delivered: each contains those before it, so it is found by halving. */
async function stepsBefore(
  repository: Repository,
  log: readonly LogStep[],
  { commit, step }: Cursor,
): Promise<number | HistoryError> {
  if (step?.from === null) return 0; // its snapshot is under way
  try {
    await requireCommit(repository, commit);
  } catch (error) {
    if (error instanceof HistoryError) return error;
    throw error;
  }
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { to } = log[middle] ?? { to: commit };
    if (await isAncestor(repository, to, commit)) low = middle + 1;
    else high = middle;
  }
  return low;
}
