/** What the commands on cursors share: the store, opened, read, written by compare-and-swap, and closed again. */
import type { CursorChange, CursorStore, StoredCursors } from '../cursor/cursor-store.ts';
import { openCursorStore } from '../cursor/open-cursor-store.ts';
import { ConflictError, CursorError, UsageError } from '../errors.ts';
import { readPolicy } from '../files/policy-file.ts';
import { openRepository, type Repository } from '../git/repository.ts';
import { callerOf } from './notes.ts';
import type { Surroundings } from './notify.ts';

/** As the command line declares them. */
export interface StoreOptions {
  readonly repo: string;
  readonly cursor: string | undefined;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  /** For its push options. */
  readonly policy: string | undefined;
}

export interface OpenCursors {
  readonly store: CursorStore;
  /** As it was when it was opened. */
  readonly stored: StoredCursors;
  /** The clone, and what the store has brought. */
  readonly repository: Repository;
}

/** `readOnly`: nothing will be written, so that a run that holds a file is not in the way. */
export async function withCursors<Result>(
  { repo, cursor, remote, branch, policy }: StoreOptions,
  readOnly: boolean,
  surroundings: Surroundings,
  act: (cursors: OpenCursors) => Promise<Result>,
): Promise<Result> {
  if (cursor === undefined) {
    throw new UsageError(
      'no cursors are named',
      'Say where they are kept: --cursor tag:PREFIX or --cursor file:PATH, or TEAM_EVENTS_CURSOR.',
    );
  }
  const { pushOptions } = readPolicy(policy, { allowHost: [] });
  const { environment, stop } = surroundings;
  const clone = await openRepository(repo, callerOf(surroundings));
  const words = { repository: clone, remote, branch, environment, pushOptions, readOnly, now: Date.now };
  const { store, repository } = await openCursorStore(cursor, words);
  try {
    return await act({ store, repository, stored: await store.read(stop.requested) });
  } finally {
    await store.close();
  }
}

/** @throws {ConflictError} where it was moved since it was read @throws {CursorError} where the store does not take it */
export async function writeCursor(
  store: CursorStore,
  client: string,
  change: CursorChange,
  signal: AbortSignal,
): Promise<void> {
  const result = (await store.write(new Map([[client, change]]), signal)).get(client);
  switch (result?.kind) {
    case 'written':
      return;
    case 'moved':
      throw new ConflictError(
        `the cursor of ${client} was moved meanwhile by ${result.by ?? 'somebody else'}; it is left as it is now`,
        'Look at what that changes, then run it again.',
      );
    case 'refused':
      throw new CursorError(`the cursor of ${client} was not written: ${result.message}`);
    case undefined:
      throw new Error(`the store does not tell what became of ${client}`);
  }
}
