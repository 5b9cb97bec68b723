/** How far a lane is -> what a run writes of it. */
import type { Cursor, LaneCursor } from './cursor.ts';

/** The cursor that is written: how far its lane is, whose claim, and which run writes it. */
export const cursorOf = (
  { commit, step, lastEvent, blocked }: LaneCursor,
  run: string,
  claim: Cursor['claim'],
): Cursor => ({
  commit,
  ...(step && { step }),
  ...(lastEvent !== undefined && { lastEvent }),
  ...(blocked && { blocked }),
  ...(claim && { claim }),
  run,
});

/** What of a cursor is worth writing: the same text, and the store has it already. */
export const textOf = ({ commit, step, lastEvent, blocked }: LaneCursor, claimed: boolean): string =>
  JSON.stringify([
    commit,
    step && [step.from, step.to, step.sequence, step.sent, step.unsent],
    lastEvent,
    blocked && [blocked.event, blocked.status, blocked.since],
    claimed,
  ]);
