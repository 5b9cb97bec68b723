/** `--print-events`: the events of the range, and with a clients file who would get each. Sends nothing. */
import { requiredVariables } from '../clients/bind-client.ts';
import { adviceOn } from '../clients/client-advice.ts';
import type { Client, ClientsFile } from '../clients/clients-file.ts';
import { selectForLane, type Selects } from '../clients/lane-selection.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { readClientsFile } from '../files/clients-on-disk.ts';
import type { Repository } from '../git/repository.ts';
import type { Console } from '../report/console.ts';
import { exitCodeOfRun } from '../report/run-report.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import { printPieces, PRINTERS, type ReceiversOf } from './event-printer.ts';
import type { EventStream } from './event-stream.ts';
import { noteHints, noteProblems, noteWarnings } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import type { Range } from './range.ts';

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
    if (chosen.length > 0) text = await printPieces(text, printer.step(chosen, events, gets), console);
    events += chosen.length;
    if (console.closed) break;
  }
  const problems = await stream.problems();
  await console.print(text + printer.end(problems));
  if (options.format === 'text' && events === 0) console.note('no event in this range');
  noteWarnings(stream, console);
  noteHints(stream, console);
  noteProblems(problems, console);
  if (receivers) noteClients(receivers, receivers.path, console);
  return exitCodeOfRun([], problems, receivers?.misconfigured.length ? [EXIT.usage] : []);
}

/** Who is left out, and what the others will need in a run. */
export function noteClients({ clients, misconfigured }: ClientsFile, path: string, console: Console): void {
  for (const { name, line, problems } of misconfigured) {
    for (const problem of problems)
      console.note(`${path}:${problem.line}:${problem.column}: client ${name}: ${problem.message}`);
    if (problems.length === 0) console.note(`${path}:${line}: client ${name} is misconfigured`);
  }
  for (const client of clients) {
    for (const { line, message } of adviceOn(client))
      console.note(`${path}:${line}: client ${client.name}: ${message}`);
  }
  const needed = clients.flatMap(requiredVariables);
  if (needed.length > 0) console.note(`variables that a run will need: ${needed.join(', ')}`);
}

/** The clients to ask about, where the user named a file or clients. */
function chooseReceivers(repository: Repository, options: NotifyOptions) {
  if (options.clients === undefined && options.client.length === 0) return undefined;
  const path = clientsPath(repository, options.clients);
  return { path, ...chooseClients(readClientsFile(path), options.client, path) };
}

/** Who is sent an event of this step. */
export function receiversOf(
  clients: readonly Client[],
  step: readonly LoggedEvent[],
  selects: Selects,
): ReceiversOf {
  const names = new Map<string, string[]>();
  for (const client of clients) {
    selectForLane(client, step, selects).forEach((disposition, index) => {
      const id = step[index]?.id;
      if (disposition === 'send' && id !== undefined) names.set(id, [...(names.get(id) ?? []), client.name]);
    });
  }
  return (event) => names.get(event.id) ?? [];
}
