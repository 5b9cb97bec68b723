/** `team-events report`: what runs, `status` and dry runs have left, as one page. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { journalSection, journalVerdict } from '../../reporters/html/journal-section.ts';
import { page, type Verdict } from '../../reporters/html/page.ts';
import { statusAbout, statusSections, statusVerdict } from '../../reporters/html/status-section.ts';
import { timeline } from '../../reporters/html/timeline.ts';
import { readEvents, readJournal, readStatusFile } from './read-kept.ts';

export interface ReportOptions {
  readonly journal: string | undefined;
  readonly status: string | undefined;
  readonly events: string | undefined;
}

/** The verdict is the status's where there is one, else the journal's. @throws {UsageError} where a file holds something else */
export async function report(
  options: ReportOptions,
  { console }: Pick<RunContext, 'console'>,
): Promise<ExitCode> {
  const { journal, status, events } = options;
  if (journal === undefined && status === undefined && events === undefined) {
    throw new UsageError(
      'there is nothing to make a page of',
      'Give --journal FILE, --status FILE or --events FILE.',
    );
  }
  const kept = status === undefined ? undefined : readStatusFile(status);
  const attempts = journal === undefined ? undefined : await readJournal(journal);
  const entries = events === undefined ? undefined : await readEvents(events);
  const verdict: Verdict =
    kept !== undefined
      ? statusVerdict(kept)
      : attempts !== undefined
        ? journalVerdict(attempts)
        : { tone: 'good', text: `${entries?.length ?? 0} events` };
  await console.print(
    page({
      subject: 'report',
      verdict,
      about: kept && statusAbout(kept),
      sections: [
        kept && statusSections(kept),
        entries && timeline(entries),
        attempts && journalSection(attempts),
      ],
    }),
  );
  return EXIT.done;
}
