/** Problems of the catalogue, a line each. */
import type { Problem } from '../../core/catalogue/team.ts';
import { printable } from '../../core/text/log-safe.ts';

/** One line per problem: place, what is wrong, since when. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ path, line, column, commit, message }) =>
      `${printable(path)}:${line}:${column}: ${printable(message)} (commit ${commit.slice(0, 12)})`,
  );
}
