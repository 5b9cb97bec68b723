/** What is pending for each client: its cursor, and the log from there on. Used to send, to show and for `status`. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { isAncestor, resolveOrRoot } from '../../adapters/git/history/resolve-commit.ts';
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { ClientsFile, MisconfiguredClient } from '../../core/clients/file/clients-file.ts';
import { beginningOf, type Beginning } from '../../core/cursor/beginning.ts';
import { isBeforeFirst, type HeldTeam } from '../../core/cursor/cursor.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import type { LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { HeldLog } from '../../core/delivery/lane/teams/held-steps.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { Result } from '../../core/result.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { HistoryError } from '../../errors.ts';
import { historyResult } from '../event-log/history-result.ts';
import { readLaneWaves, type LaneLog, type WaveOptions } from '../event-log/lane-logs.ts';
import type { LaneOrigin } from '../event-log/lane-routes.ts';
import type { RangeOptions } from '../event-log/plan-steps.ts';
import { allHints, type Hints } from '../event-log/step-hints.ts';
import { heldOrigins, planOf, type HeldOrigin } from './plan-lane.ts';

export interface PendingLane {
  readonly name: string;
  readonly contact: string | undefined;
  /** undefined if its entry cannot be read or was removed. */
  readonly client: Client | undefined;
  readonly beginning: Beginning;
  /** undefined if it has no usable cursor, or history does not lead on from it. */
  readonly plan: LanePlan | undefined;
  /** Number of steps from its position, including those without events. */
  readonly commits: number;
  /** The target is older than its position. */
  readonly older: boolean;
  /** Why history does not lead on from its cursor. */
  readonly problem: HistoryError | undefined;
}

export interface Pending {
  readonly to: string;
  /** In the order of the entries. */
  readonly lanes: readonly PendingLane[];
  /** The steps of all lanes, each once. */
  readonly log: readonly LogStep[];
  readonly problems: readonly Problem[];
  readonly warnings: ReadonlyMap<string, string>;
  readonly hints: Hints;
}

/** A client; if its entry cannot be read or was removed, what is still known of it. */
export type Entry = Client | Pick<MisconfiguredClient, 'name' | 'contact'>;

/** All clients of a clients file, in its order. */
export const entriesOf = ({ clients, misconfigured }: ClientsFile): readonly Entry[] =>
  [...clients, ...misconfigured].sort((a, b) => a.line - b.line);

/**
 * Reads what is pending, in waves: near clients first, each wave with the steps read for it. Yields at least one wave.
 * `repository` must include what the store fetched.
 * @throws {HistoryError} if `to` is not published or does not exist
 */
export async function* readPendingWaves(
  repository: Repository,
  entries: readonly Entry[],
  stored: StoredCursors,
  to: string,
  options: RangeOptions & Pick<WaveOptions, 'guard'> & { readonly claimFor: number },
  override: Configuration | undefined,
  stop: AbortSignal,
): AsyncGenerator<Pending> {
  const now = Date.now();
  const begun = await Promise.all(
    entries.map(async (entry): Promise<Begun> => {
      const beginning = beginningOf(asEntry(entry), stored, now, options.claimFor);
      const origin = await originOf(repository, beginning, to);
      return { entry, beginning, origin, held: heldOrigins(beginning), read: { held: new Map() } };
    }),
  );
  const leading = begun.flatMap((one) =>
    one.origin?.ok
      ? [
          { one, held: undefined, origin: one.origin.value },
          ...one.held.map(({ held, origin }) => ({ one, held, origin })),
        ]
      : [],
  );
  const origins = leading.map(({ origin }) => origin);
  const asked = { ...options, branch: stored.branch };
  let isFirst = true;
  for await (const wave of readLaneWaves(repository, origins, to, asked, override, stop)) {
    const reached = new Set<Begun>();
    for (const [index, log] of wave.logs) {
      const { one, held } = leading[index]!;
      if (held === undefined) one.read.log = log;
      else one.read.held.set(held, log);
      if (one.read.log !== undefined && one.read.held.size === one.held.length) reached.add(one);
    }
    // Clients for which nothing has to be read come with the first wave.
    const isReached = (one: Begun): boolean => reached.has(one) || (isFirst && one.origin?.ok !== true);
    const lanes = begun.filter(isReached).map(pendingLane);
    isFirst = false;
    const { all: log, problems, warnings, hints } = wave;
    yield { to, lanes, log, problems, warnings, hints };
  }
}

