/** The last part of a run: serves the planned lanes and reports the results. */
import type { OperatorSettings } from '../../adapters/files/operator-settings.ts';
import { writeReport } from '../../adapters/files/report-file.ts';
import { errorLines } from '../../adapters/process/terminal/error-lines.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { LaneHooks } from '../../core/delivery/lane/lane-hooks.ts';
import { EXIT, exitCodeOf, RunError, type ExitCode } from '../../errors.ts';
import { LISTED, listedAtMost } from '../../reporters/run/listed-steps.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import type { NotifyOptions } from '../run-options.ts';
import { noteResult, printResult } from './print-result.ts';
import type { RunPlan } from './run-plan.ts';
import { runResult } from './run-result.ts';
import { serveWaves } from './serve-waves.ts';

/** How long to wait for a reader of the result that takes nothing, before the run ends anyway: all is sent by then. */
const READER_PATIENCE_MS = 30_000;

type ServeOptions = Pick<NotifyOptions, 'lateAfter' | 'format' | 'report' | 'all'> & {
  /** Told the result once it is printed. */
  readonly reported?: (result: RunResult) => Promise<void>;
};

/** Serves, reports, and returns the exit code. @throws a bug that ended the reading of history, after everything else */
export async function serveLanes(
  plan: RunPlan,
  settings: OperatorSettings,
  hooks: LaneHooks,
  options: ServeOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { console, stop } = context;
  const served = await serveWaves(plan, settings, hooks, context);
  const { readingError } = served;
  const { unusable } = settings.clients;
  const result = runResult(plan, served, {
    chosen: settings.chosen,
    clientsPath: settings.clientsPath,
    resultOf: (delivery) => hooks.resultOf(delivery),
    codes: [
      ...(stop.code === undefined ? [] : [stop.code]),
      ...(unusable ? [unusable.exitCode] : []),
      ...(readingError === undefined ? [] : [codeOf(readingError, stop)]),
    ],
    lateAfterMs: options.lateAfter,
    nowMs: Date.now(),
    // Little time is left after a run was told to stop.
    atMost: stop.stopping.aborted ? LISTED : listedAtMost(options),
  });
  const unwritten = options.report && (await writeReport(options.report, result.report, READER_PATIENCE_MS));
  console.waitAtMost(READER_PATIENCE_MS);
  const hasRead = readingError === undefined || stop.stopping.aborted;
  if (!hasRead && readingError instanceof RunError) console.note(errorLines(readingError, console.noteStyle));
  noteResult(result, unusable?.advised(plan.commands?.check ?? []), console);
  await printResult(result, options.format, console);
  await options.reported?.(result);
  const unkept = settings.journal?.close();
  if (unwritten) console.note(unwritten);
  if (unkept) console.note(unkept);
  if (!hasRead && !(readingError instanceof RunError)) throw readingError;
  return exitCodeOf([result.report.exitCode, ...(unwritten || unkept ? [EXIT.usage] : [])]);
}

/** The exit code for an error that ended the reading for lanes far behind. */
function codeOf(error: unknown, { stopping }: RunContext['stop']): ExitCode {
  if (stopping.aborted) return EXIT.behind;
  return error instanceof RunError ? error.exitCode : EXIT.bug;
}
