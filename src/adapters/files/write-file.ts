/** Writes a file that may be a pipe or a device, without waiting forever for a reader. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

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
