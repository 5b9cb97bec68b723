/** How far one file may be expanded, as its aliases make much of little: in proportion to its size, and bounded in all. */

const MAX_EXPANDED = 16 * 1024 * 1024;
/** What a file of any size may come to, and each byte of it more: a list of people that many teams share is ordinary. */
const EXPANDED = 64 * 1024;
const EXPANDED_BY_BYTE = 128;

/** Thrown where aliases make a cycle, or a file expands past its bound. */
export class ExpansionError extends Error {}

/** Counts characters that come out of a file, each value as 8 more. @throws {ExpansionError} past the bound */
export type Spend = (characters: number) => void;

/** For a file of so many bytes. */
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
