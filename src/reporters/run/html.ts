/** A run, dry run or replay as a page: each client with its state, what waits and why, and the events by day and team. */
import type { Problem } from '../../core/catalogue/team.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { Recipient } from '../../core/delivery/recipients.ts';
import { eventOf } from '../../core/events/team-event.ts';
import { counted } from '../../core/text/counted.ts';
import { markup, type Markup } from '../html/markup.ts';
import { page, section, table } from '../html/page.ts';
import { stateText } from '../html/state-text.ts';
import { entryOf, timeline, type Entry } from '../html/timeline.ts';
import { createStyle } from '../../adapters/process/terminal/style.ts';
import { problemLines } from '../history/problem-lines.ts';
import { LANE_WORDS, worstFirst } from '../lane-words.ts';
import { listedSteps } from './listed-steps.ts';
import { replayLines } from './replay-lines.ts';
import type { EventPrinter, RunReporter } from './run-reporter.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);

export const HTML_REPORTER: RunReporter = {
  events: createEvents,
  *result({ report, log, asked, recipients }) {
    const entries: Entry[] = [];
    for (const { events } of listedSteps(log, asked ?? (({ id }) => recipients.has(id)))) {
      for (const event of events) entries.push(entryOf(eventOf(event), told(recipients.get(event.id) ?? [])));
    }
    const { clients, exitCode, from, to, problems } = report;
    const behind = clients.filter(({ status }) => LANE_WORDS[status].mark === '✗').length;
    const delivered = clients.reduce((sum, one) => sum + one.delivered, 0);
    const text =
      behind > 0
        ? `${behind} of ${counted(clients.length, 'client')} could not be sent everything`
        : `${counted(delivered, 'event')} delivered to ${counted(clients.length, 'client')}`;
    yield page({
      subject: 'run',
      verdict: { tone: exitCode === 0 ? 'good' : 'bad', text: `${text}, exit code ${exitCode}` },
      about: rangeText(from, to),
      sections: [clientsSection(clients), problemsSection(problems), timeline(entries)],
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
      for (const event of events)
        entries.push(entryOf(eventOf(event), recipientsOf && told(recipientsOf(event))));
      return []; // all of it is printed at the end: the newest day stands first
    },
    end(problems, replayed) {
      const lines = replayed === undefined ? [] : replayLines(replayed, PLAIN).trimEnd().split('\n');
      return page({
        subject: replayed === undefined ? 'dry run' : 'replay',
        verdict: { tone: 'wait', text: `nothing was sent: ${counted(entries.length, 'event')} to look at` },
        about,
        sections: [
          lines.length === 0
            ? undefined
            : section(
                'Clients',
                lines.map((line) => markup`<p>${line}</p>`),
              ),
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
const told = (recipients: readonly Recipient[]): string =>
  recipients.length === 0
    ? '→ nobody'
    : recipients
        .map(({ client, status }) =>
          status === 'done' ? `→ ${client}` : `${LANE_WORDS[status].mark} ${client} ${status}`,
        )
        .join('  ');

const clientsSection = (clients: readonly LaneResult[]): Markup =>
  section(
    'Clients',
    table({
      caption: `${counted(clients.length, 'client')}; the worst first`,
      head: ['Client', 'State', 'Delivered', 'Waiting', 'Since', 'Why', 'Contact'],
      rows: worstFirst(clients, ({ status }) => status).map(
        ({ client, status, delivered, pending, since, problem, contact }) => [
          client,
          stateText(status),
          delivered,
          pending,
          since ?? '',
          [problem?.message, ...(problem?.details ?? [])].map((line) => line && markup`<div>${line}</div>`),
          contact ?? '',
        ],
      ),
      figures: [2, 3],
    }),
  );

function problemsSection(problems: readonly unknown[]): Markup | undefined {
  if (problems.length === 0) return undefined;
  return section(
    'Broken files',
    problemLines(problems as readonly Problem[]).map((line) => markup`<pre>${line}</pre>`),
  );
}
