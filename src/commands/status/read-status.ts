/** Reads the state of each client from the store, history and the clients file. */
import { clientsPath, chooseClients } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { readPolicy } from '../../adapters/files/policy-file.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { readCommits } from '../../adapters/git/history/commits.ts';
import { isAncestor, resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import type { Commit } from '../../core/catalogue/history.ts';
import { EVERYTHING } from '../../core/clients/lane-selection.ts';
import type { Cursor } from '../../core/cursor/cursor.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import { dueEvents, countDispositions } from '../../core/delivery/lane/open-steps.ts';
import { waitingTeams } from '../../core/delivery/lane/teams/held-steps.ts';
import { type GuardLimits, guardRemovals } from '../../core/delivery/removal-guard.ts';
import { eventOf } from '../../core/events/team-event.ts';
import { placed } from '../../core/yaml/file-problem.ts';
import { againLines } from '../../reporters/commands/again-lines.ts';
import { goOnCommand, type StorePlace, placeAnew } from '../../reporters/commands/cursor-command.ts';
import type { ShownCommit } from '../../reporters/commit-text.ts';
import { noteWarnings } from '../../run/event-log/log-notes.ts';
import { departedClients, departedBehind } from '../../run/lanes/departed-clients.ts';
import type { OpenCursors, StoreOptions } from '../../run/lanes/open-cursors.ts';
import { readPending, entriesOf, type PendingLane } from '../../run/lanes/pending.ts';
import type { StatusFormat } from './formats/formats.ts';
import { readBrokenFiles } from './broken-files.ts';
import { exitCodeOfStatus, shownCommit, type ClientStatus, type StatusReport } from './status-report.ts';

export interface StatusOptions extends StoreOptions {
  readonly clients: string | undefined;
  readonly client: readonly string[];
  readonly to: string | undefined;
  readonly config: string | undefined;
  readonly format: StatusFormat;
  readonly check: boolean;
  /** Lists what is pending. */
  readonly events: boolean;
  readonly claimFor: number;
  /** Milliseconds. */
  readonly lateAfter: number | undefined;
}

/** What a run's `--allow-removals` would allow is not known here. */
const NOTHING_ALLOWED = -1;

export async function readStatus(
  { store, stored, repository }: OpenCursors,
  override: Configuration | undefined,
  options: StatusOptions,
  { console, stop }: RunContext,
): Promise<StatusReport> {
  const path = clientsPath(repository, options.clients);
  const file = readClientsFile(path);
  const chosen = chooseClients(file, options.client, path);
  const to = await resolveCommit(repository, options.to ?? 'HEAD');
  const { guard: limits } = readPolicy(options.policy, { allowHost: [] });
  const asked = { squash: false, onRewrite: 'fail', claimFor: options.claimFor, guard: limits } as const;
  const pending = await readPending(
    repository,
    entriesOf(chosen),
    stored,
    to,
    asked,
    override,
    stop.stopping,
  );
  noteWarnings(pending, console);

  const left = options.client.length === 0 ? departedClients(file, stored) : [];
  const behind = await departedBehind(repository, left, stored, to);
  const named = left.map((client) => {
    const cursor = stored.cursors.get(client);
    return { client, cursor: cursor?.kind === 'cursor' ? cursor.cursor : undefined };
  });
  const cursorsShown = [...pending.lanes.map(cursorOf), ...named.map(({ cursor }) => cursor)];
  const ids = cursorsShown.flatMap((cursor) => cursor?.commit ?? []);
  const commits = await readCommits(repository, [to, ...ids]);
  const problems = new Map(chosen.misconfigured.map((one) => [one.name, one.problems]));
  const clients = pending.lanes.map((lane) => {
    const told = problems.get(lane.name)?.map((problem) => placed(path, problem));
    return statusOf(lane, told, commits, limits, options);
  });
  const { branch, empty, others } = stored;
  const report = {
    version: 1,
    store: store.name,
    to: shown(to, commits),
    branch: branch ? { ...branch, tip: branch.tip ?? null } : null,
    isNewest: await isNewest(repository, to, branch),
    empty,
    clients,
    left: named.map(({ client, cursor }) => ({
      client,
      cursor: shownCursor(cursor, commits),
      commits: behind.find((one) => one.client === client)?.commits ?? null,
    })),
    broken: await readBrokenFiles(repository, to, override, stop.stopping),
    others: options.client.length === 0 ? others : [],
  } as const;
  return { ...report, exitCode: exitCodeOfStatus(report, options.lateAfter, Date.now()) };
}

/** Whether `to` is the newest commit of the branch; null if the branch is unknown, or `to` is not on it. */
async function isNewest(
  repository: Repository,
  to: string,
  branch: StoredCursors['branch'],
): Promise<boolean | null> {
  if (branch?.tip === undefined || !(await isAncestor(repository, to, branch.tip))) return null;
  return to === branch.tip;
}

const cursorOf = ({ beginning }: PendingLane): Cursor | undefined =>
  'cursor' in beginning ? beginning.cursor : undefined;

function statusOf(
  lane: PendingLane,
  misconfigured: readonly string[] | undefined,
  commits: ReadonlyMap<string, Commit>,
  limits: GuardLimits,
  at: StorePlace & Pick<StatusOptions, 'events'>,
): ClientStatus {
  const { name, contact, client, plan, beginning, problem } = lane;
  const interest = client ?? EVERYTHING;
  const dueBySteps = plan && dueEvents(plan, interest, () => true);
  const due = dueBySteps?.flat();
  const guard = plan && dueBySteps && guardRemovals(plan.log, dueBySteps, limits, NOTHING_ALLOWED);
  const [next] = due ?? [];
  const cursor = cursorOf(lane);
  const held = waitingTeams(cursor?.held, due ?? []);
  const blocking = due?.find(({ id }) => id === cursor?.blocked?.event);
  // An event that was skipped since, or is no longer wanted, blocks nothing.
  const blocked = due === undefined || blocking !== undefined ? cursor?.blocked : undefined;
  const problems = [
    ...(misconfigured ?? []),
    ...(beginning.kind === 'unusable' ? [beginning.message, ...placeAnew(name, at)] : []),
    ...(problem
      ? [
          problem.message,
          ...(problem.remedy?.split('\n') ?? []),
          ...againLines({ again: (_, more) => goOnCommand(name, at, more) }, problem.again),
          ...placeAnew(name, at, 'Otherwise set its cursor again'),
        ]
      : []),
  ];
  return {
    client: name,
    contact: contact ?? null,
    state: stateOf(
      lane,
      misconfigured !== undefined,
      due?.length ?? 0,
      blocked !== undefined && !held.some(({ team }) => team === blocking?.subject),
      held.length > 0,
      guard !== undefined,
    ),
    cursor: shownCursor(cursor, commits),
    start: beginning.kind === 'new' && client ? beginning.start : null,
    pending: due && (client || cursor) ? { events: due.length, commits: lane.commits } : null,
    since: blocked?.since ?? (next ? eventOf(next).time : null),
    skipped: plan ? countDispositions(plan, interest, () => true).skip : 0,
    blocked: blocked ? { ...blocked, type: blocking?.type ?? null, team: blocking?.subject ?? null } : null,
    held,
    guard: guard
      ? {
          before: plan.log[guard.step]?.to ?? '',
          deletedTeams: guard.deletedTeams.length,
          removedMemberships: guard.removedMemberships,
        }
      : null,
    claim: cursor?.claim ? { ...cursor.claim, lapsed: beginning.kind !== 'claimed' } : null,
    paused: client?.paused ?? false,
    problems,
    events: at.events
      ? (due ?? []).map(({ id, type, subject, commit }) => ({ id, type, team: subject, commit }))
      : null,
  };
}

function stateOf(
  { client, beginning, problem }: PendingLane,
  misconfigured: boolean,
  due: number,
  blocked: boolean,
  held: boolean,
  guarded: boolean,
): ClientStatus['state'] {
  if (misconfigured) return 'misconfigured';
  if (beginning.kind === 'unusable') return 'unusable';
  if (problem !== undefined) return 'history';
  if (client?.paused) return 'paused';
  if (beginning.kind === 'claimed') return 'claimed';
  if (blocked) return 'blocked';
  if (held) return 'held';
  if (beginning.kind === 'new') return 'new';
  if (guarded) return 'guarded';
  return due > 0 ? 'behind' : 'current';
}

const shown = (id: string, commits: ReadonlyMap<string, Commit>): ShownCommit =>
  shownCommit(id, commits.get(id));

const shownCursor = (
  cursor: Cursor | undefined,
  commits: ReadonlyMap<string, Commit>,
): ClientStatus['cursor'] =>
  cursor
    ? {
        commit: shown(cursor.commit, commits),
        step: cursor.step ?? null,
        lastEvent: cursor.lastEvent ?? null,
      }
    : null;
