/** The clients file as it is on disk now; it is read again when it changes. */
import { statSync } from 'node:fs';
import { bindClient } from '../../core/clients/binding/bind-client.ts';
import type { HiddenValues } from '../../core/clients/binding/hidden-values.ts';
import type { Lookup } from '../../core/requests/template.ts';
import type { ClientState } from '../../core/clients/client-state.ts';
import { parseClientsFile, type ClientsFile } from '../../core/clients/file/clients-file.ts';
import { ClientsFileError } from '../../errors.ts';
import { readTextFile } from './read-file.ts';

export const CLIENTS_FILE = 'clients.yml';
const REMEDY = 'Name it with --clients FILE.';

/** @throws {UsageError | ClientsFileError} */
export function readClientsFile(path: string): ClientsFile {
  return parseClientsFile(readTextFile(path, 'the clients file', REMEDY), path);
}

export interface ClientsOnDisk {
  /** As it was when the run began. */
  readonly initial: ClientsFile;
  /** The present state of a client. Reads the file only if its time, size or inode changed. */
  state(name: string): ClientState;
  /** Why the file can no longer be used, if it became invalid during the run. */
  readonly unusable: ClientsFileError | undefined;
}

/**
 * `hide` is called with the values of each client that must be redacted. @throws {UsageError | ClientsFileError} on the
 * first read
 */
export function openClients(
  path: string,
  variables: (client: string) => Lookup,
  hide: (hidden: HiddenValues) => void,
): ClientsOnDisk {
  let stamp = stampOf(path);
  const initial = readClientsFile(path);
  let states: ReadonlyMap<string, ClientState> = statesOf(initial);
  let broken: ClientsFileError | undefined;

  function statesOf(file: ClientsFile): ReadonlyMap<string, ClientState> {
    const known = new Map<string, ClientState>();
    for (const { name, problems } of file.misconfigured) known.set(name, { kind: 'misconfigured', problems });
    for (const client of file.clients) {
      const bound = bindClient(client, variables(client.name));
      if (bound.ok) {
        hide(bound.value.hidden);
        known.set(client.name, { kind: 'ready', bound: bound.value });
      } else {
        known.set(client.name, { kind: 'misconfigured', problems: bound.wrong });
      }
    }
    return known;
  }

  function refresh(): void {
    const now = stampOf(path);
    if (broken !== undefined || now === stamp) return;
    stamp = now;
    try {
      states = statesOf(readClientsFile(path));
    } catch (error) {
      broken =
        error instanceof ClientsFileError ? error : new ClientsFileError(path, [(error as Error).message]);
    }
  }

  return {
    initial,
    get unusable() {
      return broken;
    },
    state(name) {
      refresh();
      if (broken) return { kind: 'unusable', error: broken };
      return states.get(name) ?? { kind: 'removed' };
    },
  };
}

/** Changes when the file does, also if it was replaced. A pipe is read only once, because it holds nothing more. */
function stampOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true });
    if (!stats.isFile()) return 'no file';
    const { mtimeNs, ctimeNs, size, ino } = stats;
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code); // reported when it is read
  }
}
