/** How far a lane has come -> the cursor with which the next run continues exactly there. */
import { beforeFirst, type LaneCursor } from '../../cursor/cursor.ts';
import { BEFORE_ALL } from '../../events/sequence.ts';
import type { LanePosition, LanePlan } from './lane-plan.ts';

/** The sequence if nothing of the step is settled. */
export const NOTHING_SETTLED = BEFORE_ALL;

/** The cursor at a position. `end` is the commit to which the lane's log leads. */
export function cursorAt(
  { log, main = 0, resume, first }: LanePlan,
  { step, index, begun, sent, unsent, lastEvent, held = [] }: LanePosition,
  end: string,
): LaneCursor {
  const last = {
    ...(held.length > 0 && { held }),
    ...(lastEvent !== undefined && { lastEvent }),
  };
  const current = log[step];
  if (current === undefined) return { commit: end, ...last };
  const { from, to, root, events } = current;
  if (index >= events.length) return { commit: to, ...last };
  if (!begun && step === 0 && first !== undefined) return { ...beforeFirst(first), ...last };
  if (!begun && from !== null) return { commit: from, ...last };
  const sequence = begun ? (events[index - 1]?.sequence ?? NOTHING_SETTLED) : NOTHING_SETTLED;
  // A snapshot, like the first commit, has no completely delivered commit before it: `commit` is then the step's own.
  const partial = {
    from,
    to,
    ...(root && { root }),
    sequence,
    sent: [...sent],
    ...(unsent.length > 0 && { unsent }),
    ...(step === main && resume?.replay && { replay: true as const }),
  };
  return { commit: from ?? to, step: partial, ...last };
}
