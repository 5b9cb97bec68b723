/** Shared by the commands on cursors: opens the store, reads it, writes by compare-and-swap, and closes it. */
import { openCursorStore } from '../../adapters/cursor-stores/open-cursor-store.ts';
import { clientsPath } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { readPolicy } from '../../adapters/files/policy-file.ts';
import { openRepository, type Repository } from '../../adapters/git/clone/repository.ts';
import { messageLines } from '../../adapters/git/message-lines.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { SYSTEM_CLOCK } from '../../adapters/process/system-clock.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import {
  CorruptStoreError,
  type CursorChange,
  type CursorStore,
  type StoredCursors,
} from '../../core/cursor/cursor-store.ts';
import { patiently } from '../../core/cursor/patience.ts';
import { ConflictError, CursorError, RunError, UsageError, type UnreachableError } from '../../errors.ts';
import { commandLine, type CommandOptions } from '../../reporters/commands/command-line.ts';
import { cursorSetCommand, type StorePlace } from '../../reporters/commands/cursor-command.ts';
import { callerOf } from '../event-log/log-notes.ts';

/** As the command line declares them. */
export interface StoreOptions {
  readonly repo: string;
  readonly cursor: string | undefined;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  /** Path of the policy; its push options are used. */
  readonly policy: string | undefined;
  /** Path of the clients file, if the command takes one; for advice. */
  readonly clients?: string | undefined;
  readonly to?: string | undefined;
  readonly config?: string | undefined;
  /** Milliseconds after which the lock of a dead run lapses, if the command says so. */
  readonly claimFor?: number;
  /** What stands on the command line, for commands that repeat it. */
  readonly given?: CommandOptions;
  /** Set by commands that repair a store that is corrupt as a whole. */
  readonly mends?: true;
}

export interface OpenCursors {
  readonly store: CursorStore;
  /** The cursors at the time of opening. */
  readonly stored: StoredCursors;
  /** Set if the store is corrupt as a whole and the command repairs that; `stored` is then what could be read. */
  readonly corrupt?: CorruptStoreError | undefined;
  /** The clone, including what the store fetched. */
  readonly repository: Repository;
}

/**
 * Opens the store, runs `act`, and closes it. `readOnly`: nothing will be written, so the lock of a file is not taken.
 */
export async function withCursors<Result>(
  options: StoreOptions,
  readOnly: boolean,
  context: RunContext,
  act: (cursors: OpenCursors) => Promise<Result>,
): Promise<Result> {
  const { environment } = context;
  const { repo, cursor, remote, branch, policy, claimFor, clients, mends } = options;
  if (cursor === undefined) {
    throw new UsageError('no cursor store is named', [
      'Name the one of your runs (--cursor or TEAM_EVENTS_CURSOR: tag:PREFIX or file:PATH). If it is the usual one:',
      `  ${commandLine(context.args, { '--cursor': 'tag:team-events' })}`,
    ]);
  }
  const { pushOptions } = readPolicy(policy, { allowHost: [] });
  const clone = await openRepository(repo, callerOf(context));
  const { store, repository } = await openCursorStore(cursor, {
    repository: clone,
    remote,
    branch,
    environment,
    pushOptions,
    readOnly,
    ...(claimFor !== undefined && { claimMs: claimFor }),
    now: Date.now,
  });
  try {
    const read = await readStore(store, context).catch((error: unknown) => {
      if (!(error instanceof CorruptStoreError)) throw error;
      if (mends) return error;
      return placedByHand(namesIn(clone, clients, error), { ...options, clients })(error);
    });
    const corrupt = read instanceof CorruptStoreError ? read : undefined;
    return await act({ store, repository, stored: 'readable' in read ? read.readable : read, corrupt });
  } finally {
    await store.close();
  }
}

/** Reads the store, retrying for a minute if it is unreachable. @throws {CursorError} */
export const readStore = (
  store: CursorStore,
  context: Pick<RunContext, 'console' | 'stop'>,
): Promise<StoredCursors> =>
  patiently((signal) => store.read(signal), {
    clock: SYSTEM_CLOCK,
    signal: context.stop.stopping,
    notice: awayNotice(context),
  });

/** How many commands are named where each client has to be placed anew. */
const NAMED = 10;

export const namesOf = ({
  clients,
  misconfigured,
}: Pick<ClientsFile, 'clients' | 'misconfigured'>): string[] =>
  [...clients, ...misconfigured].map(({ name }) => name);

/** The clients of the file or, where that cannot be read, those that can still be read of the store. */
function namesIn(
  repository: Repository,
  clients: string | undefined,
  { readable }: CorruptStoreError,
): readonly string[] {
  try {
    return namesOf(readClientsFile(clientsPath(repository, clients)));
  } catch (error) {
    if (error instanceof RunError) return [...new Set([...readable.cursors.keys(), ...readable.known])];
    throw error;
  }
}

/** For an error of `readStore`: one that names the commands to place these clients by hand, if the whole store is corrupt. */
export const placedByHand =
  (names: readonly string[], at: StorePlace) =>
  (error: unknown): never => {
    if (!(error instanceof CorruptStoreError)) throw error;
    throw new CorruptStoreError(
      error.message,
      [
        error.remedy ?? '',
        ...names.slice(0, NAMED).map((name) => `  ${cursorSetCommand(name, 'snapshot', at)}`),
        ...(names.length > NAMED ? [`  … and so on for ${names.length - NAMED} more clients`] : []),
      ],
      error.readable,
    );
  };

/** Reports why a run waits. */
export const awayNotice =
  ({ console }: Pick<RunContext, 'console'>) =>
  ({ message }: UnreachableError): void => {
    const [first, ...more] = messageLines(message);
    console.note([`${console.noteStyle.yellow('warning')}: ${first}; retrying for a minute`, ...more]);
  };

/**
 * Writes one cursor, retrying for a minute if the store is unreachable.
 * @throws {ConflictError} if the cursor was moved since it was read
 * @throws {CursorError} if the store does not accept it
 */
export async function writeCursor(
  store: CursorStore,
  client: string,
  change: CursorChange,
  context: Pick<RunContext, 'console' | 'stop'>,
): Promise<void> {
  const results = await patiently((signal) => store.write(new Map([[client, change]]), signal), {
    clock: SYSTEM_CLOCK,
    signal: context.stop.abortWrites,
    notice: awayNotice(context),
  });
  const result = results.get(client);
  switch (result?.kind) {
    case 'written':
      return;
    case 'moved':
      throw new ConflictError(
        `the cursor of ${client} was moved meanwhile by ${result.by ?? 'somebody else'}; it is left as it is now`,
        'Look at what that changes, then run it again.',
      );
    case 'refused':
      throw new CursorError(
        `the cursor of ${client} was not written: ${result.message}`,
        undefined,
        result.details,
      );
    case undefined:
      throw new Error(`the store does not say what became of ${client}`);
  }
}
