/**
 * Reads the contents of many blobs with one `git cat-file --batch`.
 *
 *     <id> blob <size>\n<bytes>\n     or     <id> missing\n
 *
 * Blobs larger than a catalogue file may be are skipped while they stream past.
 */
import { PassThrough } from 'node:stream';
import type { BlobReader, BlobStream } from '../../../core/catalogue/history.ts';
import { MAX_FILE_BYTES, type Blob } from '../../../core/catalogue/reading/team-file.ts';
import { HistoryError } from '../../../errors.ts';
import type { Repository } from '../clone/repository.ts';
import { streamGit, type GitStream } from '../stream.ts';
import { bringContents, isPartial } from './missing-contents.ts';

const NEWLINE = 0x0a;

/** In the order of `ids`. @throws {HistoryError} if one is missing, as in a damaged clone */
export function readBlobs(repository: Repository, ids: readonly string[], stop?: AbortSignal): BlobStream {
  if (!isPartial(repository)) return readHere(repository, ids, stop);
  let here: BlobStream | undefined;
  return {
    async *batches() {
      await bringContents(repository, ids, stop);
      here = readHere(repository, ids, stop);
      yield* here.batches();
    },
    stop: () => here?.stop(),
  };
}

function readHere(repository: Repository, ids: readonly string[], stop?: AbortSignal): BlobStream {
  const git = streamGit(repository, ['cat-file', '--batch', '--buffer'], `${ids.join('\n')}\n`, stop);
  return { batches: () => readBatches(repository, git), stop: () => git.stop() };
}

/** Reads single blobs; git waits for the next id. @throws {HistoryError} as {@link readBlobs} */
export function openBlobReader(repository: Repository, stop?: AbortSignal): BlobReader {
  // In a partial clone a git that already runs would not see what was fetched since.
  if (isPartial(repository)) return { read: (id) => readAlone(repository, id, stop), close: () => undefined };
  const ids = new PassThrough();
  const git = streamGit(repository, ['cat-file', '--batch'], ids, stop);
  const batches = readBatches(repository, git);
  return {
    async read(id) {
      ids.write(`${id}\n`);
      const { value } = await batches.next();
      const blob = value?.[0];
      if (blob === undefined) throw new Error(`git gave no content for blob ${id}`);
      return blob;
    },
    close() {
      ids.end();
      git.stop();
    },
  };
}

async function readAlone(repository: Repository, id: string, stop?: AbortSignal): Promise<Blob> {
  for await (const [blob] of readBlobs(repository, [id], stop).batches()) if (blob !== undefined) return blob;
  throw new Error(`git gave no content for blob ${id}`);
}

async function* readBatches(
  repository: Repository,
  git: GitStream,
): AsyncGenerator<readonly Blob[], undefined> {
  const parse = createBatchParser();
  for await (const chunk of git.chunks()) {
    const { blobs, missing } = parse(chunk);
    if (blobs.length > 0) yield blobs;
    if (missing === undefined) continue;
    throw new HistoryError(
      `the object ${missing} is missing in ${repository.directory}`,
      `See what is damaged: git -C ${repository.directory} fsck --connectivity-only`,
    );
  }
}

/** Returns a function that takes output in pieces of any size and returns the blobs that each piece completes. */
export function createBatchParser(): (chunk: Buffer) => {
  blobs: readonly Blob[];
  missing: string | undefined;
} {
  let header = '';
  let current: { size: number; bytes: Buffer | undefined; read: number } | undefined;

  return (chunk) => {
    const blobs: Blob[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (current === undefined) {
        const end = chunk.indexOf(NEWLINE, at);
        header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) break;
        const size = Number(header.slice(header.lastIndexOf(' ') + 1));
        if (Number.isNaN(size)) return { blobs, missing: header.slice(0, header.indexOf(' ')) };
        header = '';
        if (at + size < chunk.length) {
          // Complete in this piece, including the newline after it: not copied.
          blobs.push({ size, bytes: size > MAX_FILE_BYTES ? undefined : chunk.subarray(at, at + size) });
          at += size + 1;
          continue;
        }
        current = { size, bytes: size > MAX_FILE_BYTES ? undefined : Buffer.allocUnsafe(size), read: 0 };
        continue;
      }
      const take = Math.min(chunk.length - at, current.size - current.read);
      current.bytes?.set(chunk.subarray(at, at + take), current.read);
      current.read += take;
      at += take;
      if (current.read === current.size && at < chunk.length) {
        at++; // the newline after the content
        blobs.push({ size: current.size, bytes: current.bytes });
        current = undefined;
      }
    }
    return { blobs, missing: undefined };
  };
}
