/** The content of a file, exchanged in one act that lasts: whoever reads it, at any time, reads the old or the new. */
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CursorError, isShortage, UnreachableError } from '../../errors.ts';

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/**
 * False where the file is not ours any more; then it is as it was. Whoever takes over sweeps before reading: what is
 * renamed here they have read, or there is nothing left to rename.
 * @throws {CursorError} where it cannot be written; then it is as before
 */
export async function replaceFile(path: string, text: string, isOurs: () => boolean): Promise<boolean> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
    await writeDurably(temporary, text, mode & 0o777);
    // Asked only now: what is written after others have swept is never renamed.
    if (isOurs()) {
      renameSync(temporary, path);
      await syncFolder(dirname(path));
      return true;
    }
  } catch (error) {
    if (isOurs()) {
      unlinkQuietly(temporary);
      throw cannot('write', path, error);
    }
  }
  unlinkQuietly(temporary);
  return false;
}

/** Takes away what killed and superseded runs have left. Only while the file is locked. @throws {CursorError} */
export function sweepTemporary(path: string): void {
  const name = basename(path);
  try {
    for (const entry of readdirSync(dirname(path))) {
      if (entry.startsWith(name) && TEMPORARY.test(entry.slice(name.length))) {
        unlinkQuietly(join(dirname(path), entry));
      }
    }
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/** Descriptors that have run out come back: that is worth trying again. */
export function cannot(act: 'read' | 'write', path: string, error: unknown): CursorError {
  const message = `cannot ${act} the cursor file ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  if (isShortage(error)) return new UnreachableError(message);
  return new CursorError(message, act === 'write' ? UNWRITTEN : undefined);
}

const UNWRITTEN =
  'It is as it was. Make room or mend its permissions, then run again: what was sent since may be sent once more.';

/** Others go on meanwhile: a disk may take its time. */
async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The rename itself is on the disk only with the folder; not everywhere can that be asked for. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
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
