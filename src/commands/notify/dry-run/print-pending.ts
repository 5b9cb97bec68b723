/** `--print-events` with cursors: what is pending, and for which clients. Contacts no receiver, writes nothing. */
import { openCursorStore } from '../../../adapters/cursor-stores/open-cursor-store.ts';
import { unsendableTo } from '../../../adapters/destinations/open-destinations.ts';
import { chooseClients, clientsPath } from '../../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../../adapters/files/clients-on-disk.ts';
import { readPolicy } from '../../../adapters/files/policy-file.ts';
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { resolveCommit } from '../../../adapters/git/history/resolve-commit.ts';
import type { RunContext } from '../../../adapters/process/run-context.ts';
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import { forecastLane, recipientsOf } from '../../../core/delivery/recipients.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { EXIT, type ExitCode } from '../../../errors.ts';
import { noteClients } from '../../../reporters/run/client-notes.ts';
import { placeAnew, type StorePlace } from '../../../reporters/commands/cursor-command.ts';
import { RUN_REPORTERS } from '../../../reporters/run/formats.ts';
import { printLog } from '../../../reporters/run/print-pieces.ts';
import { guardLines } from '../../../reporters/run/guard-text.ts';
import { allowedReachableOf } from '../../../run/event-log/allowed-removals.ts';
import { noteHints, noteProblems, noteUnsendable, noteWarnings } from '../../../run/event-log/log-notes.ts';
import { noteLeft, noteLeftBehind } from '../../../run/lanes/beginning-notes.ts';
import { departedBehind, departedClients } from '../../../run/lanes/departed-clients.ts';
import { readStore } from '../../../run/lanes/open-cursors.ts';
import { entriesOf, readPending, requirePublished, type PendingLane } from '../../../run/lanes/pending.ts';
import type { NotifyOptions } from '../../../run/run-options.ts';
import { exitCodeOfRun } from '../../../core/delivery/run-report.ts';
import { squashCommand } from '../squash-command.ts';

const ALL = (): boolean => true;

export async function printPending(
  clone: Repository,
  asked: { readonly store: string; readonly to: string },
  override: Configuration | undefined,
  options: NotifyOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { console, environment, stop } = context;
  const path = clientsPath(clone, options.clients);
  const whole = readClientsFile(path);
  const file = chooseClients(whole, options.client, path);
  const { guard: limits, timeoutMs } = readPolicy(options.policy, options);
  const { remote, branch, format } = options;
  const settings = {
    repository: clone,
    remote,
    branch,
    environment,
    now: Date.now,
    readOnly: true,
    oneTrip: true,
  };
  const { store, repository } = await openCursorStore(asked.store, settings);
  try {
    const stored = await readStore(store, context);
    const to = await resolveCommit(repository, asked.to);
    await requirePublished(repository, to, stored.branch);
    const pending = await readPending(
      repository,
      entriesOf(file),
      stored,
      to,
      options,
      override,
      stop.stopping,
    );
    const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
    const forecasts = pending.lanes.flatMap(({ client, plan, beginning }) => {
      if (client === undefined || plan === undefined) return [];
      const held = beginning.kind === 'claimed' ? 'claimed' : client.paused ? 'paused' : undefined;
      return [forecastLane(plan, client, ALL, { limits, allowedReachable, unsendable: unsendableTo }, held)];
    });
    const recipients = recipientsOf(forecasts);
    const printer = (await RUN_REPORTERS[format]()).events(console.style);
    await console.print(printer.begin({ from: pending.log[0]?.from ?? null, to }));
    const shows = ({ id }: LoggedEvent): boolean => recipients.has(id);
    const events = await printLog(printer, pending.log, shows, recipients, console);
    await console.print(printer.end(pending.problems));
    if (format === 'text' && events === 0) console.note('nothing is pending');
    for (const { client, plan, guard } of forecasts) {
      const squash = squashCommand({ '--cursor': asked.store }, to, client, options);
      if (guard !== undefined) console.note(guardLines(client, guard, plan.log, squash));
    }
    const at = { ...options, cursor: asked.store };
    for (const lane of pending.lanes) noteLane(lane, at, (text) => console.note(`${lane.name}: ${text}`));
    const left = departedClients(whole, stored);
    noteLeft(pending.lanes, left, console);
    noteLeftBehind(await departedBehind(repository, left, stored, to), console);
    noteWarnings(pending, console);
    noteHints(pending, console);
    noteProblems(pending.problems, console);
    noteClients(file, path, timeoutMs, console);
    const empty = stored.empty && !options.init;
    if (empty)
      console.note(
        `${asked.store} holds no cursor yet: the first run needs --init (or TEAM_EVENTS_INIT=true)`,
      );
    return exitCodeOfRun([], pending.problems, [
      ...(file.misconfigured.length > 0 ? [EXIT.usage] : []),
      ...(empty ? [EXIT.cursor] : []),
      ...pending.lanes.map(exitCodeOfLane),
      ...forecasts.flatMap(({ guard }) => (guard === undefined ? [] : [EXIT.guard])),
      ...noteUnsendable(forecasts, console),
    ]);
  } finally {
    await store.close();
  }
}

/** The exit code of a run for this lane if every receiver accepts; pending events are no failure here. */
function exitCodeOfLane({ beginning, problem }: PendingLane): ExitCode {
  if (beginning.kind === 'unusable') return EXIT.cursor;
  if (beginning.kind === 'claimed') return EXIT.conflict;
  return problem === undefined ? EXIT.done : EXIT.history;
}

/** Reports what a run would do with this lane other than simply sending. */
function noteLane(
  { name, client, beginning, problem }: PendingLane,
  at: StorePlace,
  note: (text: string) => void,
): void {
  if (beginning.kind === 'unusable') note(`${beginning.message}. ${placeAnew(name, at)}`);
  if (beginning.kind === 'new') note(`would begin (start: ${beginning.start})`);
  if (beginning.kind === 'renamed') note('would take over the cursor of its former name');
  if (beginning.kind === 'claimed') note(`is served by ${beginning.run}, until ${beginning.until}`);
  if (problem !== undefined) note(problem.message);
  if (client?.paused) note('is paused');
}
