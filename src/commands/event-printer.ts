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
  step(events: readonly LoggedEvent[], before: number, receiversOf?: ReceiversOf): string;
  end(problems: readonly unknown[]): string;
}

export const PRINTERS: Readonly<Record<OutputFormat, (style: Style) => Printer>> = {
  text: (style) => ({
    begin: () => '',
    step: (events, before, receivers) => `${before > 0 ? '\n' : ''}${stepText(events, style, receivers)}`,
    end: () => '',
  }),
  ndjson: () => ({
    begin: () => '',
    step: (events) => events.map(({ text }) => `${text}\n`).join(''),
    end: () => '',
  }),
  json: () => {
    const clients: [string, readonly string[]][] = [];
    return {
      begin: ({ from, to }) => `{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"events":[`,
      step: (events, before, receivers) => {
        if (receivers) for (const event of events) clients.push([event.id, receivers(event)]);
        return events.map(({ text }, index) => `${before + index > 0 ? ',' : ''}\n${text}`).join('');
      },
      end: (problems) => {
        const who = clients.length > 0 ? `,"receivers":${JSON.stringify(Object.fromEntries(clients))}` : '';
        return `\n],"problems":${JSON.stringify(problems)}${who}}\n`;
      },
    };
  },
};

/** Of the log what anybody gets; how many events that is. */
export async function printReceived(
  printer: Printer,
  log: readonly LogStep[],
  receivers: Receivers,
  console: Pick<Console, 'print'>,
): Promise<number> {
  let before = 0;
  for (const step of log) {
    const due = step.events.filter(({ id }) => receivers.has(id));
    if (due.length > 0) await console.print(printer.step(due, before, ({ id }) => receivers.get(id) ?? []));
    before += due.length;
  }
  return before;
}
