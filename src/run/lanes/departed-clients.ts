/** Clients that are in the store, and in the clients file no more. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { isBeforeFirst, type Cursor } from '../../core/cursor/cursor.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import { firstParents } from '../event-log/lane-routes.ts';

/** Their names, sorted; not those whose cursor a client takes over that was called so. */
export function departedClients(
  { clients, misconfigured }: ClientsFile,
  { known, cursors }: Pick<StoredCursors, 'known' | 'cursors'>,
): readonly string[] {
  const hasBegun = (name: string): boolean => known.has(name) || cursors.has(name);
  const takenOver = clients.flatMap(({ name, formerly }) => (hasBegun(name) ? [] : (formerly ?? [])));
  const here = new Set([...[...clients, ...misconfigured].map(({ name }) => name), ...takenOver]);
  return [...known].filter((name) => !here.has(name)).sort();
}

/** A client that left before it had been sent everything. */
export interface DepartedBehind {
  readonly client: string;
  readonly commit: string;
  /** First-parent commits that it was not sent, or not all of. */
  readonly commits: number;
  /** A step, or a snapshot, is partially delivered. */
  readonly partial: boolean;
  /** Nothing is delivered: it was to begin before `commit`, the first of all. */
  readonly beforeFirst: boolean;
}

/** Those of `left` from whose cursors history leads on to `to`, in their order. */
export async function departedBehind(
  repository: Repository,
  left: readonly string[],
  { cursors }: Pick<StoredCursors, 'cursors'>,
  to: string,
): Promise<readonly DepartedBehind[]> {
  const line = left.length === 0 ? new Map<string, number>() : await firstParents(repository, to);
  return left.flatMap((client) => {
    const stored = cursors.get(client);
    const cursor = stored?.kind === 'cursor' ? stored.cursor : undefined;
    const commits = cursor && commitsAfter(cursor, line);
    if (cursor === undefined || commits === undefined) return [];
    const beforeFirst = isBeforeFirst(cursor);
    const partial = cursor.step !== undefined && !beforeFirst;
    return commits > 0 || partial ? [{ client, commit: cursor.commit, commits, partial, beforeFirst }] : [];
  });
}

/** Those of the line that are not completely delivered; undefined where the cursor is elsewhere. */
function commitsAfter(cursor: Cursor, line: ReadonlyMap<string, number>): number | undefined {
  const { commit, step } = cursor;
  return isBeforeFirst(cursor) || (step?.root && line.has(commit)) ? line.size : line.get(commit);
}
