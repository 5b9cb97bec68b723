/** `--print-events`: the events of the range, and with a clients file who would get each. Sends nothing. */
import { requiredVariables } from '../clients/bind-client.ts';
import type { Client } from '../clients/clients-file.ts';
import { selectForLane, type Selects } from '../clients/lane-selection.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { readClientsFile } from '../files/clients-on-disk.ts';
import type { Repository } from '../git/repository.ts';
import { stepText } from '../report/events-text.ts';
import { exitCodeOfRun } from '../report/run-report.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import type { EventStream } from './event-stream.ts';
import { noteProblems, noteWarnings } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import type { Range } from './range.ts';

/** Characters that are written at once. */
const PIECE = 64 * 1024;

/** Streams: what is printed is not kept. */
export async function printEvents(
  repository: Repository,
  range: Range,
  stream: EventStream,
  selects: Selects,
  options: NotifyOptions,
  { console }: Surroundings,
): Promise<ExitCode> {
  const receivers = chooseReceivers(repository, options);
  const printer = PRINTERS[options.format](console.style);
  let text = printer.begin(range);
  let events = 0;
  for await (const step of stream.steps()) {
    const gets = receivers && receiversOf(receivers.clients, step.events, selects);
    const chosen = step.events.filter((event) => {
      if (!selects(event)) return false;
      return options.client.length === 0 || (gets?.(event).length ?? 0) > 0;
    });
    if (chosen.length > 0) text += printer.step(chosen, events, gets);
    events += chosen.length;
    if (console.closed) break;
    if (text.length < PIECE) continue;
    await console.print(text);
    text = '';
  }
  const problems = await stream.problems();
  await console.print(text + printer.end(problems));
  if (options.format === 'text' && events === 0) console.note('no event in this range');
  noteWarnings(stream, console);
  noteProblems(problems, console);
  for (const { name, line, problems: ofClient } of receivers?.misconfigured ?? []) {
    for (const problem of ofClient)
      console.note(
        `${receivers?.path}:${problem.line}:${problem.column}: client ${name}: ${problem.message}`,
      );
    if (ofClient.length === 0) console.note(`${receivers?.path}:${line}: client ${name} is misconfigured`);
  }
  const needed = (receivers?.clients ?? []).flatMap(requiredVariables);
  if (needed.length > 0) console.note(`variables that a run will need: ${needed.join(', ')}`);
  return exitCodeOfRun([], problems, receivers?.misconfigured.length ? [EXIT.usage] : []);
}

/** The clients to ask about, where the user named a file or clients. */
function chooseReceivers(repository: Repository, options: NotifyOptions) {
  if (options.clients === undefined && options.client.length === 0) return undefined;
  const path = clientsPath(repository, options.clients);
  return { path, ...chooseClients(readClientsFile(path), options.client, path) };
}

/** Who is sent an event of this step. */
function receiversOf(
  clients: readonly Client[],
  step: readonly LoggedEvent[],
  selects: Selects,
): (event: LoggedEvent) => readonly string[] {
  const names = new Map<string, string[]>();
  for (const client of clients) {
    selectForLane(client, step, selects).forEach((disposition, index) => {
      const id = step[index]?.id;
      if (disposition === 'send' && id !== undefined) names.set(id, [...(names.get(id) ?? []), client.name]);
    });
  }
  return (event) => names.get(event.id) ?? [];
}

interface Printer {
  begin(range: Range): string;
  step(
    events: readonly LoggedEvent[],
    before: number,
    receiversOf?: (event: LoggedEvent) => readonly string[],
  ): string;
  end(problems: readonly unknown[]): string;
}

const PRINTERS: Readonly<
  Record<NotifyOptions['format'], (style: Surroundings['console']['style']) => Printer>
> = {
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
