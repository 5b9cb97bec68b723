/** The port to the place where cursors are stored. */
import { CursorError } from '../../errors.ts';
import type { Cursor } from './cursor.ts';

/** Opaque. A write names the version that it replaces. */
export type Version = string;

export type StoredCursor =
  | { readonly kind: 'cursor'; readonly cursor: Cursor; readonly version: Version }
  /** It blocks this client, and is never treated as missing. */
  | { readonly kind: 'corrupt'; readonly message: string; readonly version: Version };

export interface StoredCursors {
  /** By client. */
  readonly cursors: ReadonlyMap<string, StoredCursor>;
  /** Clients that have begun. If one of them has no cursor, its cursor was lost. */
  readonly known: ReadonlySet<string>;
  /** Whether no client has ever begun. */
  readonly empty: boolean;
  /** Other files or refs found beside the cursors; they are left alone. */
  readonly others: readonly string[];
  /** The only branch that may be published; undefined if the store knows of none. */
  readonly branch: PublishedBranch | undefined;
}

/** Thrown if a store is corrupt as a whole; carries what could still be read, for whoever repairs it by hand. */
export class CorruptStoreError extends CursorError {
  readonly readable: StoredCursors;

  constructor(message: string, remedy: string | readonly string[], readable: StoredCursors) {
    super(message, remedy);
    this.readable = readable;
  }
}

export interface PublishedBranch {
  /** Such as `main`; `HEAD` if the remote does not say which branch that is. */
  readonly name: string;
  /** The remote that has the branch, for messages. */
  readonly remote: string;
  /** The branch's newest commit; undefined if the branch does not exist. */
  readonly tip: string | undefined;
}

export interface CursorChange {
  /** undefined: there must be no cursor yet. */
  readonly expected: Version | undefined;
  readonly cursor: Cursor;
}

export type WriteResult =
  | { readonly kind: 'written'; readonly version: Version }
  /** Another run has changed the cursor; `by` names it, if known. */
  | { readonly kind: 'moved'; readonly by?: string }
  /** Refused by the store's server. `details`: the server's message, line by line, and the remedy. */
  | { readonly kind: 'refused'; readonly message: string; readonly details?: readonly string[] };

/**
 * One run's access to the store. Calls do not overlap. If the outcome of a write is unknown (it threw, the answer was
 * lost), the next write resolves it; a store never reports `moved` because of its own write.
 */
export interface CursorStore {
  /** As given to `--cursor`. */
  readonly name: string;
  /** Whether several runs may use it at once, and so have to claim clients. Otherwise it is locked while open. */
  readonly shared: boolean;
  /**
   * @throws {UnreachableError} if it cannot be reached
   * @throws {CorruptStoreError} if it is corrupt as a whole
   */
  read(signal?: AbortSignal): Promise<StoredCursors>;
  /**
   * One round trip, not atomic: each change succeeds or fails alone. The first write for a client makes it known.
   * `signal` aborts the call; then the outcome of the changes is unknown.
   * @throws {UnreachableError} if the store cannot be reached
   * @throws {CursorError} for a failure that will not pass by itself
   */
  write(
    changes: ReadonlyMap<string, CursorChange>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, WriteResult>>;
  /**
   * Repairs a store that is corrupt as a whole: keeps a copy and starts anew with what can be read. `known` are clients
   * that have begun: if their cursors are lost, they are reported as lost, not started as new. Returns where the copy
   * is.
   * @throws {CursorError}
   */
  restart?(known: readonly string[]): Promise<string>;
  /**
   * Whether the store's lock, if it has one, is still held by this run: a machine that was suspended may have lost it
   * to another run.
   */
  holds?(): boolean;
  /** Releases its lock and removes temporary files. May be called again. */
  close(): Promise<void>;
}
