/** Attempts, as a journal holds them. */
import type { JournalLine } from '../../core/delivery/journal-line.ts';
import { counted } from '../../core/text/counted.ts';
import { findable } from './finder.ts';
import { markup, type Markup } from './markup.ts';
import { folded, section, table, type Verdict } from './page.ts';

/** Rows of one table: browsers lay out only those that are opened or in sight. */
const ROWS = 500;

export function journalVerdict(lines: readonly JournalLine[]): Verdict {
  // Events that their line does not list are counted with the last one of their batch.
  const last = new Map(
    lines.flatMap(({ client, event, batch = [event], events = batch.length, verdict }) =>
      batch.map((id) => {
        const count = id === event ? events - batch.length + 1 : 1;
        return [`${client}\n${id}`, { verdict, count }] as const;
      }),
    ),
  );
  const sum = (counts: readonly { readonly count: number }[]): number =>
    counts.reduce((total, { count }) => total + count, 0);
  const all = [...last.values()];
  const failed = sum(all.filter(({ verdict }) => verdict !== 'accepted'));
  const deliveries = counted(sum(all), 'delivery', 'deliveries');
  return failed === 0
    ? { tone: 'good', text: `${deliveries}, all accepted` }
    : { tone: 'bad', text: `${failed} of ${deliveries} not accepted` };
}

export function journalSection(lines: readonly JournalLine[]): Markup {
  const newest = lines.toReversed();
  const parts: Markup[] = [];
  for (let at = 0; at < newest.length; at += ROWS) {
    const own = newest.slice(at, at + ROWS);
    const caption = `${at + 1} to ${at + own.length}: ${own.at(-1)?.time.slice(0, 19)} to ${own[0]?.time.slice(0, 19)}`;
    parts.push(folded(caption, tableOf(own, caption), at === 0 && own.length <= 100));
  }
  const content = lines.length === 0 ? markup`<p>There is none.</p>` : findable(['any'], [], parts);
  return section(`Attempts: ${lines.length}, the newest first`, content);
}

const eventsText = ({
  event,
  batch = [],
  events = batch.length,
}: Pick<JournalLine, 'event' | 'batch' | 'events'>): string =>
  events > 1 ? `${event} and ${events - 1} before it` : event;

const tableOf = (lines: readonly JournalLine[], caption: string): Markup =>
  table({
    caption: `Attempts ${caption}`,
    head: ['Time', 'Client', 'Event', 'Place', 'Answer', 'ms'],
    rows: lines.map(({ time, client, place, verdict, status, milliseconds, answer, ...of }) => [
      time.slice(0, 23),
      client,
      eventsText(of),
      place,
      markup`<span class="${verdict === 'accepted' ? 'good' : 'bad'}">${verdict === 'accepted' ? '✓' : '✗'} ${status ?? verdict}</span> ${answer}`,
      milliseconds,
    ]),
    figures: [5],
  });
