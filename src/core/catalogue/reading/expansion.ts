/** Limits how far aliases may expand one file: in proportion to its size, and by a fixed maximum. */

const MAX_EXPANDED = 16 * 1024 * 1024;
/**
 * Allowed for a file of any size, plus a factor for each of its bytes: one list of people shared by many teams is
 * ordinary.
 */
const EXPANDED = 64 * 1024;
const EXPANDED_BY_BYTE = 128;

/** Thrown for a cycle of aliases, or a file that expands past its limit. */
export class ExpansionError extends Error {}

/** Counts characters that come out of a file; each value counts as 8 more. @throws {ExpansionError} past the limit */
export type Spend = (characters: number) => void;

/** Creates the budget of a file with this many bytes. */
export function createBudget(bytes: number): Spend {
  const most = Math.min(MAX_EXPANDED, EXPANDED + EXPANDED_BY_BYTE * bytes);
  let spent = 0;
  return (characters) => {
    spent += characters;
    if (spent <= most) return;
    throw new ExpansionError(
      most === MAX_EXPANDED
        ? 'the aliases of this file expand past 16 MiB'
        : `the aliases of this file expand past ${Math.floor(most / 1024)} KiB, the most for a file of its size`,
    );
  };
}
