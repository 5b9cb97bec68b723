/** The text of a file that the operator named. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** @throws {UsageError} where the file cannot be read */
export function readTextFile(path: string, purpose: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error));
    throw new UsageError(`cannot read ${purpose} ${path}: ${reason}`, remedy);
  }
}
