/** What is pending for each client by its cursor: find where each is, walk history once, send, and move the cursors. */
import type { Configuration } from '../catalogue/configuration.ts';
import { CursorKeeper } from '../cursor/cursor-keeper.ts';
import { cursorAt } from '../delivery/lane-cursor.ts';
import { openCursorStore } from '../cursor/open-cursor-store.ts';
import type { ClientState, LaneResult, LaneStatus } from '../delivery/lane.ts';
import { problemsInOneLine } from '../delivery/lane.ts';
import { countDispositions, eventsOf, startOf } from '../delivery/lane-plan.ts';
import { CursorError, UsageError, type ExitCode } from '../errors.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { countReachable } from '../git/plan-range.ts';
import { isAncestor, resolveCommit, type Repository } from '../git/repository.ts';
import { cursorHooks } from './cursor-hooks.ts';
import { PRINTERS, printReceived } from './event-printer.ts';
import { noteWarnings } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import { openOperatorFiles } from './operator-files.ts';
import { readPending, receiversById, requirePublished, type Pending, type PendingLane } from './pending.ts';
import { runName } from './run-name.ts';
import { serveLanes } from './serve-lanes.ts';

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
    now: Date.now,
  });
  try {
    const stored = await store.read(stop.requested);
    const to = await resolveCommit(repository, asked.to);
    await requirePublished(repository, to, stored.branch);
    const pending = await readPending(repository, files.chosen, stored, to, options, fixed, stop.requested);
    if (stored.empty && !options.init) throw nothingBegun(pending, asked.store);
    const allowedReachable = await allowedReachableOf(repository, to, options.allowRemovals);
    const receivers = receiversById(pending.lanes);
    if (options.format !== 'json') {
      await printReceived(PRINTERS[options.format](console.style), pending.log, receivers, console);
    }
    noteWarnings(pending, console);

    const states = new Map(pending.lanes.map(({ name }) => [name, files.clients.state(name)]));
    const others = pending.lanes.flatMap((lane) => resultWithoutSending(lane, states.get(lane.name)) ?? []);
    const notSent = new Set(others.map(({ client }) => client));
    const lanes = pending.lanes.flatMap(({ name, client, plan, beginning }) => {
      if (notSent.has(name) || client === undefined || plan === undefined) return [];
      return [{ plan, interest: client, beginning }];
    });
    const run = { run: runName(environment), claimMs: options.claimFor, now: Date.now, signal: stop.end };
    const keeper = new CursorKeeper(store, run);
    for (const { plan, beginning } of lanes) {
      if (beginning.kind === 'cursor') keeper.take(plan.client, beginning.version, beginning.cursor);
      else keeper.begin(plan.client, cursorAt(plan, startOf(plan), to));
    }
    const sending = lanes.filter(({ plan, interest }) => countDispositions(plan, interest, ALL).send > 0);
    await keeper.claim(sending.map(({ plan }) => plan.client));
    const kept = lanes.map(({ plan, beginning }) => ({
      plan,
      cursor: 'cursor' in beginning ? beginning.cursor : undefined,
    }));
    const work = {
      from: pending.log[0]?.from ?? null,
      to,
      log: pending.log,
      lanes,
      others,
      problems: pending.problems,
      selects: ALL,
      shows: ({ id }: LoggedEvent) => receivers.has(id),
      allowedReachable,
      squashCommand: (client: string) =>
        `team-events --cursor ${asked.store} --client ${client} --to ${to} --squash`,
      pausedIsFine: true,
    };
    return await serveLanes(work, files, cursorHooks(keeper, kept, to), options, surroundings);
  } finally {
    await store.close();
  }
}

/** The result of a client that gets nothing in this run, and whose cursor is left as it is. */
function resultWithoutSending(lane: PendingLane, state: ClientState | undefined): LaneResult | undefined {
  const { name, contact, client, plan, beginning, problem, older } = lane;
  const told = whyNothingIsSent();
  if (told === undefined) return undefined;
  const all = plan === undefined ? 0 : eventsOf(plan);
  const count =
    plan === undefined || client === undefined
      ? { send: all, skip: 0, filtered: 0 }
      : countDispositions(plan, client, ALL);
  return {
    client: name,
    contact,
    status: told.status,
    delivered: 0,
    pending: count.send,
    skipped: count.skip,
    filtered: count.filtered,
    attempts: 0,
    problem: told.message === undefined ? undefined : { message: told.message, event: undefined },
  };

  function whyNothingIsSent():
    { readonly status: LaneStatus; readonly message?: string | undefined } | undefined {
    if (state?.kind === 'misconfigured') {
      return { status: 'misconfigured', message: problemsInOneLine(state.problems) };
    }
    if (state?.kind !== 'ready') return { status: 'removed' };
    if (beginning.kind === 'unusable') return { status: 'cursor', message: beginning.message };
    if (beginning.kind === 'claimed') {
      return { status: 'claimed', message: `${beginning.run}, until ${beginning.until}` };
    }
    if (problem !== undefined) {
      return { status: 'history', message: [problem.message, problem.remedy].filter(Boolean).join('. ') };
    }
    if (older) return { status: 'done' };
    return state.bound.client.paused ? { status: 'paused' } : undefined;
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
    'If that is meant, run it once with --init. If clients have begun already, the store is not the right one.',
  );
}

/** Up to how many reachable commits a person allowed removals; -1 for none. */
async function allowedReachableOf(
  repository: Repository,
  to: string,
  allowed: string | undefined,
): Promise<number> {
  if (allowed === undefined) return -1;
  const commit = await resolveCommit(repository, allowed);
  if (await isAncestor(repository, commit, to)) return countReachable(repository, commit);
  throw new UsageError(
    `--allow-removals ${allowed} is no commit of what is pending`,
    'Name the commit that the message of the removal guard names.',
  );
}
