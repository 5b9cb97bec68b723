/** A check's report as a page: the verdict, every finding in its place, and the events that merging sends. */
import { createStyle } from '../../../adapters/process/terminal/style.ts';
import { eventOf, type LoggedEvent } from '../../../core/events/team-event.ts';
import { requestLines } from '../../../reporters/history/events-text.ts';
import { noRecipientTexts } from '../../../reporters/history/no-recipient.ts';
import { findable } from '../../../reporters/html/finder.ts';
import { markup, type Markup } from '../../../reporters/html/markup.ts';
import { folded, MARKS, page, section, table } from '../../../reporters/html/page.ts';
import { entryOf, timeline } from '../../../reporters/html/timeline.ts';
import type { CheckReport, MergePreview } from '../check-report.ts';
import { standingOf, type Finding, type Standing } from '../rules/finding.ts';
import { beginningText, byCommitText, understoodText, verdict } from './text.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);

export function checkPage({ revision, findings, understood, merge, exitCode, clients }: CheckReport): string {
  return page({
    subject: 'check',
    verdict: { tone: exitCode === 0 ? 'good' : 'bad', text: verdict(findings, PLAIN).replace(/^[✓✗] /, '') },
    about: markup`<code>${revision.slice(0, 12)}</code>, exit code ${exitCode}`,
    sections: [
      findings.length === 0 ? undefined : findingsSection(findings),
      merge === undefined ? undefined : mergeSections(merge, clients !== undefined),
      understood === undefined
        ? section('Catalogue', markup`<p>It was not read: the configuration cannot be used.</p>`)
        : section(
            'Catalogue',
            folded(
              'How it was read',
              markup`<pre>${lines(understoodText(revision, understood, PLAIN))}</pre>`,
            ),
          ),
    ],
  });
}

/** Line breaks of the program's own, each line from outside made safe for itself. */
const lines = (text: string): readonly Markup[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => markup`${line}<br>`);

const TONES = { error: 'bad', warning: 'wait', before: 'wait' } as const satisfies Record<Standing, string>;
const STANDINGS = Object.keys(TONES);

function findingsSection(findings: readonly Finding[]): Markup {
  const order = (finding: Finding): number => STANDINGS.indexOf(standingOf(finding));
  const rows = findings
    .toSorted((a, b) => order(a) - order(b))
    .map((finding) => {
      const { path, line, column, message, check } = finding;
      const place = [path, line, column].filter((part) => part !== undefined).join(':');
      const standing = standingOf(finding);
      const tone = TONES[standing];
      const shown = standing === 'before' ? 'there before' : standing;
      const state = markup`<span class="${tone}">${MARKS[tone]} ${shown}</span>`;
      return [place, state, message, check];
    });
  const caption = 'Findings, errors first; what was there before the merge request last';
  return section(
    'Findings',
    findable(['any'], [], table({ caption, head: ['Place', 'Severity', 'What', 'Check'], rows })),
  );
}

function mergeSections(merge: MergePreview, withClients: boolean): readonly Markup[] {
  const { into, step, byCommit, receivers, beginnings, requestsOf } = merge;
  const events = step?.events ?? [];
  const notes = [
    ...(byCommit === undefined ? [] : [byCommitText(byCommit).trimEnd()]),
    ...beginnings.map(beginningText),
  ];
  const noRecipient = noRecipientTexts(events, ({ id }) => receivers.has(id));
  const told = (event: LoggedEvent): string => {
    const names = receivers.get(event.id);
    return names ? `→ ${names.join(', ')}` : noRecipient(event);
  };
  const made = (event: LoggedEvent): readonly string[] =>
    (receivers.get(event.id) ?? []).flatMap((client) =>
      requestLines({ client, requests: requestsOf(client, event) }),
    );
  return [
    section(
      `Merging into ${into}`,
      markup`<p>${events.length === 0 ? 'It would send no event.' : `It would send these events, as one step: ${events.length}.`}</p>`,
      notes.map((note) => markup`<p>${note}</p>`),
    ),
    ...(events.length === 0
      ? []
      : [
          timeline(
            events.map((event) =>
              withClients ? entryOf(eventOf(event), told(event), made(event)) : entryOf(eventOf(event)),
            ),
          ),
        ]),
  ];
}
