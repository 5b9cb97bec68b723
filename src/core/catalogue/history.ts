/** What the walk needs to know of history, and the port through which it asks. Ids are full hex. */
import type { Blob } from './reading/team-file.ts';

export interface Commit {
  readonly id: string;
  /** Committer date in seconds since 1970. */
  readonly time: number;
  readonly author: { readonly name: string; readonly email: string };
  /** First paragraph of the message, on one line. */
  readonly title: string;
}

/** A path of a tree. Links and submodules are named so that they can be told; they hold no team. */
export interface TreeFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  readonly blob: string;
}

/** What stands at a path of a tree; undefined where nothing does. */
export interface PathState {
  readonly path: string;
  readonly after: TreeFile | undefined;
}

/** A path that differs between two trees. */
export interface FileChange extends PathState {
  readonly before: TreeFile | undefined;
}

/** Whether it can hold teams: it is there, and neither a link nor a submodule. */
export const isFile = (file: TreeFile | undefined): file is TreeFile => file?.kind === 'file';

/** Two consecutive catalogues of the walk: `from` -> `commit.id`. */
export interface Step {
  /** null is the empty catalogue before the first commit. */
  readonly from: string | null;
  readonly commit: Commit;
  /** How many commits can be reached from `commit`, itself included. */
  readonly reachable: number;
  /** Whether `from` is the first parent of `commit` (or `commit` is the first of its line and `from` is null). */
  readonly consecutive: boolean;
  /** Whether `from` is no ancestor of `commit`: history was rewritten, and this is the net change. */
  readonly rewritten?: boolean;
  readonly changes: readonly FileChange[];
}

/** What a commit changed against its first parent; the first commit of all, against nothing. */
export interface CommitChanges {
  readonly commit: string;
  readonly changes: readonly FileChange[];
}

/** History as git keeps it. Every call may fail with a HistoryError. */
export interface HistorySource {
  /** All files of a revision's tree, in no certain order. */
  files(revision: string): Promise<readonly TreeFile[]>;
  /** The contents of these blobs, in this order. Git begins at once. */
  blobs(ids: readonly string[]): BlobStream;
  /** Contents one by one, for a reader who knows only by one which is the next. */
  openBlobs(): BlobReader;
  /**
   * What was changed along the first parents of `revision`, newest first, in windows, for as long as it is read. With
   * `only`, a path of ASCII, the commits that changed it, and of them nothing else.
   */
  changesBack(revision: string, only?: string): AsyncGenerator<readonly CommitChanges[]>;
}

export interface BlobReader {
  read(id: string): Promise<Blob>;
  close(): void;
}

/** Contents as they arrive, at the reader's pace, so that they need not be in memory together. */
export interface BlobStream {
  batches(): AsyncGenerator<readonly Blob[]>;
  /** Ends it, also before anything was read. */
  stop(): void;
}

/** One blob's content. */
export async function readBlob(source: HistorySource, id: string): Promise<Blob> {
  for await (const [blob] of source.blobs([id]).batches()) if (blob !== undefined) return blob;
  throw new Error(`git gave no content for blob ${id}`);
}
