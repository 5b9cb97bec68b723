/** A bare remote with clones, for stores that keep cursors as tags. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CursorStore } from '../../src/core/cursor/cursor-store.ts';
import {
  openCursorStore,
  type OpenedStore,
  type OpenStoreOptions,
} from '../../src/adapters/cursor-stores/open-cursor-store.ts';
import { openRepository } from '../../src/adapters/git/clone/repository.ts';
import { giveBranch } from './given-objects.ts';
import {
  createRepo,
  gitEnvironment,
  initRepo,
  team,
  tempFolder,
  type KeptRepo,
  type SampleRepo,
} from './sample-repo.ts';

export interface SampleRemote {
  /** The bare repository. */
  readonly directory: string;
  /** git in it. */
  git(...args: string[]): string;
  /** A work tree from which commits are pushed. */
  readonly author: SampleRepo;
  /** Commits of `main` at the remote, oldest first. */
  readonly commits: readonly string[];
  /** Commits and pushes one more. */
  advance(): string;
  /** A new clone; its directory. */
  clone(...options: string[]): string;
  hook(name: string, script: string): void;
}

/** By the number of commits: they are the same each time, and made once. */
const beginnings = new Map<number, { readonly ids: readonly string[]; readonly kept: KeptRepo }>();

export function createRemote(commits = 3): SampleRemote {
  const directory = join(tempFolder(), 'remote.git');
  initRepo(directory, { bare: true });
  const begun = beginnings.get(commits);
  const author = createRepo(tempFolder(), { origin: directory, ...(begun && { from: begun.kept }) });
  const ids: string[] = [...(begun?.ids ?? [])];
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: directory,
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const commit = (): string => {
    const id = author.commit({ 'teams/a.yml': team('a', [`member-${ids.length}`]) });
    ids.push(id);
    return id;
  };
  const push = (id: string): void => {
    giveBranch(author.folder, directory, 'heads/main', id);
    giveBranch(author.folder, author.folder, 'remotes/origin/main', id);
  };
  const remote: SampleRemote = {
    directory,
    git,
    author,
    commits: ids,
    advance() {
      const id = commit();
      push(id);
      return id;
    },
    clone(...options) {
      const clone = join(tempFolder(), 'clone');
      author.git('clone', '--quiet', ...options, directory, clone);
      return clone;
    },
    hook(name, script) {
      mkdirSync(join(directory, 'hooks'), { recursive: true });
      writeFileSync(join(directory, 'hooks', name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(directory, 'hooks', name), 0o755);
    },
  };
  while (ids.length < commits) commit();
  if (begun === undefined) beginnings.set(commits, { ids: [...ids], kept: author.keep() });
  const last = ids.at(-1);
  if (last !== undefined) push(last);
  return remote;
}

/** With the time at which the commits of tests begin, and closed with the test. */
export async function openStore(
  spec: string,
  directory: string,
  options: Partial<OpenStoreOptions> = {},
): Promise<OpenedStore> {
  const opened = await openCursorStore(spec, {
    repository: await openRepository(directory),
    environment: { ...gitEnvironment(), GIT_CONFIG_NOSYSTEM: '1' },
    now: () => Date.UTC(2026, 0, 5, 9),
    ...options,
  });
  onTestFinished(() => opened.store.close());
  return opened;
}

export const openTags = async (
  directory: string,
  options: Partial<OpenStoreOptions> = {},
): Promise<CursorStore> => (await openStore('tag:team-events', directory, options)).store;

/** All there is in a folder: paths with sizes and times. */
export function listing(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { size, mtimeMs, mode } = statSync(join(directory, path));
      return `${path} ${size} ${mtimeMs} ${mode.toString(8)}`;
    });
}
