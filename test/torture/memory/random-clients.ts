/** A clients file in memory that changes while runs go on, and the memory of all that it has ever said. */
import { bindClient } from '../../../src/clients/bind-client.ts';
import { parseClientsFile, type ClientsFile } from '../../../src/clients/clients-file.ts';
import type { ClientState } from '../../../src/delivery/lane.ts';
import { EVENT_TYPES, type EventType } from '../../../src/events/team-event.ts';
import type { Random } from '../random.ts';

/** What an entry of the file says. */
export interface Wishes {
  readonly start: string;
  readonly types: readonly EventType[];
  readonly skip: readonly string[];
  readonly paused: boolean;
}

export interface Version {
  /** Since when, in the common count. */
  readonly since: number;
  readonly wishes: ReadonlyMap<string, Wishes>;
}

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
      file = parseClientsFile(textOf(wishes), 'clients.yml');
      if (file.misconfigured.length > 0) throw new Error(JSON.stringify(file.misconfigured));
      states = new Map(
        file.clients.map((client): [string, ClientState] => {
          const bound = bindClient(client, () => undefined);
          if ('problems' in bound) throw new Error(JSON.stringify(bound.problems));
          return [client.name, { kind: 'ready', bound }];
        }),
      );
      versions.push({ since: count(), wishes });
    },
  };
}

/** JSON is YAML. Each type has an endpoint of its own. */
function textOf(wishes: ReadonlyMap<string, Wishes>): string {
  const clients = [...wishes].map(([name, { types, ...others }]) => ({
    name,
    ...others,
    subscriptions: types.map((event) => ({ event, url: `https://${name}.example.com/${event}` })),
  }));
  return JSON.stringify({ clients });
}

/** One event type at least: an entry without a subscription is a mistake. */
export function randomTypes(random: Random): readonly EventType[] {
  if (random.chance(0.4)) return EVENT_TYPES;
  const types = random.some(EVENT_TYPES, 0.6);
  return types.length > 0 ? types : [random.pick(EVENT_TYPES)];
}
