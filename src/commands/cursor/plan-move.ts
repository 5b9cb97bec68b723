/** Plans where a cursor set by hand would be, and what that would send again or never send. */
import { clientsPath } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { firstParents, rootOf } from '../../adapters/git/history/first-parents.ts';
import { readCommits } from '../../adapters/git/history/commits.ts';
import { isAncestor, resolveCommit, resolveOrRoot } from '../../adapters/git/history/resolve-commit.ts';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { EVERYTHING } from '../../core/clients/lane-selection.ts';
import { beforeFirst, isBeforeFirst, type Cursor, type LaneCursor } from '../../core/cursor/cursor.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import { NOTHING_SETTLED } from '../../core/delivery/lane/lane-cursor.ts';
import { dueEvents } from '../../core/delivery/lane/open-steps.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { UsageError } from '../../errors.ts';
import type { OpenCursors, StoreOptions } from '../../run/lanes/open-cursors.ts';
import { requirePublished, readPending, type Entry, type PendingLane } from '../../run/lanes/pending.ts';
import { cursorAfter, eventIdIn, findEvent } from './after-event.ts';
import type { Move } from './move-text.ts';

export interface SetOptions extends StoreOptions {
  readonly clients: string | undefined;
  readonly to: string | undefined;
  readonly config: string | undefined;
  readonly claimFor: number;
  readonly execute: boolean;
}

interface PlannedMove {
  readonly move: Move;
  readonly wanted: LaneCursor;
  readonly before: PendingLane;
}

export async function planMove(
  client: string,
  destination: string,
  { store, stored, repository, corrupt }: OpenCursors,
  options: SetOptions,
  stop: AbortSignal,
): Promise<PlannedMove> {
  const override = readConfigurationFile(options.config);
  const path = clientsPath(repository, options.clients);
  const entry = entryOf(client, readClientsFile(path), path, store.name, stored);
  const head = await resolveCommit(repository, options.to ?? 'HEAD');
  const eventId = eventIdIn(destination);
  const place =
    eventId === undefined ? undefined : await findEvent(repository, eventId, head, override, stop);
  const isHead = destination === 'now' || destination === 'snapshot';
  const named = place?.step.to ?? (isHead ? head : await resolveOrRoot(repository, destination));
  const target = named ?? (await firstCommit(repository, head));
  await requirePublished(repository, target, stored.branch);

  const held = stored.cursors.get(client);
  const old = held?.kind === 'cursor' ? held.cursor : undefined;
  const end = await newest(repository, [head, target, old?.commit, old?.step?.to]);
  const asked = { squash: false, onRewrite: 'fail', claimFor: options.claimFor } as const;
  const laneIn = async (cursors: StoredCursors): Promise<PendingLane> => {
    const { lanes } = await readPending(repository, [entry], cursors, end, asked, override, stop);
    const [lane] = lanes;
    if (lane === undefined) throw new Error(`no lane of ${client}`);
    return lane;
  };
  const before = await laneIn(stored);
  const from = 'cursor' in before.beginning ? before.beginning.cursor : undefined;
  const placed = await (async (): Promise<LaneCursor> => {
    if (named === null) return beforeFirst(target);
    // Of a file that is corrupt it is not known who has begun.
    const hasBegun = stored.known.has(client) || corrupt !== undefined;
    const atCommit = await cursorFor(repository, destination, target, from, hasBegun);
    if (place === undefined) return atCommit;
    return { ...atCommit, ...cursorAfter(client, before.client ?? EVERYTHING, place) };
  })();
  const after = await laneIn({
    ...stored,
    cursors: new Map([[client, { kind: 'cursor', cursor: placed, version: '' }]]),
  });
  if (after.problem !== undefined) throw after.problem;
  return {
    before,
    wanted: placed,
    move: describeMove(before, after, placed, place?.event, end, corrupt !== undefined),
  };
}

/** The last of a commit's first parents: where history begins. */
const firstCommit = async (repository: Repository, commit: string): Promise<string> =>
  rootOf(await firstParents(repository, commit));

