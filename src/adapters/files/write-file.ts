/** Writes files: one that may be a pipe or a device, or a new one of a work tree. */
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;
const RETRY_MS = 20;

/**
 * Writes a file. If it is a pipe, the process continues while the reader is slow.
 * @throws the system's error; EAGAIN if a reader takes nothing for `patienceMs`, ENXIO if there is no reader
 */
export async function writeFile(path: string, text: string, patienceMs: number): Promise<void> {
  const file = openSync(path, FLAGS, 0o666);
  try {
    const bytes = Buffer.from(text);
    let taken = performance.now();
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(file, bytes, at);
        taken = performance.now();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN' || performance.now() - taken > patienceMs) throw error;
        await sleep(RETRY_MS);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Whether anything has this path, also a symbolic link that leads nowhere. */
export const existsAlready = (root: string, path: string): boolean =>
  lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;

/**
 * Writes a file with its folders. Never replaces anything, and never follows a link out of the work tree: whoever wrote
 * the repository may have put one there. @throws {UsageError}
 */
export function writeNewFile(root: string, path: string, text: string): void {
  const target = join(root, path);
  try {
    const home = realpathSync(root);
    let parent = dirname(target);
    while (lstatSync(parent, { throwIfNoEntry: false }) === undefined) parent = dirname(parent);
    if (relative(home, realpathSync(parent)).startsWith('..'))
      throw new Error('its folder leads out of the repository');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(
      `cannot write ${target}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
      'Make its folder writable, or write the file by hand: without --yes, init shows its text.',
    );
  }
}
