/**
 * The end of a run, for people: each client with what helps, broken files, totals, and the exit code.
 *
 *     ✓ groups  19 delivered
 *     ✗ lists   0 delivered, 19 pending  blocked: team.deleted core (evt_…): DELETE https://…: status 403: no  [#lists]
 *         The next run tries it again. To try now:
 *           team-events --cursor tag:team-events --client lists
 *     1 commit, 38 events: 19 members.removed, 19 deleted → groups 19  ✗ lists blocked
 *     exit code 3: a client is behind; the next run goes on there (lists)
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { EXIT } from '../../../errors.ts';
import { BROKEN, problemLines } from '../../history/problem-lines.ts';
import type { RunOutcome } from '../run-reporter.ts';
import { clientLines } from './client-lines.ts';
import { exitLine } from './exit-line.ts';
import { totalsText } from './totals.ts';

/** `clients` are those to name; by default all. */
export function verdictLines(
  outcome: RunOutcome,
  style: Style,
  clients = outcome.report.clients,
): readonly string[] {
  const { report, kind, totals } = outcome;
  const { problems } = report;
  const total = totalsText(totals, report.clients);
  const colour = report.exitCode === EXIT.done ? style.green : style.red;
  return [
    ...clientLines(clients, style, kind),
    ...(problems.length > 0 ? [style.red(BROKEN), ...problemLines(problems)] : []),
    ...(total === undefined ? [] : [total]),
    colour(exitLine(outcome)),
  ];
}
