/** The environment of a pipeline: a remote with a teams repo, a clone of it, a clients file, and a store of cursors. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startTeamEvents,
  teamEvents,
  type Environment,
  type ProcessOptions,
  type Result,
} from './program.ts';
import { giveBranch, giveWorkTree } from './given-objects.ts';
import { createRepo, gitEnvironment, initRepo, tempFolder, type Files } from './sample-repo.ts';

export type StoreKind = 'tag' | 'file';
export const STORES: readonly StoreKind[] = ['tag', 'file'];

export interface SamplePipeline {
  /** The bare repository at the remote. */
  readonly remote: string;
  readonly clone: string;
  /** Such as `tag:team-events`. */
  readonly store: string;
  /** The file, where cursors are kept in one. */
  readonly storePath: string;
  /** Any git command in the author's work tree. */
  git(...args: string[]): string;
  /** Commits, pushes, and fetches into the clone; returns the full id. */
  push(files: Files, title?: string): string;
  /** Fetches the remote's `main` into the clone. */
  pull(): void;
  /** Where the clients file is. */
  readonly clientsPath: string;
  clients(entries: string): void;
  run(...args: string[]): Promise<Result>;
  /** A command that sends nothing, with the same clients and cursors. */
  command(...args: string[]): Promise<Result>;
  runWith(options: Environment, ...args: string[]): Promise<Result>;
  /** As a process of its own. */
  startWith(options: ProcessOptions, ...args: string[]): Promise<Result>;
  /** git in the remote: where the tags are. */
  remoteGit(...args: string[]): string;
}

/** An attempt is tried again twice, at once. */
const QUICK = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms', '--attempts', '3'];

export function createPipeline(kind: StoreKind): SamplePipeline {
  const folder = tempFolder();
  const remote = join(folder, 'remote.git');
  const clone = join(folder, 'clone');
  const clientsPath = join(folder, 'clients.yml');
  const storePath = join(folder, 'cursors.json');
  const author = createRepo(tempFolder(), { origin: remote });
  initRepo(remote, { bare: true });
  initRepo(clone, { origin: remote });
  const store = kind === 'tag' ? 'tag:team-events' : `file:${storePath}`;
  const env = { ...gitEnvironment(), TZ: 'UTC' } as Record<string, string>;
  const pull = (): void => {
    author.git('-C', clone, 'fetch', '--quiet', '--no-tags', 'origin', 'main');
    author.git('-C', clone, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
  };
  const fixed = ['-C', clone, '--cursor', store, '--clients', clientsPath, ...QUICK];
  const runWith = (options: Environment, ...args: string[]): Promise<Result> =>
    teamEvents([...fixed, ...args], { env: { ...env, ...options.env } });
  return {
    remote,
    clone,
    store,
    storePath,
    clientsPath,
    git: (...args) => author.git(...args),
    push(files, title) {
      const id = author.commit(files, title);
      giveBranch(author.folder, remote, 'heads/main', id);
      giveBranch(author.folder, join(clone, '.git'), 'remotes/origin/main', id);
      giveWorkTree(author.directory, clone, id);
      return id;
    },
    pull,
    clients: (entries) => writeFileSync(clientsPath, `clients:\n${entries}`),
    run: (...args) => runWith({}, ...args),
    command: (...args) =>
      teamEvents(['-C', clone, ...args, '--cursor', store, '--clients', clientsPath], { env }),
    runWith,
    startWith: (options, ...args) =>
      startTeamEvents([...fixed, ...args], { ...options, env: { ...env, ...options.env } }),
    remoteGit: (...args) => author.git('-C', remote, ...args),
  };
}
