/** `--print-events`: the events of the range and, if there is a clients file, who would get each. Sends nothing. */
import { unsendableTo } from '../../../adapters/destinations/unsendable-to.ts';
import { chooseClients, clientsPath, hasClientsFile } from '../../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../../adapters/files/clients-on-disk.ts';
import { readPolicy } from '../../../adapters/files/policy-file.ts';
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../../adapters/process/run-context.ts';
import type { Console } from '../../../adapters/process/terminal/console.ts';
import type { ClientsFile } from '../../../core/clients/file/clients-file.ts';
import type { Selects } from '../../../core/clients/lane-selection.ts';
import { requestsOf } from '../../../core/clients/requests-of.ts';
import { forecastLane, recipientsOf } from '../../../core/delivery/recipients.ts';
import type { GuardLimits } from '../../../core/delivery/removal-guard.ts';
import { exitCodeOfRun } from '../../../core/delivery/run-report.ts';
import type { ExitCode } from '../../../errors.ts';
import { notifyCommands } from '../../../reporters/commands/notify-commands.ts';
import { noteClients } from '../../../reporters/run/client-notes.ts';
import { RUN_REPORTERS } from '../../../reporters/run/formats.ts';
import { listedAtMost } from '../../../reporters/run/listed-steps.ts';
import { printLog, printPieces } from '../../../reporters/run/print-pieces.ts';
import type { EventPrinter, RunOutcome } from '../../../reporters/run/run-reporter.ts';
import { allowedReachableOf } from '../../../run/event-log/allowed-removals.ts';
import { readLog, type EventStream, type OpenStream } from '../../../run/event-log/event-stream.ts';
import { noteHints, noteProblems, noteWarnings } from '../../../run/event-log/log-notes.ts';
import type { Range } from '../../../run/event-log/range.ts';
import { unservedResult } from '../../../run/lanes/unserved-result.ts';
import type { NotifyOptions } from '../../../run/run-options.ts';
import { forecastOutcome } from '../../../run/serving/forecast-outcome.ts';
import { noteVerdict } from '../../../run/serving/print-result.ts';

export async function printEvents(
  repository: Repository,
  findRange: () => Promise<Range>,
  open: OpenStream,
  selects: Selects,
  options: NotifyOptions,
  { console }: RunContext,
): Promise<ExitCode> {
  const file = dryRunClients(repository, options);
  const { guard, timeoutMs } = readPolicy(options.policy, options);
  const range = await findRange();
  const stream = open(range, file === undefined);
  const printer = (await RUN_REPORTERS[options.format]()).events(console.style, listedAtMost(options));
  await console.print(printer.begin(range));
  const printed = file
    ? await printForecast(repository, range, stream, file, guard, printer, selects, options, console)
    : await printStream(stream, printer, selects, console);
  const problems = await stream.problems();
  const { outcome } = printed;
  if (options.format === 'text' && printed.events === 0) console.note('no event in this range');
  noteWarnings(stream, console);
  noteHints(stream, console);
  if (file) noteClients(file, file.path, timeoutMs, console);
  if (outcome) noteVerdict(outcome, options.format, console);
  else noteProblems(problems, console);
  await console.print(printer.end(problems, outcome));
  return outcome?.report.exitCode ?? exitCodeOfRun([], problems);
}

interface Printed {
  readonly events: number;
  readonly outcome?: RunOutcome;
}

/** Prints each step as it is read; nothing is kept. */
async function printStream(
  stream: EventStream,
  printer: EventPrinter,
  selects: Selects,
  console: Console,
): Promise<Printed> {
  let text = '';
  let events = 0;
  for await (const step of stream.steps()) {
    const chosen = step.events.filter(selects);
    if (chosen.length > 0) text = await printPieces(text, printer.step(chosen, events), console);
    events += chosen.length;
    if (console.closed) break;
  }
  await console.print(text);
  return { events };
}

type NamedClients = ClientsFile & { readonly path: string };

/** Prints who gets each event. The whole log is read first, as in a run, because the removal guard needs it. */
async function printForecast(
  repository: Repository,
  range: Range,
  stream: EventStream,
  file: NamedClients,
  limits: GuardLimits,
  printer: EventPrinter,
  selects: Selects,
  options: NotifyOptions,
  console: Console,
): Promise<Printed> {
  const { from, to } = range;
  const log = await readLog(stream);
  const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
  const forecasts = file.clients.map((client) => {
    const plan = { client: client.name, contact: client.contact, log };
    const held = client.paused ? 'paused' : undefined;
    return forecastLane(plan, client, selects, { limits, allowedReachable, unsendable: unsendableTo }, held);
  });
  const recipients = recipientsOf(forecasts);
  const shows: Selects = (event) => selects(event) && (options.client.length === 0 || recipients.has(event));
  const events = await printLog(printer, log, shows, recipients, console, requestsOf(file.clients));
  const outcome = forecastOutcome({
    kind: 'dry run',
    from,
    to,
    log,
    shows,
    forecasts,
    unsent: file.misconfigured.map((client) => unservedResult(client, undefined, log, selects)),
    chosen: file,
    clientsPath: file.path,
    problems: await stream.problems(),
    commands: notifyCommands({ '--from': from ?? 'root' }, range, to, options),
    pausedIsFine: false,
    codes: [],
  });
  return { events, outcome };
}

/** The clients file as a run would use it; undefined if none is named and the work tree has none. */
function dryRunClients(repository: Repository, { clients, client }: NotifyOptions): NamedClients | undefined {
  if (clients === undefined && client.length === 0 && !hasClientsFile(repository)) return undefined;
  const path = clientsPath(repository, clients);
  return { path, ...chooseClients(readClientsFile(path), client, path) };
}
