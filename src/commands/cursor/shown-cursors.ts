/** All that `cursor show` has to say, in the one form from which each format is made. Absent is null. */
import { storedForm, type StoredForm } from '../../core/cursor/cursor-schema.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';

export interface ShownCursors {
  readonly store: string;
  readonly branch: { readonly name: string; readonly remote: string; readonly tip: string | null } | null;
  /** By name. */
  readonly clients: readonly ShownEntry[];
  /** What else lies where cursors are. */
  readonly others: readonly string[];
}

export interface ShownEntry {
  readonly client: string;
  readonly kind: 'cursor' | 'corrupt' | 'gone' | 'new';
  readonly cursor: StoredForm | null;
  /** Why it cannot be used. */
  readonly problem: string | null;
  /** What moves it has to name this: of a tag the object. */
  readonly version: string | null;
}

/** What a store holds; of `named` also those that have not begun. */
export function shownEntries(
  { cursors, known }: StoredCursors,
  named: ReadonlySet<string> = new Set(),
): ShownEntry[] {
  return [...new Set([...known, ...named])].sort().map((client) => {
    const stored = cursors.get(client);
    if (!known.has(client)) return { client, kind: 'new', cursor: null, problem: null, version: null };
    if (stored === undefined) return { client, kind: 'gone', cursor: null, problem: null, version: null };
    const { kind, version } = stored;
    return kind === 'cursor'
      ? { client, kind, cursor: storedForm(stored.cursor), problem: null, version }
      : { client, kind, cursor: null, problem: stored.message, version };
  });
}
