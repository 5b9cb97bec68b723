/** Real git repositories in temp folders, made commit by commit. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { commitByHand } from './hand-made-commit.ts';

/** Text by path; null deletes. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface SampleRepo {
  readonly directory: string;
  /** Any git command; its trimmed output. */
  git(...args: string[]): string;
  /** git's own folder. */
  readonly folder: string;
  /** Commits these files and gives the full id. Each commit is one minute after the last. */
  commit(files: Files, title?: string): string;
  write(files: Files): void;
  /** What it holds now, to make it again elsewhere. */
  keep(): KeptRepo;
}

export interface KeptRepo {
  readonly commits: number;
  /** All but git's configuration, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A temp folder that goes with the test. */
export function tempFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const START = Date.UTC(2026, 0, 5, 9) / 1000;

const dateOf = (commits: number): string => `${START + commits * 60} +0000`;

const people = (commits: number): { readonly author: string; readonly committer: string } => ({
  author: `Ann Author <ann@example.com> ${dateOf(commits)}`,
  committer: `Carl Committer <carl@example.com> ${dateOf(commits)}`,
});

/** Independent of the git configuration of the machine. */
export function gitEnvironment(commits = 0): NodeJS.ProcessEnv {
  const date = dateOf(commits);
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ann Author',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_COMMITTER_NAME: 'Carl Committer',
    GIT_COMMITTER_EMAIL: 'carl@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
}

/**
 * What `git init` makes, with a remote where one is named, without starting it, and with no samples of hooks. It never tidies itself up, which takes git longer
 * than a commit.
 */
export function initRepo(directory: string, { bare = false, objectFormat = 'sha1', origin = '' } = {}): void {
  const folder = bare ? directory : join(directory, '.git');
  if (existsSync(join(folder, 'HEAD'))) return; // it is one already
  for (const path of ['hooks', 'info', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  const config = [
    '[core]',
    `\trepositoryformatversion = ${objectFormat === 'sha1' ? 0 : 1}`,
    '\tfilemode = true',
    `\tbare = ${bare}`,
    ...(bare ? [] : ['\tlogallrefupdates = true']),
    ...(objectFormat === 'sha1' ? [] : ['[extensions]', `\tobjectformat = ${objectFormat}`]),
    ...(origin === ''
      ? []
      : ['[remote "origin"]', `\turl = ${origin}`, `\tfetch = +refs/heads/*:refs/remotes/origin/*`]),
    '[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n',
  ];
  writeFileSync(join(folder, 'config'), config.join('\n'));
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
}

interface RepoOptions {
  readonly objectFormat?: string;
  /** The remote of that name. */
  readonly origin?: string;
  readonly from?: KeptRepo;
}

/** A repository with branch `main`, empty or as one was kept. */
export function createRepo(directory = tempFolder(), { from, ...options }: RepoOptions = {}): SampleRepo {
  let commits = from?.commits ?? 0;
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: directory,
      env: gitEnvironment(commits),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  initRepo(directory, options);
  const folder = join(directory, '.git');
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8').trim();
  const write = (files: Files): void => {
    for (const [path, content] of Object.entries(files)) {
      const full = join(directory, path);
      if (content === null) {
        rmSync(full);
      } else {
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, content);
      }
    }
  };
  if (from !== undefined) write(Object.fromEntries(from.files));
  return {
    directory,
    folder,
    git,
    write,
    commit(files, title = `Change ${commits + 1}`) {
      write(files);
      commits++;
      const id = commitByHand({ directory, title, ...people(commits) });
      if (id !== undefined) return id;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', title);
      const head = read('HEAD');
      return head.startsWith('ref: ') ? read(head.slice('ref: '.length)) : head;
    },
    keep() {
      const files = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
        .filter((path) => path !== join('.git', 'config'));
      return { commits, files: new Map(files.map((path) => [path, readFileSync(join(directory, path))])) };
    },
  };
}

/** The text of a team file. */
export function team(id: string, members: readonly string[], more = ''): string {
  return `id: ${id}\nmembers: [${members.join(', ')}]\n${more}`;
}
