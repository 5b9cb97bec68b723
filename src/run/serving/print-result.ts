/** Prints the result of a run: on stdout, and the notes that people need on stderr. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import { isBehind } from '../../core/delivery/run-report.ts';
import { EXIT, type BrokenFileError } from '../../errors.ts';
import { RUN_REPORTERS, type RunFormat } from '../../reporters/run/formats.ts';
import { printPieces } from '../../reporters/run/print-pieces.ts';
import type { RunOutcome, RunResult } from '../../reporters/run/run-reporter.ts';
import { verdictLines } from '../../reporters/run/verdict/verdict-lines.ts';

type Console = RunContext['console'];

/** Prints the result in `format`; if that is not text, the verdict is on stderr too. */
export async function printResult(result: RunResult, format: RunFormat, console: Console): Promise<void> {
  const reporter = await RUN_REPORTERS[format]();
  await console.print(await printPieces('', reporter.result(result, console.style), console));
  noteVerdict(result, format, console);
}

/** The verdict on stderr, if the result is not for people, and there is something to do; without the clients that are done. */
export function noteVerdict(outcome: RunOutcome, format: RunFormat, console: Console): void {
  const { clients, exitCode } = outcome.report;
  const notDone = clients.filter(({ status }) => status !== 'done');
  if (format === 'text' || (exitCode === EXIT.done && notDone.length === 0)) return;
  console.note(verdictLines(outcome, console.noteStyle, notDone));
}

/** Notes on stderr, before the result: what ended the run early, and what is late. */
export function noteResult(
  { report }: RunResult,
  unusable: BrokenFileError | undefined,
  console: Console,
): void {
  if (unusable) console.note(['The run was stopped; nothing more was sent.', ...unusable.lines]);
  const isLate = report.clients.some((client) => isBehind(client) && client.status !== 'paused');
  if (report.exitCode === EXIT.done && isLate) {
    console.note(
      `${console.noteStyle.yellow('warning')}: some client is behind, but not for long (--late-after)`,
    );
  }
}
