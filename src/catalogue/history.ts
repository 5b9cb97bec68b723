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
  /** Shows `visit` the content of each of these blobs as it arrives, in no certain order. */
  blobs(ids: Iterable<string>, visit: (id: string, blob: Blob) => void): Promise<void>;
  /** Where these paths changed along the first parents of `revision`, newest first. */
  pathChanges(revision: string, paths: readonly string[]): Promise<readonly PathChange[]>;
}

/** One blob's content. */
export async function readBlob(source: HistorySource, id: string): Promise<Blob> {
  let found: Blob | undefined;
  await source.blobs([id], (_, blob) => (found = blob));
  if (found === undefined) throw new Error(`git gave no content for blob ${id}`);
  return found;
}