/** As `readPendingWaves`, with all waves joined. @throws {HistoryError} */
export async function readPending(...asked: Parameters<typeof readPendingWaves>): Promise<Pending> {
  const [, entries, , to] = asked;
  const waves: Pending[] = [];
  for await (const wave of readPendingWaves(...asked)) waves.push(wave);
  const lanes = new Map(waves.flatMap((wave) => wave.lanes.map((lane) => [lane.name, lane])));
  return {
    to,
    lanes: entries.flatMap(({ name }) => lanes.get(name) ?? []),
    log: joinedLog(waves),
    problems: waves.at(-1)?.problems ?? [],
    warnings: new Map(waves.flatMap(({ warnings }) => [...warnings])),
    hints: allHints(waves),
  };
}

/** Joins the logs of waves: the oldest steps of the line were read last. */
export const joinedLog = (waves: readonly Pick<Pending, 'log'>[]): readonly LogStep[] =>
  waves.toReversed().flatMap(({ log }) => log);

interface Begun {
  readonly entry: Entry;
  readonly beginning: Beginning;
  /** undefined where there is none, as its cursor cannot be used. */
  readonly origin: Result<LaneOrigin, HistoryError> | undefined;
  /** Held teams whose steps come before those of all others. */
  readonly held: readonly HeldOrigin[];
  /** What was read so far. */
  readonly read: { log?: ReadLog; readonly held: Map<HeldTeam, ReadLog> };
}

type ReadLog = Result<LaneLog, HistoryError>;

function pendingLane({ entry, beginning, origin, read }: Begun): PendingLane {
  const { name, contact } = entry;
  const client = 'subscriptions' in entry ? entry : undefined;
  const shared = { name, contact, client, beginning };
  const ofHeld = [...read.held].map(([held, log]) => ({ held, log }));
  const found = origin?.ok === false ? origin : read.log;
  const failed = [found, ...(found?.ok && found.value.older ? [] : ofHeld.map(({ log }) => log))].find(
    (log) => log?.ok === false,
  );
  if (!found?.ok || failed?.ok === false) {
    const problem = failed?.ok === false ? failed.wrong : undefined;
    return { ...shared, plan: undefined, commits: 0, older: false, problem };
  }
  const { steps, first, commits, older } = found.value;
  const logs = ofHeld.map(({ held, log }): HeldLog => ({ held, steps: log.ok ? log.value.steps : [] }));
  const plan = planOf(name, contact, beginning, steps, first, logs);
  return { ...shared, plan, commits, older, problem: undefined };
}

/**
 * Keeps a local commit from being published by accident. @throws {HistoryError} if `to` is not on the published branch
 */
export async function requirePublished(
  repository: Repository,
  to: string,
  branch: StoredCursors['branch'],
): Promise<void> {
  if (branch === undefined) return;
  const { name, remote, tip } = branch;
  if (tip === undefined) {
    throw new HistoryError(
      `${remote} has no branch ${name}`,
      'Name the branch to send from with --branch NAME (or TEAM_EVENTS_BRANCH).',
    );
  }
  if (await isAncestor(repository, to, tip)) return;
  const push = `  git -C ${shellWord(repository.directory)} push ${shellWord(redact(remote))} ${to}:${shellWord(name)}`;
  throw new HistoryError(
    `the commit ${to} is not on ${name === 'HEAD' ? 'the branch that is HEAD' : name} of ${remote}`,
    [
      ...(name === 'HEAD' ? ['Push it to that branch.'] : ['To publish it:', push]),
      'If it is to be sent from another branch, name that with --branch (or TEAM_EVENTS_BRANCH).',
      `What is on the branch already can be sent: --to ${tip.slice(0, 12)}.`,
    ],
    { '--to': tip },
  );
}

/** An entry that cannot be read is taken as `start: now`: without a cursor, nothing is pending for it. */
const asEntry = (entry: Entry) =>
  'subscriptions' in entry ? entry : { name: entry.name, formerly: undefined, start: 'now' };

const BEFORE_FIRST: LaneOrigin = { commit: null, partial: undefined };

async function originOf(
  repository: Repository,
  beginning: Beginning,
  to: string,
): Promise<Result<LaneOrigin, HistoryError> | undefined> {
  switch (beginning.kind) {
    case 'unusable':
      return undefined;
    case 'new':
      return historyResult(() => startOrigin(repository, beginning.start, to));
    case 'cursor':
    case 'renamed':
    case 'claimed':
      return {
        ok: true,
        value: isBeforeFirst(beginning.cursor)
          ? BEFORE_FIRST
          : { commit: beginning.cursor.commit, partial: beginning.cursor.step },
      };
  }
}

async function startOrigin(repository: Repository, start: string, to: string): Promise<LaneOrigin> {
  if (start === 'now') return { commit: to, partial: undefined };
  if (start === 'snapshot') return { commit: null, partial: { from: null, to } };
  return { commit: await resolveOrRoot(repository, start), partial: undefined };
}
