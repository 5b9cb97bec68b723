/**
 * Temporary folders of runs. The folder of a killed run is removed by a later run, because it may hold a key.
 *
 *     team-events-<pid>-<start>-<digest of host and space>-<random>     start: 0 where the system does not tell
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAtProcessEnd } from './process-end.ts';
import { lifeOf, thisProcess, type RunningProcess } from './running-process.ts';

const NAME = /^team-events-(\d{1,10})-(\d{1,20})-([0-9a-f]{16})-[A-Za-z0-9]{6}$/;
/** How many folders one run removes at most; the next run continues. */
const MAX_SWEPT = 20;

/**
 * Creates a folder that only this user can read; it is removed when the process ends. @throws if it cannot be created
 */
export function makePrivateFolder(): string {
  const own = thisProcess();
  sweep(own);
  const folder = mkdtempSync(join(tmpdir(), `team-events-${own.pid}-${own.started || '0'}-${digest(own)}-`));
  closeAtProcessEnd(() => removePrivateFolder(folder)); // also here: a git that was just ended may have written there
  return folder;
}

/** @throws if something in it cannot be removed */
export function removePrivateFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Decides by the name, which no other process can ever get; so several runs may sweep while others start. */
function sweep(own: RunningProcess): void {
  const here = digest(own);
  let swept = 0;
  for (const name of list(tmpdir())) {
    const [, pid, started, where] = NAME.exec(name) ?? [];
    if (pid === undefined || where !== here) continue;
    const maker = { ...own, pid: Number(pid), started: started === '0' ? '' : (started ?? '') };
    if (lifeOf(maker, own) !== 'dead') continue;
    try {
      const folder = join(tmpdir(), name);
      const found = lstatSync(folder);
      if (!found.isDirectory() || found.uid !== ownUser()) continue;
      removePrivateFolder(folder);
    } catch {
      // another run was faster, or it cannot be removed
    }
    if (++swept === MAX_SWEPT) return;
  }
}

/** On Windows all files belong to user 0. */
const ownUser = (): number => process.geteuid?.() ?? 0;

const digest = ({ host, space }: RunningProcess): string =>
  createHash('sha256').update(`${host}\n${space}`).digest('hex').slice(0, 16);

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // reported when a folder is created there
  }
}
