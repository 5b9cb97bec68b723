/** Sends what is pending: finds each client's cursor, reads history from there on, sends, and moves the cursors. */
import { openCursorStore } from '../../adapters/cursor-stores/open-cursor-store.ts';
import { openOperatorSettings } from '../../adapters/files/operator-settings.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { breathe } from '../../adapters/process/breathe.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { SYSTEM_CLOCK } from '../../adapters/process/system-clock.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import { countDispositions, dueEvents } from '../../core/delivery/lane/open-steps.ts';
import { nothingSent } from '../../core/delivery/lane/lane-result.ts';
import { CursorError, type ExitCode } from '../../errors.ts';
import { notifyCommands } from '../../reporters/commands/notify-commands.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import { allowedReachableOf } from '../../run/event-log/allowed-removals.ts';
import { commentOnDelivered } from '../../run/comment/comment-on-delivered.ts';
import { noteHints, noteWarnings } from '../../run/event-log/log-notes.ts';
import { noteBeginnings, noteLeftBehind } from '../../run/lanes/beginning-notes.ts';
import { departedClients } from '../../run/lanes/departed-clients.ts';
import { awayNotice, namesOf, placedByHand, readStore } from '../../run/lanes/open-cursors.ts';
import {
  entriesOf,
  readPending,
  readPendingWaves,
  requirePublished,
  type Entry,
  type Pending,
} from '../../run/lanes/pending.ts';
import { runName } from '../../run/lanes/run-name.ts';
import { takeLanes, type TakenLanes } from '../../run/lanes/take-lanes.ts';
import type { NotifyOptions } from '../../run/run-options.ts';
import { serveLanes } from '../../run/serving/serve-lanes.ts';
import type { Wave } from '../../run/serving/run-plan.ts';

const ALL = (): boolean => true;

export async function sendPending(
  clone: Repository,
  asked: { readonly store: string; readonly to: string },
  override: Configuration | undefined,
  options: NotifyOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { environment, stop } = context;
  const files = openOperatorSettings(clone, options, context);
  const { store, repository } = await openCursorStore(asked.store, {
    repository: clone,
    remote: options.remote,
    branch: options.branch,
    environment,
    pushOptions: files.policy.pushOptions,
    claimMs: options.claimFor,
    oneTrip: true,
    now: Date.now,
  });
  try {
    const at = { ...options, cursor: asked.store };
    const stored = await readStore(store, context).catch(placedByHand(namesOf(files.chosen), at));
    const to = await resolveCommit(repository, asked.to);
    await requirePublished(repository, to, stored.branch);
    const commands = notifyCommands({ '--cursor': asked.store }, asked, to, options);
    const entries = entriesOf(files.chosen);
    const reading = { ...options, guard: files.policy.guard };
    const asking = [repository, entries, stored, to, reading, override, stop.stopping] as const;
    if (stored.empty && !options.init)
      throw nothingBegun(await readPending(...asking), asked.store, commands);
    const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
    const run = {
      run: runName(environment),
      claimMs: options.claimFor,
      clock: SYSTEM_CLOCK,
      signal: stop.abortWrites,
      notice: awayNotice(context),
    };
    const left = departedClients(files.clients.initial, stored);
    const about = { store: asked.store, to, client: options.client };
    await noteLeftBehind(repository, left, stored, about, context.console);

    const waves = readPendingWaves(...asking);
    const { value: near } = await waves.next();
    if (near === undefined) throw new Error('no client was told where it is');
    await note(near, context);
    const taken = await takeLanes(near, (name) => files.clients.state(name), store, run, at, commands);
    const first = waveOf(near, taken, left, context);
    async function* later(): AsyncGenerator<Wave, void> {
      const unread = new Map(entries.map((entry) => [entry.name, entry]));
      let { problems } = first;
      const read = ({ lanes }: Pending): void => lanes.forEach(({ name }) => unread.delete(name));
      read(near);
      try {
        for await (const pending of waves) {
          await note(pending, context);
          const wave = waveOf(pending, await taken.takeMore(pending.lanes), left, context);
          read(pending);
          problems = wave.problems;
          yield wave;
        }
      } catch (error) {
        // Other lanes are being served: the run continues as far as it can.
        yield unreadWave([...unread.values()], problems);
        throw error;
      }
    }
    const work = {
      to,
      first,
      later: later(),
      selects: ALL,
      allowedReachable,
      commands,
      pausedIsFine: true,
    };
    const reported = commentOnDelivered(repository, options, context);
    const finish = async (): Promise<void> => {
      await taken.hooks.finish();
      await store.close();
    };
    return await serveLanes(work, files, { ...taken.hooks, finish }, { ...options, reported }, context);
  } finally {
    await store.close();
  }
}

/** Prints warnings and hints about what was read, before anything is sent. */
async function note(pending: Pending, { console, stop }: RunContext): Promise<void> {
  noteWarnings(pending, console);
  noteHints(pending, console);
  await breathe();
  stop.stopping.throwIfAborted();
}

function waveOf(
  { lanes: all, log, problems, to }: Pending,
  { lanes, others }: Pick<TakenLanes, 'lanes' | 'others'>,
  left: readonly string[],
  { console }: RunContext,
): Wave {
  const served = new Set(lanes.map(({ client }) => client));
  noteBeginnings(
    all.filter(({ name }) => served.has(name)),
    to,
    left,
    console,
  );
  const waiting = all
    .filter(({ name }) => !served.has(name))
    .flatMap(({ name, client, plan }) =>
      client && plan ? [{ client: name, left: dueEvents(plan, client, ALL).flat() }] : [],
    );
  return { log, lanes, others, waiting, problems };
}

/** The wave for clients so far behind that their history was not read before the run ended. */
const unreadWave = (entries: readonly Entry[], problems: readonly Problem[]): Wave => ({
  log: [],
  lanes: [],
  others: entries.map(({ name, contact }) =>
    nothingSent(
      { client: name, contact },
      'stopped',
      { send: 0, skip: 0, filtered: 0 },
      'the run ended before what is pending for it was read',
    ),
  ),
  waiting: [],
  problems,
});

function nothingBegun({ lanes, to }: Pending, store: string, commands: RunCommands): CursorError {
  const firsts = lanes.map(({ name, client, plan, beginning }) => {
    const start = beginning.kind === 'new' ? beginning.start : '';
    const due = client && plan ? countDispositions(plan, client, ALL).send : 0;
    return `${name}: ${start === 'now' ? `begins at ${to.slice(0, 12)}, gets nothing now` : `${due} events first (start: ${start})`}`;
  });
  return new CursorError(
    `${store} holds no cursor yet. With --init each client would begin:`,
    [
      'If clients have begun already, the store is not the right one. If not, run it once with --init (or TEAM_EVENTS_INIT=true):',
      `  ${commands.again(undefined, { '--init': true })}`,
    ],
    firsts,
  );
}
