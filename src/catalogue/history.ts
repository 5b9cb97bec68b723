/** What the walk needs to know of history, and the port through which it asks. Ids are full hex. */
import type { Blob } from './team-file.ts';

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

/** A path that differs between two trees: what it is afterwards; undefined where it is gone. */
export interface FileChange {
  readonly path: string;
  readonly after: TreeFile | undefined;
}

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

/** One commit of a path's history. */
export interface PathChange extends FileChange {
  readonly commit: string;
  readonly before: TreeFile | undefined;
}

/** History as git keeps it. Every call may fail with a HistoryError. */
export interface HistorySource {
  /** All files of a revision's tree, in no certain order. */
  files(revision: string): Promise<readonly TreeFile[]>;
  /** The contents of these blobs, in this order. Git begins at once. */
  blobs(ids: readonly string[]): BlobStream;
  /** Where these paths changed along the first parents of `revision`, newest first. */
  pathChanges(revision: string, paths: readonly string[]): Promise<readonly PathChange[]>;
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
