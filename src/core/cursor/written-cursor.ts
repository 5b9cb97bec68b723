/** How far a lane has come -> the cursor that a run writes. */
import type { Cursor, LaneCursor } from './cursor.ts';

/** The cursor to write: the lane's state, the claim, and the run that writes. */
export const cursorOf = (
  { commit, step, held, lastEvent, blocked }: LaneCursor,
  run: string,
  claim: Cursor['claim'],
): Cursor => ({
  commit,
  ...(step && { step }),
  ...(held && held.length > 0 && { held }),
  ...(lastEvent !== undefined && { lastEvent }),
  ...(blocked && { blocked }),
  ...(claim && { claim }),
  run,
});

/** The part of a cursor worth writing, as text: if the text is equal, the store is up to date. */
export const textOf = ({ commit, step, held, lastEvent, blocked }: LaneCursor, claimed: boolean): string =>
  JSON.stringify([
    commit,
    step && [step.from, step.to, step.sequence, step.sent, step.unsent],
    held?.map(({ team, from, to, sequence, sent }) => [team, from, to, sequence, sent]),
    lastEvent,
    blocked && [blocked.event, blocked.status, blocked.since],
    claimed,
  ]);
