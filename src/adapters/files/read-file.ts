/** Reads the text of a file that the operator named or the program found. */
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { UsageError } from '../../errors.ts';
import { endedBySignals } from '../process/process-end.ts';

/** Larger than any real clients file, configuration or policy. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @throws {UsageError} if the file cannot be read, or is larger than 16 MiB */
export function readTextFile(path: string, purpose: string, remedy: string): string {
  try {
    const read = (): string => readBounded(path);
    const text = statSync(path).isFile() ? read() : endedBySignals(read); // a pipe may never be written
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error));
    throw new UsageError(`cannot read ${purpose} ${path}: ${reason}`, remedy);
  }
}

/** Also reads pipes, such as `--clients <(…)`; their size is unknown in advance. */
function readBounded(path: string): string {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ;) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > MAX_BYTES) throw new UsageError(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    }
  } finally {
    closeSync(file);
  }
}

/** The lines of a file of any size, without blank ones; numbers begin at 1. @throws {UsageError} where the file cannot be read */
export async function* readLines(
  path: string,
  purpose: string,
  remedy: string,
): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  const stream = createReadStream(path, 'utf8');
  let number = 0;
  try {
    // A failed stream ends the reading of its lines without an error in some versions of node.
    const failed = new Promise<never>((_, reject) => stream.once('error', reject));
    failed.catch(() => undefined);
    await Promise.race([failed, new Promise((opened) => stream.once('open', opened))]);
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      number++;
      if (line.trim() !== '') yield { line, number };
    }
    if (stream.errored) throw stream.errored;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `cannot read ${purpose} ${path}: ${code === 'ENOENT' ? 'there is no such file' : (code ?? String(error))}`,
      remedy,
    );
  } finally {
    stream.destroy();
  }
}

/**
 * Checks a file in the work tree `root`, which is written by whoever can write the teams repo: it must be a regular
 * file inside the work tree. A link could show any file of this machine, and a pipe would wait forever. Returns
 * undefined for files elsewhere, and for unreadable files, which are reported when they are read.
 */
export function ownFileProblem(root: string, path: string): string | undefined {
  if (!isInside(resolve(root), resolve(path))) return undefined;
  let file: number;
  try {
    if (!isInside(realpathSync(root), realpathSync(path)))
      return 'it is a link that leads out of the teams repo';
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    return fstatSync(file).isFile() ? undefined : 'it is not a regular file';
  } finally {
    closeSync(file);
  }
}

function isInside(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
}
