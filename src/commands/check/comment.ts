/** Writes a check's report as the note of its merge request. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { printable } from '../../core/text/log-safe.ts';
import type { RunError } from '../../errors.ts';
import { code, codeBlock, link, markdown } from '../../reporters/formats/markdown.ts';
import { keepNote } from '../../run/comment/keep-note.ts';
import { withForge, type CommentOptions } from '../../run/comment/with-forge.ts';
import type { CheckReport } from './check-report.ts';
import { markdownReport } from './formats/markdown.ts';

/** The note says what the report says, as Markdown. */
export const commentOnMerge = (
  repository: Repository,
  report: CheckReport,
  options: CommentOptions,
  context: RunContext,
): Promise<void> => writeNote(repository, report.revision, markdownReport(report), options, context);

/** The note says why there is no report; else it would go on saying what an earlier pipeline has found. */
export const commentOnFailure = (
  repository: Repository,
  { lines }: RunError,
  options: CommentOptions,
  context: RunContext,
): Promise<void> =>
  writeNote(
    repository,
    undefined,
    markdown(['### team-events: ✗ it could not be checked', codeBlock(lines.map(printable))]),
    options,
    context,
  );

/** Stands for a commit that could not be found; no commit leads to it. */
const UNKNOWN = '0'.repeat(40);

async function writeNote(
  repository: Repository,
  commit: string | undefined,
  report: string,
  options: CommentOptions,
  context: RunContext,
): Promise<void> {
  await withForge(repository, options, context, async (forge, settings) => {
    const { pipeline, link: address } = forge;
    const marker = { kind: 'check', commit: commit ?? UNKNOWN, ...(pipeline && { pipeline }) } as const;
    const checked = commit === undefined ? 'in this job' : code(commit.slice(0, 12));
    const text = context.redactor.redact(`${report}\nChecked ${link(checked, address)}.\n`);
    const done = await keepNote(forge, forge.request(), () => ({ marker, text }), settings);
    if (done === 'newer')
      context.console.note('the note in the merge request is of a newer pipeline, and was left as it is');
  });
}
