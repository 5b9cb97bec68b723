/** Prints the result of a run: on stdout, and the notes that people need on stderr. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Delivery } from '../../core/delivery/deliver.ts';
import { isBehind } from '../../core/delivery/run-report.ts';
import { EXIT, type ClientsFileError } from '../../errors.ts';
import { clientLines } from '../../reporters/run/client-lines.ts';
import { RUN_REPORTERS, type RunFormat } from '../../reporters/run/formats.ts';
import { guardLines } from '../../reporters/run/guard-text.ts';
import { printPieces } from '../../reporters/run/print-pieces.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import { noteProblems } from '../event-log/log-notes.ts';
import type { RunPlan } from './run-plan.ts';

type Console = RunContext['console'];

/** Prints the result in `format`; if that is not text, clients that are behind are listed on stderr. */
export async function printResult(result: RunResult, format: RunFormat, console: Console): Promise<void> {
  const reporter = await RUN_REPORTERS[format]();
  await console.print(await printPieces('', reporter.result(result, console.style), console));
  if (format === 'text') return;
  const behind = result.report.clients.filter(({ status }) => status !== 'done');
  if (behind.length > 0) console.note(clientLines(behind, console.noteStyle));
}

/** Notes on stderr: why lanes were stopped, what is late, and which files are broken. */
export function noteResult(
  { report }: RunResult,
  deliveries: readonly Delivery[],
  { squashCommand }: Pick<RunPlan, 'squashCommand'>,
  unusable: ClientsFileError | undefined,
  console: Console,
): void {
  for (const { plan, guard } of deliveries) {
    if (guard) console.note(guardLines(plan.client, guard, plan.log, squashCommand(plan.client)));
  }
  if (unusable) console.note([...unusable.lines, 'The run was stopped; nothing more was sent.']);
  if (report.exitCode === EXIT.done && report.clients.some(isBehind)) {
    console.note(
      `${console.noteStyle.yellow('warning')}: some client is behind, but not for long (--late-after)`,
    );
  }
  noteProblems(report.problems, console);
}
