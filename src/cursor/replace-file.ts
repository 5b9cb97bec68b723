/** The content of a file, exchanged in one act that lasts: whoever reads it, at any time, reads the old or the new. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CursorError } from '../errors.ts';

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/** @throws {CursorError} where it cannot be written; then it is as before */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
    writeDurably(temporary, text, mode & 0o777);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    unlinkQuietly(temporary);
    throw new CursorError(
      `cannot write the cursor file ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      'It is as it was. Make room or mend its permissions, then run again: what was sent since may be sent once more.',
    );
  }
}

/** Takes away what a killed run has left. Only while the file is locked. */
export function sweepTemporary(path: string): void {
  const name = basename(path);
  for (const entry of readdirSync(dirname(path))) {
    if (entry.startsWith(name) && TEMPORARY.test(entry.slice(name.length))) {
      unlinkQuietly(join(dirname(path), entry));
    }
  }
}

function writeDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The rename itself is on the disk only with the folder; not everywhere can that be asked for. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // if power fails now the old cursors may come back, and with them events that were sent: repeated, never lost
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // it was never made
  }
}