/** The client's entry; for a client that only the store knows, its name. @throws {UsageError} */
function entryOf(
  client: string,
  { clients, misconfigured }: ClientsFile,
  path: string,
  store: string,
  { known }: StoredCursors,
): Entry {
  const entry = [...clients, ...misconfigured].find(({ name }) => name === client);
  if (entry !== undefined && CLIENT_NAME.test(client)) return entry;
  if (known.has(client)) return { name: client, contact: undefined };
  const names = [...new Set([...[...clients, ...misconfigured].map(({ name }) => name), ...known])];
  throw new UsageError(
    `no client is called ${client}, in ${path} or in ${store}`,
    `There are: ${names.sort().join(', ') || '(none)'}`,
  );
}

/**
 * The next event names the last event that the receiver was really sent. Moving forward keeps that, whatever is
 * skipped, so the receiver sees no gap where a person chose to skip. Moving backward or to a snapshot drops it: the
 * next event follows nothing that was sent, so it starts anew, like the first event of a lane.
 */
async function cursorFor(
  repository: Repository,
  destination: string,
  target: string,
  from: Cursor | undefined,
  begunBefore: boolean,
): Promise<LaneCursor> {
  if (destination === 'snapshot') {
    // The receiver may have had all of it, and lost it since.
    const replay = begunBefore ? ({ replay: true } as const) : {};
    const step = { from: null, to: target, sequence: NOTHING_SETTLED, sent: [], ...replay };
    return { commit: target, step };
  }
  const { lastEvent } = from ?? {};
  const settled = from?.step?.to ?? from?.commit;
  const here = await readCommits(repository, settled === undefined ? [] : [settled]);
  const forward =
    settled !== undefined && here.has(settled) && (await isAncestor(repository, settled, target));
  return { commit: target, ...(forward && lastEvent !== undefined && { lastEvent }) };
}

function describeMove(
  before: PendingLane,
  after: PendingLane,
  placed: LaneCursor,
  event: LoggedEvent | undefined,
  end: string,
  isCorrupt: boolean,
): Move {
  const { name, client, beginning, plan, problem } = before;
  const interest = client ?? EVERYTHING;
  const due = (lane: PendingLane): readonly LoggedEvent[] =>
    lane.plan ? dueEvents(lane.plan, interest, () => true).flat() : [];
  const pending = due(after);
  const from = 'cursor' in beginning ? beginning.cursor : undefined;
  const shared = {
    client: name,
    to: placed.commit,
    event,
    snapshot: event === undefined && placed.step !== undefined && !isBeforeFirst(placed),
    root: isBeforeFirst(placed),
    pending,
    commits: [placed.commit, end, ...(event ? [event.commit] : []), ...(from ? [from.commit] : [])],
    anyEvent: client === undefined,
  };
  if (beginning.kind === 'new')
    return isCorrupt
      ? { ...shared, kind: 'unknown', message: 'its cursor cannot be read, because the store is corrupt' }
      : { ...shared, kind: 'begins' };
  if (from === undefined || plan === undefined) {
    const message = 'message' in beginning ? beginning.message : (problem?.message ?? '');
    return { ...shared, kind: 'unknown', message };
  }
  const own = beginning.kind !== 'renamed'; // the cursor of an earlier name does not belong to this client yet
  const isThere =
    isBeforeFirst(placed) === isBeforeFirst(from) && from.step?.sequence === placed.step?.sequence;
  const isWhole = from.held === undefined; // a cursor set by hand holds no team
  if (own && isWhole && from.commit === placed.commit && isThere && !shared.snapshot)
    return { ...shared, kind: 'there' };
  const now = due(before);
  const without = (all: readonly LoggedEvent[], others: readonly LoggedEvent[]): LoggedEvent[] => {
    const ids = new Set(others.map(({ id }) => id));
    return all.filter(({ id }) => !ids.has(id));
  };
  return {
    ...shared,
    kind: 'moves',
    from,
    again: without(pending, now),
    never: without(now, pending),
    anew: from.lastEvent !== undefined && placed.lastEvent === undefined,
  };
}

/** The newest of the commits that exist here, as far as each is an ancestor of the next. */
async function newest(
  repository: Repository,
  [first, ...others]: readonly [string, ...(string | undefined)[]],
): Promise<string> {
  const given = others.filter((commit) => commit !== undefined);
  const here = await readCommits(repository, given);
  let found = first;
  for (const commit of given) {
    if (here.has(commit) && (await isAncestor(repository, found, commit))) found = commit;
  }
  return found;
}
