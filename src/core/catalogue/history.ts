/** What the walk needs to know about history, and the port through which it asks. Ids are full hex. */
import type { Blob } from './reading/team-file.ts';

export interface Commit {
  readonly id: string;
  /** Committer date in seconds since 1970. */
  readonly time: number;
  readonly author: { readonly name: string; readonly email: string };
  /** First paragraph of the message, on one line. */
  readonly title: string;
}

/** A path of a tree. Links and submodules are listed so that they can be reported; they hold no teams. */
export interface TreeFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  readonly blob: string;
}

/** What is at a path of a tree; undefined if nothing is. */
export interface PathState {
  readonly path: string;
  readonly after: TreeFile | undefined;
}

/** A path that differs between two trees. */
export interface FileChange extends PathState {
  readonly before: TreeFile | undefined;
}

/** Whether the path can hold teams: it exists and is neither a link nor a submodule. */
export const isFile = (file: TreeFile | undefined): file is TreeFile => file?.kind === 'file';

/** Two consecutive revisions of the walk: `from` -> `commit.id`. */
export interface Step {
  /** null means the empty catalogue before the first commit. */
  readonly from: string | null;
  readonly commit: Commit;
  /** Number of commits reachable from `commit`, including itself. */
  readonly reachable: number;
  /** Whether `from` is the first parent of `commit` (or `from` is null and `commit` has no parent). */
  readonly consecutive: boolean;
  /** Whether `from` is not an ancestor of `commit`: history was rewritten, and the step is the net change. */
  readonly rewritten?: boolean;
  readonly changes: readonly FileChange[];
}

/** What a commit changed compared with its first parent; a root commit, compared with nothing. */
export interface CommitChanges {
  readonly commit: string;
  readonly changes: readonly FileChange[];
}

/** History as git keeps it. Every call may fail with a HistoryError. */
export interface HistorySource {
  /** All files of a revision's tree, in no particular order. */
  files(revision: string): Promise<readonly TreeFile[]>;
  /** The contents of these blobs, in this order. Git starts reading at once. */
  blobs(ids: readonly string[]): BlobStream;
  /** Reads contents one by one, for callers that know the next id only after the content before it. */
  openBlobs(): BlobReader;
  /**
   * Changes along the first parents of `revision`, newest first, in windows; git reads on only as long as the caller
   * does. With `only` (an ASCII path): just the commits that changed that path, with just that change.
   */
  changesBack(revision: string, only?: string): AsyncGenerator<readonly CommitChanges[]>;
}

export interface BlobReader {
  read(id: string): Promise<Blob>;
  close(): void;
}

/** Contents as they arrive, at the reader's pace, so that they never have to be in memory together. */
export interface BlobStream {
  batches(): AsyncGenerator<readonly Blob[]>;
  /** Ends the stream; may be called before anything was read. */
  stop(): void;
}

/** One blob's content. */
export async function readBlob(source: HistorySource, id: string): Promise<Blob> {
  for await (const [blob] of source.blobs([id]).batches()) if (blob !== undefined) return blob;
  throw new Error(`git gave no content for blob ${id}`);
}
