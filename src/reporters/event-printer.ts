/** How runs, dry runs and replays print events: each format in pieces, as steps come. A new one is an entry here, and its name in output-format.ts. */
import type { Console } from '../adapters/process/terminal/console.ts';
import type { Style } from '../adapters/process/terminal/style.ts';
import type { Selects } from '../core/clients/lane-selection.ts';
import type { Recipient, Recipients } from '../core/delivery/recipients.ts';
import type { LogStep } from '../core/events/log-step.ts';
import type { LoggedEvent } from '../core/events/team-event.ts';
import { stepText } from './events-text.ts';
import type { OutputFormat } from './output-format.ts';

/** Who gets an event. */
export type RecipientsOf = (event: LoggedEvent) => readonly Recipient[];

export interface Printer {
  begin(range: { readonly from: string | null; readonly to: string }): string;
  /** In as many pieces as it takes: a step may have tens of thousands of events. */
  step(events: readonly LoggedEvent[], before: number, recipientsOf?: RecipientsOf): Iterable<string>;
  end(problems: readonly unknown[]): string;
}

export const PRINTERS: Readonly<Record<OutputFormat, (style: Style) => Printer>> = {
  text: (style) => ({
    begin: () => '',
    *step(events, before, recipientsOf) {
      if (before > 0) yield '\n';
      yield* stepText(events, style, recipientsOf);
    },
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
      *step(events, before, recipientsOf) {
        for (const [index, event] of events.entries()) {
          if (recipientsOf) clients.push([event.id, servedBy(recipientsOf(event))]);
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

const servedBy = (recipients: readonly Recipient[]): readonly string[] =>
  recipients.filter(({ status }) => status === 'done').map(({ client }) => client);

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

/** Of the log the events that `shows` wants, the first `atMost` of them; gives how many it wants. */
export async function printLog(
  printer: Printer,
  log: readonly LogStep[],
  shows: Selects,
  recipients: Recipients,
  console: Pick<Console, 'print'>,
  atMost = Infinity,
): Promise<number> {
  let before = 0;
  let text = '';
  for (const step of log) {
    const shown = step.events.filter(shows);
    const told = shown.slice(0, Math.max(0, atMost - before));
    const pieces = told.length > 0 ? printer.step(told, before, ({ id }) => recipients.get(id) ?? []) : [];
    text = await printPieces(text, pieces, console);
    before += shown.length;
  }
  await console.print(text);
  return before;
}
