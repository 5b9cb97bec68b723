/**
 * Temporary folders in memory, where the system has some: tests make thousands of repositories, and a disk takes half of
 * their time for files that nobody keeps.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Linux has it everywhere, but in containers it may be small, and programs in it may not be allowed to run. */
const MEMORY = '/dev/shm';
const LEAST_BYTES = 2 * 1024 ** 3;
const NAME = 'team-events-tests-';

/** Before all tests: a folder of this run. Returns what removes it after them. A folder that is named is kept to. */
export default function setup(): (() => void) | undefined {
  if (process.env['TMPDIR'] !== undefined) return undefined;
  const folder = folderInMemory();
  if (folder === undefined) return undefined;
  process.env['TMPDIR'] = folder;
  return () => {
    delete process.env['TMPDIR'];
    rmSync(folder, { recursive: true, force: true });
  };
}

function folderInMemory(): string | undefined {
  let folder: string | undefined;
  try {
    removeLeft();
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < LEAST_BYTES) return undefined;
    folder = mkdtempSync(join(MEMORY, `${NAME}${process.pid}-`));
    chmodSync(folder, 0o1777); // as any other folder for such files: some tests run programs as other users
    const script = join(folder, 'script');
    writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(script).status === 0) return folder;
  } catch {
    // there is none
  }
  if (folder !== undefined) rmSync(folder, { recursive: true });
  return undefined;
}

/** What runs that were killed have left takes memory. */
function removeLeft(): void {
  for (const name of readdirSync(MEMORY).filter((one) => one.startsWith(NAME))) {
    const [pid = ''] = name.slice(NAME.length).split('-');
    if (/^\d+$/.test(pid) && !existsSync(`/proc/${pid}`))
      rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}
