/** Where cursors are kept: the port. */
import { CursorError } from '../../errors.ts';
import type { Cursor } from './cursor.ts';

/** Opaque. A write names the one that it replaces. */
export type Version = string;

export type StoredCursor =
  | { readonly kind: 'cursor'; readonly cursor: Cursor; readonly version: Version }
  /** It blocks this client, and is never taken for an absent one. */
  | { readonly kind: 'corrupt'; readonly message: string; readonly version: Version };

export interface StoredCursors {
  /** By client. */
  readonly cursors: ReadonlyMap<string, StoredCursor>;
  /** Clients that have begun. One of them without a cursor: its cursor is gone. */
  readonly known: ReadonlySet<string>;
  /** No client has ever begun. */
  readonly empty: boolean;
  /** What else lies where cursors are, and is left alone. */
  readonly others: readonly string[];
  /** The branch that may be published; undefined where the store knows of none. */
  readonly branch: PublishedBranch | undefined;
}

/** A store that is corrupt as a whole, with what can be read of it all the same: for who mends it by hand. */
export class CorruptStoreError extends CursorError {
  readonly readable: StoredCursors;

  constructor(message: string, remedy: string, readable: StoredCursors) {
    super(message, remedy);
    this.readable = readable;
  }
}

export interface PublishedBranch {
  /** Such as `main`; `HEAD` where the remote does not tell which branch that is. */
  readonly name: string;
  /** Where it is kept, for messages. */
  readonly remote: string;
  /** Its newest commit; undefined where there is no such branch. */
  readonly tip: string | undefined;
}

export interface CursorChange {
  /** undefined: there must be none yet. */
  readonly expected: Version | undefined;
  readonly cursor: Cursor;
}

export type WriteResult =
  | { readonly kind: 'written'; readonly version: Version }
  /** Somebody else was faster; `by` is the run, where it can be told. */
  | { readonly kind: 'moved'; readonly by?: string }
  /** By the store's server. `details`: its own words, line by line, and what mends it. */
  | { readonly kind: 'refused'; readonly message: string; readonly details?: readonly string[] };

/**
 * One run's access. Calls do not overlap. What a call has left unsettled (it threw, the answer was lost) the next
 * write of the same store settles: it is never told `moved` by its own doing.
 */
export interface CursorStore {
  /** As `--cursor` names it. */
  readonly name: string;
  /** Whether several runs may be at it at once, and so have to claim their clients. Else it is locked while open. */
  readonly shared: boolean;
  /** @throws {UnreachableError} where it cannot be reached @throws {CorruptStoreError} where it is corrupt as a whole */
  read(signal?: AbortSignal): Promise<StoredCursors>;
  /**
   * All at once, but each for itself: one that fails does not hold up the others. A client that is written for the
   * first time becomes known. `signal` bounds it: what was written by then, nobody knows.
   * @throws {UnreachableError} where the store cannot be reached @throws {CursorError} where that will not pass
   */
  write(
    changes: ReadonlyMap<string, CursorChange>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, WriteResult>>;
  /**
   * Where it is corrupt as a whole: keeps a copy and begins anew with what can be read of it. `known` have begun as well,
   * so that they are told to be gone and not begun anew. Gives where the copy is. @throws {CursorError}
   */
  restart?(known: readonly string[]): Promise<string>;
  /**
   * Whether its lock is still this run's, where it has one: a machine that was paused for long may have lost it to
   * another run.
   */
  holds?(): boolean;
  /** Frees its lock and its temporary files. May be called again. */
  close(): Promise<void>;
}
