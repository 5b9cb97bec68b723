/** Clients that are in the store but no longer in the clients file. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { firstParents, type FirstParents } from '../../adapters/git/history/first-parents.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { isBeforeFirst, type Cursor } from '../../core/cursor/cursor.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';

/** Their names, sorted; without those whose cursor another client takes over by `formerly`. */
export function departedClients(
  { clients, misconfigured }: ClientsFile,
  { known, cursors }: Pick<StoredCursors, 'known' | 'cursors'>,
): readonly string[] {
  const hasBegun = (name: string): boolean => known.has(name) || cursors.has(name);
  const takenOver = clients.flatMap(({ name, formerly }) => (hasBegun(name) ? [] : (formerly ?? [])));
  const here = new Set([...[...clients, ...misconfigured].map(({ name }) => name), ...takenOver]);
  return [...known].filter((name) => !here.has(name)).sort();
}

/** A client that was removed before it had been sent everything. */
export interface DepartedBehind {
  readonly client: string;
  readonly commit: string;
  /** Number of first-parent commits not completely delivered to it. */
  readonly commits: number;
  /** Whether a step or a snapshot is partially delivered. */
  readonly partial: boolean;
  /** Whether nothing is delivered: it was to begin before `commit`, the first commit of history. */
  readonly beforeFirst: boolean;
}

/** The clients in `left` whose cursors are on the first-parent line to `to` and behind it, in their order. */
export async function departedBehind(
  repository: Repository,
  left: readonly string[],
  { cursors }: Pick<StoredCursors, 'cursors'>,
  to: string,
): Promise<readonly DepartedBehind[]> {
  const line: FirstParents = left.length === 0 ? new Map() : await firstParents(repository, to);
  return left.flatMap((client) => {
    const stored = cursors.get(client);
    const cursor = stored?.kind === 'cursor' ? stored.cursor : undefined;
    const commits = cursor && commitsAfter(cursor, line);
    if (cursor === undefined || commits === undefined) return [];
    const beforeFirst = isBeforeFirst(cursor);
    const partial = (cursor.step !== undefined || cursor.held !== undefined) && !beforeFirst;
    return commits > 0 || partial ? [{ client, commit: cursor.commit, commits, partial, beforeFirst }] : [];
  });
}

/** Number of commits of the line not completely delivered; undefined if the cursor is not on the line. */
function commitsAfter(cursor: Cursor, line: FirstParents): number | undefined {
  const { commit, step } = cursor;
  return isBeforeFirst(cursor) || (step?.root && line.has(commit)) ? line.size : line.get(commit);
}
