/** Problems of the catalogue, one per line. */
import type { Problem } from '../../core/catalogue/team.ts';
import { printable } from '../../core/text/log-safe.ts';

/** The line above them. */
export const BROKEN =
  'Problems at the newest revision (a broken file holds its last valid content, a new one nothing yet):';

/** One line per problem: position, message, and the commit that introduced it. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ path, line, column, commit, message }) =>
      `${printable(path)}:${line}:${column}: ${printable(message)} (commit ${commit.slice(0, 12)})`,
  );
}
