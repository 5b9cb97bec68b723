/** The lines of a file of any size, one after the other. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UsageError } from '../../errors.ts';

/** Blank lines are left out; numbers begin at 1. @throws {UsageError} where the file cannot be read */
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
    await Promise.race([failed, new Promise((resolve) => stream.once('open', resolve))]);
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
