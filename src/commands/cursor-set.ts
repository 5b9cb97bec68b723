/** `team-events cursor set`: places a client by hand, after showing what that repeats or leaves out. */
import { CLIENT_NAME } from '../clients/client-schema.ts';
import { EVERYTHING } from '../clients/lane-selection.ts';
import type { ClientsFile } from '../clients/clients-file.ts';
import type { Beginning } from '../cursor/beginning.ts';
import type { Cursor, LaneCursor } from '../cursor/cursor.ts';
import type { StoredCursors } from '../cursor/cursor-store.ts';
import { NOTHING_SETTLED } from '../delivery/lane-cursor.ts';
import { dueEvents } from '../delivery/lane-plan.ts';
import { ConflictError, EXIT, UsageError, type ExitCode } from '../errors.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { readClientsFile } from '../files/clients-on-disk.ts';
import { readConfigurationFile } from '../files/configuration-file.ts';
import { readCommits } from '../git/commits.ts';
import { printable } from '../log-safe.ts';
import type { Repository } from '../git/repository.ts';
import { isAncestor, resolveCommit } from '../git/resolve-commit.ts';
import { moveText, type Move } from '../report/move-text.ts';
import { clientsPath } from './choose-clients.ts';
import { cursorSetCommand, cursorUnlockCommand } from './cursor-command.ts';
import type { Surroundings } from './notify.ts';
import { readPending, requirePublished, type Entry, type PendingLane } from './pending.ts';
import { runName } from './run-name.ts';
import { withCursors, writeCursor, type OpenCursors, type StoreOptions } from './with-cursors.ts';

export interface SetOptions extends StoreOptions {
  readonly clients: string | undefined;
  readonly to: string | undefined;
  readonly config: string | undefined;
  readonly claimFor: number;
  readonly execute: boolean;
}

/** `place`: `now`, `snapshot` or a revision. */
export async function setCursor(
  client: string,
  place: string,
  options: SetOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { console, environment, stop } = surroundings;
  const words = { ...options, mends: true } as const;
  return withCursors(words, !options.execute, surroundings, async (cursors) => {
    const { store, stored, repository, corrupt } = cursors;
    if (corrupt !== undefined) console.note(`${console.noteStyle.yellow('warning')}: ${corrupt.message}`);
    const { move, wanted, before } = await planMove(client, place, cursors, options, stop.requested);
    const { beginning } = before;
    if (options.execute && beginning.kind === 'claimed') throw held(client, beginning, options);
    await console.print(moveText(move, await readCommits(repository, move.commits), console.style));
    if (move.kind === 'there' && corrupt === undefined) return EXIT.done;
    if (!options.execute) {
      if (beginning.kind === 'claimed') {
        console.note(`${held(client, beginning, options).message}: --execute would be refused`);
      }
      if (corrupt !== undefined) {
        console.note(
          'With --execute a copy of the file is kept, and it begins anew with what can be read of it. Clients whose ' +
            'cursors are lost are then told to be gone, and have to be placed in the same way.',
        );
      }
      console.note(['Nothing was changed. To do it:', `  ${cursorSetCommand(client, place, options, true)}`]);
      return EXIT.done;
    }
    if (corrupt !== undefined) {
      const { clients, misconfigured } = readClientsFile(clientsPath(repository, options.clients));
      const copy = await store.restart?.([...clients, ...misconfigured].map(({ name }) => name));
      console.note(`The corrupt file is kept as ${copy}`);
    }
    const cursor: Cursor = { ...wanted, run: runName(environment) };
    const expected = stored.cursors.get(client)?.version;
    await writeCursor(store, client, { expected, cursor }, surroundings);
    await console.print(`${printable(client)} is set\n`);
    return EXIT.done;
  });
}

interface PlannedMove {
  readonly move: Move;
  readonly wanted: LaneCursor;
  readonly before: PendingLane;
}

