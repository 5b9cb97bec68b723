/** Attempts, as a journal holds them. */
import type { JournalLine } from '../../core/delivery/journal-line.ts';
import { counted } from '../../core/text/counted.ts';
import { findable } from './finder.ts';
import { markup, type Markup } from './markup.ts';
import { folded, section, table, type Verdict } from './page.ts';

/** Rows of one table: browsers lay out only those that are opened or in sight. */
const ROWS = 500;

export function journalVerdict(lines: readonly JournalLine[]): Verdict {
  const last = new Map(
    lines.flatMap(({ client, event, batch = [event], verdict }) =>
      batch.map((id) => [`${client}\n${id}`, verdict] as const),
    ),
  );
  const failed = [...last.values()].filter((verdict) => verdict !== 'accepted').length;
  return failed === 0
    ? { tone: 'good', text: `${counted(last.size, 'delivery', 'deliveries')}, all accepted` }
    : { tone: 'bad', text: `${failed} of ${counted(last.size, 'delivery', 'deliveries')} not accepted` };
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

const tableOf = (lines: readonly JournalLine[], caption: string): Markup =>
  table({
    caption: `Attempts ${caption}`,
    head: ['Time', 'Client', 'Event', 'Place', 'Answer', 'ms'],
    rows: lines.map(({ time, client, event, batch = [], place, verdict, status, milliseconds, answer }) => [
      time.slice(0, 23),
      client,
      batch.length > 1 ? `${event} and ${batch.length - 1} before it` : event,
      place,
      markup`<span class="${verdict === 'accepted' ? 'good' : 'bad'}">${verdict === 'accepted' ? '✓' : '✗'} ${status ?? verdict}</span> ${answer}`,
      milliseconds,
    ]),
    figures: [5],
  });
