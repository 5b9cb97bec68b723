/** Clients that are in the store, and in the clients file no more. */
import type { ClientsFile } from '../clients/clients-file.ts';
import type { StoredCursors } from '../cursor/cursor-store.ts';

/** Their names, sorted; not those whose cursor a client takes over that was called so. */
export function leftClients(
  { clients, misconfigured }: ClientsFile,
  { known, cursors }: Pick<StoredCursors, 'known' | 'cursors'>,
): readonly string[] {
  const hasBegun = (name: string): boolean => known.has(name) || cursors.has(name);
  const takenOver = clients.flatMap(({ name, formerly }) => (hasBegun(name) ? [] : (formerly ?? [])));
  const here = new Set([...[...clients, ...misconfigured].map(({ name }) => name), ...takenOver]);
  return [...known].filter((name) => !here.has(name)).sort();
}
