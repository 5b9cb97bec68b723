/** Writes a check's report as the note of its merge request. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { code, link as linkTo } from '../../reporters/formats/markdown.ts';
import { keepNote } from '../../run/comment/keep-note.ts';
import { withForge, type CommentOptions } from '../../run/comment/with-forge.ts';
import type { CheckReport } from './check-report.ts';
import { markdownReport } from './formats/markdown.ts';

const shown = (commit: string, address: string | undefined): string => linkTo(code(commit), address);

export async function commentOnMerge(
  repository: Repository,
  report: CheckReport,
  options: CommentOptions,
  context: RunContext,
): Promise<void> {
  await withForge(repository, options, context, async (forge, settings) => {
    const { pipeline, link } = forge;
    const { revision: commit } = report;
    const marker = { kind: 'check', commit, ...(pipeline && { pipeline }) } as const;
    const text = `${context.redactor.redact(markdownReport(report))}\nChecked ${shown(commit.slice(0, 12), link)}.\n`;
    const done = await keepNote(forge, forge.request(), () => ({ marker, text }), settings);
    if (done === 'newer')
      context.console.note('the note in the merge request is of a newer pipeline, and was left as it is');
  });
}
