/** A repository whose history is longer than what the pipe of a `git log` holds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { gitEnvironment, initRepo, team } from './sample-repo.ts';

export const LONG = 5000;
const TEAMS = 50;
const START = Date.UTC(2026, 0, 5, 9) / 1000;

/** Made once for the tests of a file: to be called at its top. Bare; each of its commits changes one of 50 teams. */
export function longHistory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  beforeAll(() => importHistory(directory, LONG), 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Into an empty folder, by one `git fast-import`: half a second for 5,000 commits. */
export function importHistory(directory: string, commits: number): void {
  initRepo(directory, { bare: true });
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: directory,
    env: gitEnvironment(),
    input: Array.from({ length: commits }, (_, index) => commitOf(index)).join(''),
  });
}

function commitOf(index: number): string {
  const id = `t${index % TEAMS}`;
  const content = team(id, [`m${index}`]);
  const by = `Ann Author <ann@example.com> ${START + index * 60} +0000`;
  return (
    `commit refs/heads/main\nauthor ${by}\ncommitter ${by}\ndata 6\nChange\n` +
    `M 100644 inline teams/${id}.yml\ndata ${Buffer.byteLength(content)}\n${content}\n`
  );
}

/** The numbers of the processes that work in a folder. Linux tells. */
export function processesIn(directory: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(directory);
    } catch {
      return false; // it has ended, or is another user's
    }
  });
}
