/** What the commands on cursors share: the store, opened, read, written by compare-and-swap, and closed again. */
import { openCursorStore } from '../../adapters/cursor-stores/open-cursor-store.ts';
import { readPolicy } from '../../adapters/files/policy-file.ts';
import { openRepository, type Repository } from '../../adapters/git/clone/repository.ts';
import { messageLines } from '../../adapters/git/message-lines.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { SYSTEM_CLOCK } from '../../adapters/process/system-clock.ts';
import {
  CorruptStoreError,
  type CursorChange,
  type CursorStore,
  type StoredCursors,
} from '../../core/cursor/cursor-store.ts';
import { patiently } from '../../core/cursor/patience.ts';
import { ConflictError, CursorError, UsageError, type UnreachableError } from '../../errors.ts';
import { callerOf } from '../event-log/log-notes.ts';

/** As the command line declares them. */
export interface StoreOptions {
  readonly repo: string;
  readonly cursor: string | undefined;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  /** For its push options. */
  readonly policy: string | undefined;
  /** Milliseconds after which the lock of a dead run lapses, where the command says. */
  readonly claimFor?: number;
  /** The command mends a store that is corrupt as a whole. */
  readonly mends?: true;
}

export interface OpenCursors {
  readonly store: CursorStore;
  /** As it was when it was opened. */
  readonly stored: StoredCursors;
  /** Where the store is corrupt as a whole, and the command mends that; `stored` is then what can be read of it. */
  readonly corrupt?: CorruptStoreError | undefined;
  /** The clone, and what the store has brought. */
  readonly repository: Repository;
}

/** `readOnly`: nothing will be written, so that a run that holds a file is not in the way. */
export async function withCursors<Result>(
  { repo, cursor, remote, branch, policy, claimFor, mends }: StoreOptions,
  readOnly: boolean,
  context: RunContext,
  act: (cursors: OpenCursors) => Promise<Result>,
): Promise<Result> {
  const { environment } = context;
  if (cursor === undefined) {
    throw new UsageError(
      'no cursors are named',
      'Say where they are kept: --cursor tag:PREFIX or --cursor file:PATH, or TEAM_EVENTS_CURSOR.',
    );
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
      if (mends && error instanceof CorruptStoreError) return error;
      throw error;
    });
    const corrupt = read instanceof CorruptStoreError ? read : undefined;
    return await act({ store, repository, stored: 'readable' in read ? read.readable : read, corrupt });
  } finally {
    await store.close();
  }
}

/** Patient with a store that is away for a moment. @throws {CursorError} */
export const readStore = (
  store: CursorStore,
  context: Pick<RunContext, 'console' | 'stop'>,
): Promise<StoredCursors> =>
  patiently((signal) => store.read(signal), {
    clock: SYSTEM_CLOCK,
    signal: context.stop.stopping,
    notice: awayNotice(context),
  });

/** Tells why a run waits. */
export const awayNotice =
  ({ console }: Pick<RunContext, 'console'>) =>
  ({ message }: UnreachableError): void => {
    const [first, ...more] = messageLines(message);
    console.note([
      `${console.noteStyle.yellow('warning')}: ${first}; it is tried again for a minute`,
      ...more,
    ]);
  };

/** @throws {ConflictError} where it was moved since it was read @throws {CursorError} where the store does not take it */
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
      throw new Error(`the store does not tell what became of ${client}`);
  }
}
