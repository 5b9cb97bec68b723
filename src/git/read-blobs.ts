/**
 * Contents of many blobs by one `git cat-file --batch`.
 *
 *     <id> blob <size>\n<bytes>\n     or     <id> missing\n
 *
 * What is larger than a catalogue file may be is passed over as it streams by.
 */
import { MAX_FILE_BYTES, type Blob } from '../catalogue/team-file.ts';
import { HistoryError } from '../errors.ts';
import type { Repository } from './repository.ts';
import { streamGit } from './stream.ts';

const NEWLINE = 0x0a;

/** Shows `visit` each content as it arrives. @throws {HistoryError} where one is missing, as in a damaged clone */
export async function readBlobs(
  repository: Repository,
  ids: Iterable<string>,
  visit: (id: string, blob: Blob) => void,
): Promise<void> {
  const missing = new Set(ids);
  const push = createBatchParser((id, blob) => {
    missing.delete(id);
    visit(id, blob);
  });
  const input = `${[...missing].join('\n')}\n`;
  for await (const chunk of streamGit(repository, ['cat-file', '--batch', '--buffer'], input)) push(chunk);
  for (const id of missing) {
    throw new HistoryError(
      `the object ${id} is missing in ${repository.directory}`,
      `See what is damaged: git -C ${repository.directory} fsck --connectivity-only`,
    );
  }
}

/** A function that takes the output in any pieces. */
export function createBatchParser(visit: (id: string, blob: Blob) => void): (chunk: Buffer) => void {
  let header = '';
  let current: { id: string; size: number; bytes: Buffer | undefined; read: number } | undefined;

  const begin = (): void => {
    const [id = '', , size] = header.split(' ');
    header = '';
    if (size === undefined) return; // "<id> missing"
    const length = Number(size);
    const bytes = length > MAX_FILE_BYTES ? undefined : Buffer.allocUnsafe(length);
    current = { id, size: length, bytes, read: 0 };
  };

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (current === undefined) {
        const end = chunk.indexOf(NEWLINE, at);
        header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        at = end < 0 ? chunk.length : end + 1;
        if (end >= 0) begin();
        continue;
      }
      const take = Math.min(chunk.length - at, current.size - current.read);
      current.bytes?.set(chunk.subarray(at, at + take), current.read);
      current.read += take;
      at += take;
      if (current.read === current.size && at < chunk.length) {
        at++; // the newline after the content
        const { id, size, bytes } = current;
        current = undefined;
        visit(id, { size, bytes });
      }
    }
  };
}
