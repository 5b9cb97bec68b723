/** How a dry run prints: each format in pieces, as steps come. */
import type { LoggedEvent } from '../events/team-event.ts';
import { stepText } from '../report/events-text.ts';
import type { Style } from '../report/style.ts';
import type { Console } from '../report/console.ts';
import type { LogStep } from '../events/log-step.ts';
import type { OutputFormat } from './notify.ts';
import type { Range } from './range.ts';

/** By the id of each event that anybody gets, who. */
export type Receivers = ReadonlyMap<string, readonly string[]>;

/** Who is sent an event. */
export type ReceiversOf = (event: LoggedEvent) => readonly string[];

export interface Printer {
  begin(range: Pick<Range, 'from' | 'to'>): string;
  /** In as many pieces as it takes: a step may have tens of thousands of events. */
  step(events: readonly LoggedEvent[], before: number, receiversOf?: ReceiversOf): Iterable<string>;
  end(problems: readonly unknown[]): string;
}

export const PRINTERS: Readonly<Record<OutputFormat, (style: Style) => Printer>> = {
  text: (style) => ({
    begin: () => '',
    step: (events, before, receivers) => [`${before > 0 ? '\n' : ''}${stepText(events, style, receivers)}`],
    end: () => '',
  }),
  ndjson: () => ({
    begin: () => '',
    *step(events) {
      for (const { text } of events) yield `${text}\n`;
    },
    end: () => '',
  }),
  json: () => {
    const clients: [string, readonly string[]][] = [];
    return {
      begin: ({ from, to }) => `{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"events":[`,
      *step(events, before, receivers) {
        for (const [index, event] of events.entries()) {
          if (receivers) clients.push([event.id, receivers(event)]);
          yield `${before + index > 0 ? ',' : ''}\n${event.text}`;
        }
      },
      end: (problems) => {
        const who = clients.length > 0 ? `,"receivers":${JSON.stringify(Object.fromEntries(clients))}` : '';
        return `\n],"problems":${JSON.stringify(problems)}${who}}\n`;
      },
    };
  },
};

/** Characters that are written at once. */
const PIECE = 64 * 1024;

/** Gathers small pieces and prints them in larger ones, at the reader's pace: `rest` is what is not printed yet. */
export async function printPieces(
  rest: string,
  pieces: Iterable<string>,
  console: Pick<Console, 'print'>,
): Promise<string> {
  let text = rest;
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    await console.print(text);
    text = '';
  }
  return text;
}

/** Of the log what anybody gets; how many events that is. */
export async function printReceived(
  printer: Printer,
  log: readonly LogStep[],
  receivers: Receivers,
  console: Pick<Console, 'print'>,
): Promise<number> {
  let before = 0;
  let text = '';
  for (const step of log) {
    const due = step.events.filter(({ id }) => receivers.has(id));
    const pieces = due.length > 0 ? printer.step(due, before, ({ id }) => receivers.get(id) ?? []) : [];
    text = await printPieces(text, pieces, console);
    before += due.length;
  }
  await console.print(text);
  return before;
}
