/** `--print-events` with cursors: what is pending, and for which clients. Contacts no receiver, writes nothing. */
import { openCursorStore } from '../../../adapters/cursor-stores/open-cursor-store.ts';
import { unsendableTo } from '../../../adapters/destinations/unsendable-to.ts';
import { chooseClients, clientsPath } from '../../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../../adapters/files/clients-on-disk.ts';
import { readPolicy } from '../../../adapters/files/policy-file.ts';
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { resolveCommit } from '../../../adapters/git/history/resolve-commit.ts';
import type { RunContext } from '../../../adapters/process/run-context.ts';
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import { requestsOf } from '../../../core/clients/requests-of.ts';
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import { type Forecast, forecastLane, recipientsOf } from '../../../core/delivery/recipients.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { EXIT, type ExitCode } from '../../../errors.ts';
import { heldText } from '../../../reporters/held-text.ts';
import { notifyCommands } from '../../../reporters/commands/notify-commands.ts';
import { noteClients } from '../../../reporters/run/client-notes.ts';
import { RUN_REPORTERS } from '../../../reporters/run/formats.ts';
import { listedAtMost } from '../../../reporters/run/listed-steps.ts';
import { printLog } from '../../../reporters/run/print-pieces.ts';
import { allowedReachableOf } from '../../../run/event-log/allowed-removals.ts';
import { noteHints, noteWarnings } from '../../../run/event-log/log-notes.ts';
import { noteLeft, noteLeftBehind } from '../../../run/lanes/beginning-notes.ts';
import { departedClients } from '../../../run/lanes/departed-clients.ts';
import { namesOf, placedByHand, readStore } from '../../../run/lanes/open-cursors.ts';
import { entriesOf, readPending, requirePublished } from '../../../run/lanes/pending.ts';
import { unsentResult } from '../../../run/lanes/unsent-result.ts';
import type { NotifyOptions } from '../../../run/run-options.ts';
import { forecastOutcome } from '../../../run/serving/forecast-outcome.ts';
import { noteVerdict } from '../../../run/serving/print-result.ts';

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
    const at = { ...options, cursor: asked.store };
    const stored = await readStore(store, context).catch(placedByHand(namesOf(file), at));
    const to = await resolveCommit(repository, asked.to);
    await requirePublished(repository, to, stored.branch);
    const pending = await readPending(
      repository,
      entriesOf(file),
      stored,
      to,
      { ...options, guard: limits },
      override,
      stop.stopping,
    );
    const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
    const commands = notifyCommands({ '--cursor': asked.store }, asked, to, options);
    const problemsOf = new Map(file.misconfigured.map(({ name, problems }) => [name, problems]));
    const judging = { limits, allowedReachable, unsendable: unsendableTo };
    const forecasts: Forecast[] = [];
    const unsent: LaneResult[] = [];
    for (const lane of pending.lanes) {
      const { name, client, plan } = lane;
      const problems = problemsOf.get(name);
      const standing = problems
        ? ({ kind: 'misconfigured', problems } as const)
        : ({ kind: 'ready', paused: client?.paused ?? false } as const);
      const result = unsentResult(lane, standing, at, commands);
      if (result) unsent.push(result);
      if (client === undefined || plan === undefined) continue;
      forecasts.push(forecastLane(plan, client, ALL, judging, result?.status));
    }
    const recipients = recipientsOf(forecasts);
    const printer = (await RUN_REPORTERS[format]()).events(console.style, listedAtMost(options));
    const from = pending.log[0]?.from ?? null;
    await console.print(printer.begin({ from, to }));
    const shows = (event: LoggedEvent): boolean => recipients.has(event);
    const events = await printLog(printer, pending.log, shows, recipients, console, requestsOf(file.clients));
    const isKnown = pending.lanes.every(({ problem }) => problem === undefined);
    if (format === 'text' && events === 0 && isKnown) console.note('nothing is pending');
    for (const { name, beginning } of pending.lanes) {
      if (beginning.kind === 'new') console.note(`${name}: would begin (start: ${beginning.start})`);
      if (beginning.kind === 'renamed')
        console.note(`${name}: would take over the cursor of its former name`);
    }
    for (const { client, held } of forecasts) {
      if (held.length > 0)
        console.note(`${client}: these teams wait, and are tried again first: ${heldText(held)}`);
    }
    const left = departedClients(whole, stored);
    noteLeft(pending.lanes, left, console);
    const about = { store: asked.store, to, client: options.client };
    await noteLeftBehind(repository, left, stored, about, console);
    noteWarnings(pending, console);
    noteHints(pending, console);
    noteClients(file, path, timeoutMs, console);
    const isEmpty = stored.empty && !options.init;
    if (isEmpty)
      console.note([
        `${asked.store} holds no cursor yet: the first run needs --init (or TEAM_EVENTS_INIT=true):`,
        `  ${commands.again(undefined, { '--init': true })}`,
      ]);
    const outcome = forecastOutcome({
      kind: 'dry run',
      from,
      to,
      log: pending.log,
      shows,
      forecasts,
      unsent,
      chosen: file,
      clientsPath: path,
      problems: pending.problems,
      commands,
      pausedIsFine: true,
      codes: [
        ...(isEmpty ? [EXIT.cursor] : []),
        ...forecasts.flatMap(({ held, status }) =>
          held.length > 0 && status === 'done' ? [EXIT.behind] : [],
        ),
      ],
    });
    noteVerdict(outcome, format, console);
    await console.print(printer.end(pending.problems, outcome));
    return outcome.report.exitCode;
  } finally {
    await store.close();
  }
}
