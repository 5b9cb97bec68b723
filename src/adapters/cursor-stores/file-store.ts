/** Cursors in one JSON file, used by one run at a time. */
import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import {
  CorruptStoreError,
  type CursorStore,
  type StoredCursors,
  type WriteResult,
} from '../../core/cursor/cursor-store.ts';
import { ConflictError, CursorError } from '../../errors.ts';
import {
  formatCursorFile,
  keepCursor,
  parseCursorFile,
  type FileContent,
  type ReadFile,
} from './cursor-file.ts';
import { lockFile, whyLocked, type FileLock, type LockOptions } from './file-lock.ts';
import { cannot, replaceFile, sweepTemporary } from './replace-file.ts';

/**
 * Locks the file until the store is closed; with `readOnly` it takes no lock and cannot write.
 * @throws {CursorError} if the folder does not exist
 * @throws {ConflictError} if another run holds the file
 */
export function openFileStore(
  given: string,
  { readOnly = false, ...options }: { readonly readOnly?: boolean } & Partial<LockOptions> = {},
): CursorStore {
  const path = locate(given);
  const lock = readOnly ? undefined : lockFile(path, options);
  let open = true;
  let swept = lock === undefined;
  /** What was last read or written, so that thousands of cursors are not parsed again for each write. */
  let last: { readonly bytes: Buffer; readonly read: ReadFile } | undefined;
  const load = (): ReadFile => {
    // Before anything is read: removes the temporary file that a run without the lock may be about to rename.
    if (!swept && lock?.isHeld()) sweepTemporary(path);
    swept = true;
    const bytes = bytesOf(path);
    if (bytes === undefined) return { content: { known: new Set(), cursors: new Map() } };
    if (last?.bytes.equals(bytes) !== true) last = { bytes, read: parseCursorFile(bytes) };
    return last.read;
  };
  /** @throws {CorruptStoreError} */
  const loadWhole = (): FileContent => {
    const { content, problem, isNewer } = load();
    if (problem === undefined) return content;
    const message = `the cursor file ${path} is corrupt: ${problem}`;
    if (isNewer) throw new CursorError(message, 'Use that version. Nothing was sent.');
    throw new CorruptStoreError(
      message,
      'Nothing was sent. Restore its last good version; an empty file would make every client begin anew. Or place its ' +
        'clients by hand with team-events cursor set, each of them: that keeps a copy.',
      stored(content),
    );
  };
  const openLock = (): FileLock => {
    if (!open || lock === undefined) throw new Error(`${path} is not open for writing`);
    return lock;
  };
  const replace = async (content: FileContent): Promise<boolean> => {
    const held = openLock();
    const text = formatCursorFile(content);
    const replaced = await replaceFile(path, text, () => held.isHeld());
    if (replaced) last = { bytes: Buffer.from(text), read: { content } };
    return replaced;
  };
  return {
    name: `file:${given}`,
    shared: false,
    async read() {
      return stored(loadWhole());
    },
    async write(changes) {
      openLock();
      const before = loadWhole();
      const cursors = new Map(before.cursors);
      const results = new Map<string, WriteResult>();
      for (const [name, { expected, cursor }] of changes) {
        if (before.cursors.get(name)?.version !== expected) {
          results.set(name, { kind: 'moved' });
          continue;
        }
        if (!CLIENT_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is not a client name`);
        const kept = keepCursor(cursor);
        cursors.set(name, kept);
        results.set(name, { kind: 'written', version: kept.version });
      }
      if ([...results.values()].every(({ kind }) => kind === 'moved')) return results;
      if (await replace({ cursors, known: new Set([...before.known, ...cursors.keys()]) })) return results;
      return new Map([...changes.keys()].map((name) => [name, { kind: 'moved' }]));
    },
    async restart(names) {
      openLock();
      const { known, cursors } = load().content;
      const copy = `${path}.corrupt-${randomBytes(4).toString('hex')}`;
      try {
        copyFileSync(path, copy, constants.COPYFILE_EXCL);
      } catch (error) {
        throw cannot('write', copy, error);
      }
      if (await replace({ cursors, known: new Set([...known, ...names]) })) return copy;
      throw new ConflictError(`another run has taken over ${path}`, 'Run it again when that has ended.');
    },
    holds: () => lock?.holds() ?? false,
    async close() {
      open = false;
      lock?.release();
    },
  };
}

/** Why another run could not use the file now; undefined if it could. Takes no lock. */
export const whyFileIsHeld = (given: string, options: Partial<LockOptions>): ConflictError | undefined =>
  whyLocked(locate(given), options);

/** The file itself if the path is a link: replacing the link would leave the file unchanged. */
function locate(given: string): string {
  const path = resolve(given);
  try {
    if (!statSync(dirname(path)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (error) {
    throw new CursorError(
      `there is no folder ${dirname(path)} for the cursor file (${(error as NodeJS.ErrnoException).code})`,
      'Create the folder, or name another file with --cursor file:PATH.',
    );
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  try {
    return realpathSync(path);
  } catch {
    throw new CursorError(`the cursor file ${path} is a link to nothing`, 'Correct the link or remove it.');
  }
}

/** undefined if there is no such file. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cannot('read', path, error);
  }
}

const stored = ({ known, cursors }: FileContent): StoredCursors => ({
  cursors: new Map(
    [...cursors].map(([name, { cursor, version }]) => [name, { kind: 'cursor', cursor, version }]),
  ),
  known,
  empty: known.size === 0,
  others: [],
  branch: undefined,
});
