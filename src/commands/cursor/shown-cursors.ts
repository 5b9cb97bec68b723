/** Everything that `cursor show` reports, in the one form from which each format is made. Absent values are null. */
import { storedForm, type StoredForm } from '../../core/cursor/cursor-schema.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';

export interface ShownCursors {
  readonly store: string;
  readonly branch: { readonly name: string; readonly remote: string; readonly tip: string | null } | null;
  /** Sorted by name. */
  readonly clients: readonly ShownEntry[];
  /** Other refs or files found beside the cursors. */
  readonly others: readonly string[];
}

export interface ShownEntry {
  readonly client: string;
  readonly kind: 'cursor' | 'corrupt' | 'gone' | 'new';
  readonly cursor: StoredForm | null;
  /** Why the cursor cannot be used. */
  readonly problem: string | null;
  /** The version that a write must name; for a tag, the id of its object. */
  readonly version: string | null;
}

/** The contents of a store, plus the clients in `named` that have not begun. */
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
