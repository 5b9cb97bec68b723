/** Real git repositories in temp folders, made commit by commit. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Text by path; null deletes. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface SampleRepo {
  readonly directory: string;
  /** Any git command; its trimmed output. */
  git(...args: string[]): string;
  /** Commits these files and gives the full id. Each commit is one minute after the last. */
  commit(files: Files, title?: string): string;
  write(files: Files): void;
}

/** A temp folder that goes with the test. */
export function tempFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const START = Date.UTC(2026, 0, 5, 9) / 1000;

/** Independent of the git configuration of the machine. */
export function gitEnvironment(commits = 0): NodeJS.ProcessEnv {
  const date = `${START + commits * 60} +0000`;
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

/** An empty repository with branch `main`. */
export function createRepo(directory = tempFolder(), objectFormat = 'sha1'): SampleRepo {
  let commits = 0;
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: directory,
      env: gitEnvironment(commits),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  git('init', '--quiet', '--initial-branch=main', `--object-format=${objectFormat}`);
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
  return {
    directory,
    git,
    write,
    commit(files, title = `Change ${commits + 1}`) {
      write(files);
      commits++;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', title);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** The text of a team file. */
export function team(id: string, members: readonly string[], more = ''): string {
  return `id: ${id}\nmembers: [${members.join(', ')}]\n${more}`;
}
