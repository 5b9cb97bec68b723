/** Clients that are in the store, and in the clients file no more. */
import type { ClientsFile } from '../clients/clients-file.ts';
import type { StoredCursors } from '../cursor/cursor-store.ts';
import type { PendingLane } from './pending.ts';

/** Their names, sorted; not those whose cursor a client takes over that was called so. */
export function leftClients(
  { clients, misconfigured }: ClientsFile,
  { known }: Pick<StoredCursors, 'known'>,
  lanes: readonly PendingLane[],
): readonly string[] {
  const takenOver = lanes.map(({ client, beginning }) =>
    beginning.kind === 'renamed' ? client?.formerly : undefined,
  );
  const here = new Set([...[...clients, ...misconfigured].map(({ name }) => name), ...takenOver]);
  return [...known].filter((name) => !here.has(name)).sort();
}
