/** `team-events check`: for merge requests. Checks everything, shows how it was read, and what merging would send. */
import { openRepository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { printable } from '../../core/text/log-safe.ts';
import { RunError, type ExitCode } from '../../errors.ts';
import type { CommentOptions } from '../../run/comment/with-forge.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { commentOnFailure, commentOnMerge } from './comment.ts';
import { examine, type ExamineOptions } from './examine.ts';
import { CHECK_REPORTERS, type CheckFormat } from './formats/formats.ts';
import { uncommittedFiles } from './read-catalogue.ts';

/** As the command line declares them. */
export interface CheckOptions extends ExamineOptions, CommentOptions {
  readonly policy: string | undefined;
  readonly repo: string;
  readonly format: CheckFormat;
}

/**
 * Checks the files and reports all problems at once: without network, credentials or variables, but for `--comment`,
 * which does not change the exit code.
 */
export async function check(options: CheckOptions, context: RunContext): Promise<ExitCode> {
  const { console, stop } = context;
  const repository = await openRepository(options.repo, callerOf(context));
  const { report, catalogue } = await examine(repository, options, stop.stopping).catch(
    async (error: unknown) => {
      if (error instanceof RunError) await commentOnFailure(repository, error, options, context);
      throw error;
    },
  );
  if (catalogue !== undefined && options.to === undefined) {
    noteUncommitted(await uncommittedFiles(repository, catalogue.matches), console);
  }
  const show = await CHECK_REPORTERS[options.format]();
  const text = show(report, console.style);
  await (options.format === 'github' ? console.command(text) : console.print(text));
  await commentOnMerge(repository, report, options, context);
  return report.exitCode;
}

/** Warns people who check their own clone and may expect uncommitted changes to be included. */
function noteUncommitted(paths: readonly string[], console: RunContext['console']): void {
  if (paths.length === 0) return;
  const named = paths.slice(0, 5).map(printable).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  console.note(`not committed, and so not checked: ${named}${more}`);
}
