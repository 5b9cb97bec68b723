/** A clients file in memory that changes while runs go on, and the memory of all that it has ever said. */
import { bindClient } from '../../../src/core/clients/binding/bind-client.ts';
import { parseClientsFile, type ClientsFile } from '../../../src/core/clients/file/clients-file.ts';
import type { ClientState } from '../../../src/core/clients/client-state.ts';
import { clientsText, type Version, type Wishes } from '../wishes.ts';

export interface MemoryClients {
  readonly file: () => ClientsFile;
  readonly state: (name: string) => ClientState;
  write(wishes: ReadonlyMap<string, Wishes>): void;
  /** Oldest first. */
  readonly versions: readonly Version[];
}

export function createMemoryClients(count: () => number): MemoryClients {
  const versions: Version[] = [];
  let file: ClientsFile = { clients: [], misconfigured: [] };
  let states = new Map<string, ClientState>();
  return {
    file: () => file,
    state: (name) => states.get(name) ?? { kind: 'removed' },
    versions,
    write(wishes) {
      file = parseClientsFile(
        clientsText(wishes, (name, event) => `https://${name}.example.com/${event}`),
        'clients.yml',
      );
      if (file.misconfigured.length > 0) throw new Error(JSON.stringify(file.misconfigured));
      states = new Map(
        file.clients.map((client): [string, ClientState] => {
          const bound = bindClient(client, () => undefined);
          if (!bound.ok) throw new Error(JSON.stringify(bound.wrong));
          return [client.name, { kind: 'ready', bound: bound.value }];
        }),
      );
      versions.push({ since: count(), wishes });
    },
  };
}