async function planMove(
  client: string,
  place: string,
  { store, stored, repository }: OpenCursors,
  options: SetOptions,
  stop: AbortSignal,
): Promise<PlannedMove> {
  const fixed = readConfigurationFile(options.config);
  const path = clientsPath(repository, options.clients);
  const entry = entryOf(client, readClientsFile(path), path, store.name, stored);
  const head = await resolveCommit(repository, options.to ?? 'HEAD');
  const target = place === 'now' || place === 'snapshot' ? head : await resolveCommit(repository, place);
  await requirePublished(repository, target, stored.branch);

  const held = stored.cursors.get(client);
  const old = held?.kind === 'cursor' ? held.cursor : undefined;
  const end = await newest(repository, [head, target, old?.commit, old?.step?.to]);
  const asked = { squash: false, onRewrite: 'fail', claimFor: options.claimFor } as const;
  const laneIn = async (cursors: StoredCursors): Promise<PendingLane> => {
    const { lanes } = await readPending(repository, [entry], cursors, end, asked, fixed, stop);
    const [lane] = lanes;
    if (lane === undefined) throw new Error(`no lane of ${client}`);
    return lane;
  };
  const before = await laneIn(stored);
  const from = 'cursor' in before.beginning ? before.beginning.cursor : undefined;
  const placed = await cursorFor(repository, place, target, from, stored.known.has(client));
  const after = await laneIn({
    ...stored,
    cursors: new Map([[client, { kind: 'cursor', cursor: placed, version: '' }]]),
  });
  if (after.problem !== undefined) throw after.problem;
  return { before, wanted: placed, move: describeMove(before, after, placed, end) };
}

/** The client's entry; of one that only the store knows, as it left the clients file, its name. @throws {UsageError} */
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
 * The next event names as the one before it what the receiver was really sent last: so forwards it stays, whatever is
 * left out, and the receiver sees no gap where a person wanted none. Backwards, and in a snapshot, the next event
 * comes after nothing that it was sent: it begins anew, as the first of a lane does.
 */
async function cursorFor(
  repository: Repository,
  place: string,
  target: string,
  from: Cursor | undefined,
  begunBefore: boolean,
): Promise<LaneCursor> {
  if (place === 'snapshot') {
    // Its receiver may have had all of it, and lost it since.
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

function describeMove(before: PendingLane, after: PendingLane, placed: LaneCursor, end: string): Move {
  const { name, client, beginning, plan, problem } = before;
  const interest = client ?? EVERYTHING;
  const due = (lane: PendingLane): readonly LoggedEvent[] =>
    lane.plan ? dueEvents(lane.plan, interest, () => true).flat() : [];
  const pending = due(after);
  const from = 'cursor' in beginning ? beginning.cursor : undefined;
  const shared = {
    client: name,
    to: placed.commit,
    snapshot: placed.step !== undefined,
    pending,
    commits: [placed.commit, end, ...(from ? [from.commit] : [])],
    anyEvent: client === undefined,
  };
  if (beginning.kind === 'new') return { ...shared, kind: 'begins' };
  if (from === undefined || plan === undefined) {
    const message = 'message' in beginning ? beginning.message : (problem?.message ?? '');
    return { ...shared, kind: 'unknown', message };
  }
  const own = beginning.kind !== 'renamed'; // an earlier name's cursor is not this client's yet
  if (own && from.commit === placed.commit && !from.step && !placed.step) return { ...shared, kind: 'there' };
  const now = due(before);
  const without = (all: readonly LoggedEvent[], others: readonly LoggedEvent[]): LoggedEvent[] => {
    const ids = new Set(others.map(({ id }) => id));
    return all.filter(({ id }) => !ids.has(id));
  };
  return {
    ...shared,
    kind: 'moves',
    from: from.commit,
    half: from.step !== undefined,
    again: without(pending, now),
    never: without(now, pending),
    anew: from.lastEvent !== undefined && placed.lastEvent === undefined,
  };
}

/** The newest of those that are here, as far as they follow one another. */
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

const held = (
  client: string,
  { run, until }: Extract<Beginning, { kind: 'claimed' }>,
  options: SetOptions,
): ConflictError =>
  new ConflictError(
    `${client} is claimed by ${run} until ${until}`,
    `Wait for it. If that run is dead: ${cursorUnlockCommand(client, options)}`,
  );
