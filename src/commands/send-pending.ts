/** What is pending for each client by its cursor: find where each is, walk history once, send, and move the cursors. */
import { breathe } from '../breathe.ts';
import type { Configuration } from '../catalogue/configuration.ts';
import { openCursorStore } from '../cursor/open-cursor-store.ts';
import { SYSTEM_CLOCK } from '../cursor/run-clock.ts';
import { countDispositions, dueEvents } from '../delivery/lane-plan.ts';
import { idsOf } from '../delivery/recipients.ts';
import { CursorError, type ExitCode } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { resolveCommit } from '../git/resolve-commit.ts';
import { allowedReachableOf } from './allowed-removals.ts';
import { leftClients } from './left-clients.ts';
import { noteBeginnings, noteHints, noteWarnings } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import { openOperatorFiles } from './operator-files.ts';
import { entriesOf, readPending, requirePublished, type Pending } from './pending.ts';
import { runName } from './run-name.ts';
import { serveLanes } from './serve-lanes.ts';
import { squashCommand } from './squash-command.ts';
import { takeLanes } from './take-lanes.ts';
import { awayNotice, readStore } from './with-cursors.ts';

const ALL = (): boolean => true;

export async function sendPending(
  clone: Repository,
  asked: { readonly store: string; readonly to: string },
  fixed: Configuration | undefined,
  options: NotifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { console, environment, stop } = surroundings;
  const files = openOperatorFiles(clone, options, surroundings);
  const { store, repository } = await openCursorStore(asked.store, {
    repository: clone,
    remote: options.remote,
    branch: options.branch,
    environment,
    pushOptions: files.policy.pushOptions,
    claimMs: options.claimFor,
    now: Date.now,
  });
  try {
    const stored = await readStore(store, surroundings);
    const to = await resolveCommit(repository, asked.to);
    await requirePublished(repository, to, stored.branch);
    const pending = await readPending(
      repository,
      entriesOf(files.chosen),
      stored,
      to,
      options,
      fixed,
      stop.requested,
    );
    if (stored.empty && !options.init) throw nothingBegun(pending, asked.store);
    const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
    noteWarnings(pending, console);
    noteHints(pending, console);

    await breathe();
    stop.requested.throwIfAborted();
    const run = {
      run: runName(environment),
      claimMs: options.claimFor,
      clock: SYSTEM_CLOCK,
      signal: stop.end,
      notice: awayNotice(surroundings),
    };
    const at = { ...options, cursor: asked.store };
    const taken = await takeLanes(pending, (name) => files.clients.state(name), store, run, at);
    const served = new Set(taken.lanes.map(({ client }) => client));
    noteBeginnings(
      pending.lanes.filter(({ name }) => served.has(name)),
      to,
      leftClients(files.clients.initial, stored, pending.lanes),
      console,
    );
    const work = {
      from: pending.log[0]?.from ?? null,
      to,
      log: pending.log,
      lanes: taken.lanes,
      others: taken.others,
      problems: pending.problems,
      selects: ALL,
      waiting: pending.lanes
        .filter(({ name }) => !served.has(name))
        .flatMap(({ name, client, plan }) =>
          client && plan ? [{ client: name, left: idsOf(dueEvents(plan, client, ALL)) }] : [],
        ),
      allowedReachable,
      squashCommand: (client: string) => squashCommand({ '--cursor': asked.store }, to, client, options),
      pausedIsFine: true,
    };
    const finish = async (): Promise<void> => {
      await taken.hooks.finish();
      await store.close();
    };
    return await serveLanes(work, files, { ...taken.hooks, finish }, options, surroundings);
  } finally {
    await store.close();
  }
}

function nothingBegun({ lanes, to }: Pending, store: string): CursorError {
  const firsts = lanes.map(({ name, client, plan, beginning }) => {
    const start = beginning.kind === 'new' ? beginning.start : '';
    const due = client && plan ? countDispositions(plan, client, ALL).send : 0;
    return `  ${name}: ${start === 'now' ? `begins at ${to.slice(0, 12)}, gets nothing now` : `${due} events first (start: ${start})`}`;
  });
  return new CursorError(
    `${store} holds no cursor yet. With --init each client would begin:\n${firsts.join('\n')}`,
    'If that is meant, run it once with --init (or TEAM_EVENTS_INIT=true). If clients have begun already, the store is not the right one.',
  );
}
