/** A teams repo with its remote, a clients file, and a cursor store: the surroundings of a run in CI. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { teamEvents, type Result } from './program.ts';
import type { StoreKind } from './sample-pipeline.ts';
import { createRemote, openStore, type SampleRemote } from './sample-remote.ts';
import { tempFolder } from './sample-repo.ts';
import type { Cursor } from '../../src/core/cursor/cursor.ts';

export interface SampleSite {
  readonly remote: SampleRemote;
  /** The work tree that runs look at. */
  readonly directory: string;
  /** For `--cursor`. */
  readonly store: string;
  readonly clientsPath: string;
  /** Replaces the clients file. */
  setClients(entries: string): void;
  /** A command with `-C` and `--cursor`, and for all but `cursor show` the clients file. */
  run(command: string, ...args: string[]): Promise<Result>;
  /** `notify --init` to the receivers of the clients file. */
  notify(...args: string[]): Promise<Result>;
  /** What the store holds for a client. */
  cursor(client: string): Promise<Cursor | undefined>;
  /** Writes a cursor as another program might, whatever is there. */
  put(client: string, cursor: Cursor): Promise<void>;
  /** All of the store, byte for byte. */
  raw(): string;
}

export const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms', '--attempts', '1'];

/** The first commits have names for `start`: the branches `first` and `second`. */
export function createSite(kind: StoreKind, entries: string, commits = 3): SampleSite {
  const remote = createRemote(commits);
  const { directory } = remote.author;
  const [first, second] = remote.commits;
  for (const [name, commit] of Object.entries({ first, second })) {
    if (commit !== undefined) writeFileSync(join(directory, '.git/refs/heads', name), `${commit}\n`);
  }
  const folder = tempFolder();
  const file = join(folder, 'cursors.json');
  const store = kind === 'tag' ? 'tag:team-events' : `file:${file}`;
  const clientsPath = join(folder, 'clients.yml');
  const setClients = (text: string): void => writeFileSync(clientsPath, `clients:\n${text}`);
  setClients(entries);
  const run = (command: string, ...args: string[]): Promise<Result> => {
    const clients = command === 'cursor' && args[0] === 'show' ? [] : ['--clients', clientsPath];
    return teamEvents([command, ...args, '-C', directory, '--cursor', store, ...clients]);
  };
  const read = async () => {
    const opened = await openStore(store, directory, { readOnly: true });
    return (await opened.store.read()).cursors;
  };
  return {
    remote,
    directory,
    store,
    clientsPath,
    setClients,
    run,
    notify: (...args) => run('notify', '--init', ...LOCAL, ...args),
    async cursor(client) {
      const found = (await read()).get(client);
      return found?.kind === 'cursor' ? found.cursor : undefined;
    },
    async put(client, cursor) {
      const expected = (await read()).get(client)?.version;
      const opened = await openStore(store, directory);
      await opened.store.write(new Map([[client, { expected, cursor }]]));
      await opened.store.close();
    },
    raw: () =>
      kind === 'tag'
        ? remote.git('for-each-ref', 'refs/tags')
        : existsSync(file)
          ? readFileSync(file, 'utf8')
          : '',
  };
}
