/**
 * Replaces the content of a file atomically and durably: at any time a reader sees either the old or the new content.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CursorError, isShortage, UnreachableError } from '../../errors.ts';

const TEMPORARY = /^\.[0-9a-f]{16}\.tmp$/;

/**
 * Returns false if the file no longer belongs to this run; then it is unchanged. A run that takes over sweeps temporary
 * files before it reads, so it either reads what was renamed here, or nothing is left to rename.
 * @throws {CursorError} if the file cannot be written; then it is unchanged
 */
export async function replaceFile(path: string, text: string, isOurs: () => boolean): Promise<boolean> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
    await writeDurably(temporary, text, mode & 0o777);
    // Checked only now: a temporary file written after another run swept is never renamed.
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

/** Removes temporary files of killed and superseded runs. Only while the file is locked. @throws {CursorError} */
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

/** A lack of descriptors passes, so that is worth retrying. */
export function cannot(act: 'read' | 'write', path: string, error: unknown): CursorError {
  const message = `cannot ${act} the cursor file ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  if (isShortage(error)) return new UnreachableError(message);
  return new CursorError(message, act === 'write' ? UNWRITTEN : undefined);
}

const UNWRITTEN =
  'It is unchanged. Free space or correct its permissions, then run again: events sent since may be sent once more.';

/** Asynchronous, so that a slow disk does not hold up other work. */
async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The rename is on disk only once the folder is synced; not every system supports that. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // after a power failure the old cursors may return; then events are sent again, never lost
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // it was never created
  }
}
