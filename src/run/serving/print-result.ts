/** What a run prints at its end: its events, each with what became of it, and a line for each client. */
import type { Console } from '../../adapters/process/terminal/console.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { recipientsOf, type LaneShare } from '../../core/delivery/recipients.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { PRINTERS, printLog, printPieces } from '../../reporters/event-printer.ts';
import type { OutputFormat } from '../../reporters/output-format.ts';
import type { RunReport } from './run-report.ts';
import { clientLines } from './run-text.ts';

/** How many events the text tells of what one lane was not sent: that may be all of history, in every run. */
const TOLD_UNSENT = 200;

/**
 * The events, each with what became of it, and a line for each client; where stdout carries something else, that is on
 * stderr, and only for those who are behind. Of what a lane was not sent the text lists the first few hundred, and counts the others.
 */
export async function printResult(
  report: RunReport,
  log: readonly LogStep[],
  asked: Selects | undefined,
  shares: readonly LaneShare[],
  format: OutputFormat,
  atMost: number,
  console: Console,
): Promise<void> {
  const recipients = recipientsOf(shares);
  const isText = format === 'text';
  const listed = isText
    ? new Set(shares.flatMap(({ accepted, left }) => accepted.concat(left.slice(0, TOLD_UNSENT))))
    : recipients;
  const shows: Selects = asked ?? (({ id }) => listed.has(id));
  if (format === 'json') {
    await console.print(await printPieces('', jsonPieces(report, log, shows), console));
  } else {
    const many = isText ? atMost : Infinity;
    const shown = await printLog(PRINTERS[format](console.style), log, shows, recipients, console, many);
    if (shown > many) await console.print(`… and ${shown - many} more events\n`);
    if (isText) {
      for (const { client, left, status } of asked === undefined ? shares : []) {
        const more = left.length - TOLD_UNSENT;
        if (more > 0) await console.print(`… and ${more} more events for ${client} (${status})\n`);
      }
      const ends = clientLines(report.clients, console.style).map((line) => `${line}\n`);
      await console.print(`${shown > 0 ? '\n' : ''}${ends.join('')}`);
      return;
    }
  }
  const behind = report.clients.filter(({ status }) => status !== 'done');
  if (behind.length > 0) console.note(clientLines(behind, console.noteStyle));
}

/** The report, whose `events` are the events themselves: in pieces, as they may be more than one text can hold. */
function* jsonPieces(report: RunReport, log: readonly LogStep[], shows: Selects): Generator<string> {
  yield `${JSON.stringify({ ...report, events: undefined }).slice(0, -1)},"events":[`;
  let before = '\n';
  for (const { events } of log) {
    for (const { text } of events.filter(shows)) {
      yield `${before}${text}`;
      before = ',\n';
    }
  }
  yield '\n]}\n';
}
