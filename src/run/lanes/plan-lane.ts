/** The plan of a lane: what its cursor says, and the log from there on. */
import type { Beginning } from '../../core/cursor/beginning.ts';
import type { HeldTeam } from '../../core/cursor/cursor.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import { isOfStep } from '../../core/delivery/lane/open-steps.ts';
import { withHeld, type HeldLog } from '../../core/delivery/lane/teams/held-steps.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LaneOrigin } from '../event-log/lane-routes.ts';

export interface HeldOrigin {
  readonly held: HeldTeam;
  readonly origin: LaneOrigin;
}

/** The held teams of which something before the cursor is not delivered, and from where to where that is. */
export function heldOrigins(beginning: Beginning): readonly HeldOrigin[] {
  if (!('cursor' in beginning)) return [];
  const { commit, step, held = [] } = beginning.cursor;
  return held
    .filter((team) => step === undefined || !isOfStep(team, step))
    .map((team) => ({ held: team, origin: { commit: team.to, partial: team, until: commit } }));
}

/**
 * Plans a lane from its cursor, which may have settled a part of the first step of `log`. `first` as in `LaneLog`.
 * `held`: the logs of held teams that are further back.
 */
export function planOf(
  client: string,
  contact: string | undefined,
  beginning: Beginning,
  log: readonly LogStep[],
  first?: string,
  held: readonly HeldLog[] = [],
): LanePlan {
  const cursor = 'cursor' in beginning ? beginning.cursor : undefined;
  const partial = cursor?.step;
  const [step] = log;
  const isOwn = step !== undefined && partial !== undefined && isOfStep(partial, step);
  const own = { client, contact, resume: isOwn ? partial : undefined, lastEvent: cursor?.lastEvent, first };
  return cursor?.held ? { ...own, ...withHeld(log, held), held: cursor.held } : { ...own, log };
}
