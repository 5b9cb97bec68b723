/** A run, dry run or replay as a page: each client with its state, what waits and why, and the events by day and team. */
import type { Problem } from '../../../core/catalogue/team.ts';
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { Recipient } from '../../../core/delivery/recipients.ts';
import { eventOf, type LoggedEvent } from '../../../core/events/team-event.ts';
import { counted } from '../../../core/text/counted.ts';
import { markup, type Markup } from '../../html/markup.ts';
import { page, section, table } from '../../html/page.ts';
import { stateText } from '../../html/state-text.ts';
import { entryOf, timeline, type Entry } from '../../html/timeline.ts';
import { EXIT } from '../../../errors.ts';
import { requestLines } from '../../history/events-text.ts';
import { noRecipientTexts } from '../../history/no-recipient.ts';
import { problemLines } from '../../history/problem-lines.ts';
import { LANE_WORDS, worstFirst } from '../../lane-words.ts';
import { listedSteps } from '../listed-steps.ts';
import { helperText, whyText } from '../verdict/client-lines.ts';
import { exitLine } from '../verdict/exit-line.ts';
import type { EventPrinter, RunReporter } from '../run-reporter.ts';

export const HTML_REPORTER: RunReporter = {
  events: createEvents,
  *result(outcome) {
    const { report, log, asked, recipients } = outcome;
    const entries: Entry[] = [];
    for (const { events } of listedSteps(log, asked ?? ((event) => recipients.has(event)))) {
      const told = toldTexts(events, (event) => recipients.get(event) ?? []);
      for (const event of events) entries.push(entryOf(eventOf(event), told(event)));
    }
    const { clients, exitCode, from, to, problems } = report;
    yield page({
      subject: 'run',
      verdict: { tone: exitCode === 0 ? 'good' : 'bad', text: exitLine(outcome) },
      about: rangeText(from, to),
      sections: [clientsSection(clients, 'Delivered'), problemsSection(problems), timeline(entries)],
    });
  },
};

function createEvents(): EventPrinter {
  const entries: Entry[] = [];
  let about: Markup | undefined;
  return {
    begin({ from, to }) {
      about = rangeText(from, to);
      return '';
    },
    step(events, _, recipientsOf) {
      const told = recipientsOf && toldTexts(events, recipientsOf);
      for (const event of events) {
        const requests = recipientsOf?.(event).flatMap(requestLines);
        entries.push(entryOf(eventOf(event), told?.(event), requests));
      }
      return []; // all of it is printed at the end: the newest day stands first
    },
    end(problems, outcome) {
      const text =
        outcome === undefined
          ? `nothing was sent: ${counted(entries.length, 'event')} to look at`
          : exitLine(outcome);
      return page({
        subject: outcome?.kind ?? 'dry run',
        verdict: { tone: outcome && outcome.report.exitCode !== EXIT.done ? 'bad' : 'wait', text },
        about,
        sections: [
          outcome && clientsSection(outcome.report.clients, 'Would get'),
          problemsSection(problems),
          timeline(entries),
        ],
      });
    },
  };
}

const rangeText = (from: string | null, to: string): Markup =>
  markup`from ${from === null ? 'before the first commit' : markup`<code>${from.slice(0, 12)}</code>`} to <code>${to.slice(0, 12)}</code>`;

/** Who got it, and in which state those are that did not. */
function toldTexts(
  step: readonly LoggedEvent[],
  recipientsOf: (event: LoggedEvent) => readonly Recipient[],
): (event: LoggedEvent) => string {
  const noRecipient = noRecipientTexts(step, (event) => recipientsOf(event).length > 0);
  return (event) =>
    recipientsOf(event)
      .map(({ client, status }) =>
        status === 'done' ? `→ ${client}` : `${LANE_WORDS[status].mark} ${client} ${status}`,
      )
      .join('  ') || noRecipient(event);
}

const clientsSection = (clients: readonly LaneResult[], delivered: string): Markup =>
  section(
    'Clients',
    table({
      caption: `${counted(clients.length, 'client')}; the worst first`,
      head: ['Client', 'State', delivered, 'Waiting', 'Since', 'Why', 'Who can help'],
      rows: worstFirst(clients, ({ status }) => status).map((result) => [
        result.client,
        stateText(result.status),
        result.delivered,
        result.pending,
        result.since ?? '',
        [whyText(result), ...(result.problem?.details ?? []), ...(result.help ?? [])].map(
          (line) =>
            line &&
            (line.startsWith('  ') ? markup`<div><code>${line}</code></div>` : markup`<div>${line}</div>`),
        ),
        helperText(result) ?? '',
      ]),
      figures: [2, 3],
      stacks: true,
    }),
  );

function problemsSection(problems: readonly Problem[]): Markup | undefined {
  if (problems.length === 0) return undefined;
  return section(
    'Broken files',
    problemLines(problems).map((line) => markup`<pre>${line}</pre>`),
  );
}
