/** Reads the contents of blobs: a few from a git that goes on answering, many with one of their own. */
import type { BlobReader, BlobStream } from '../../../core/catalogue/history.ts';
import type { Blob } from '../../../core/catalogue/reading/team-file.ts';
import { HistoryError } from '../../../errors.ts';
import type { Repository } from '../clone/repository.ts';
import { contentsIn } from '../objects.ts';
import { streamGit } from '../stream.ts';
import { createBatchParser, type Content } from './batch-parser.ts';
import { bringContents, isPartial } from './missing-contents.ts';

/** So many may be held in memory at once. */
const FEW = 32;

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
  return ids.length <= FEW ? readFew(repository, ids, stop) : readMany(repository, ids, stop);
}

function readFew(repository: Repository, ids: readonly string[], stop?: AbortSignal): BlobStream {
  const asked = contentsIn(repository)(ids); // at once, so that git reads them while the caller does other things
  asked.catch(() => undefined); // reported when it is awaited
  return {
    async *batches() {
      const contents = await asked;
      stop?.throwIfAborted();
      yield blobsOf(repository, contents);
    },
    stop: () => undefined,
  };
}

function readMany(repository: Repository, ids: readonly string[], stop?: AbortSignal): BlobStream {
  const git = streamGit(repository, ['cat-file', '--batch', '--buffer'], `${ids.join('\n')}\n`, stop);
  return {
    async *batches() {
      const parse = createBatchParser();
      for await (const chunk of git.chunks()) {
        const contents = parse(chunk);
        if (contents.length > 0) yield blobsOf(repository, contents);
      }
    },
    stop: () => git.stop(),
  };
}

/** Reads single blobs. @throws {HistoryError} as {@link readBlobs} */
export function openBlobReader(repository: Repository, stop?: AbortSignal): BlobReader {
  return {
    async read(id) {
      for await (const [blob] of readBlobs(repository, [id], stop).batches())
        if (blob !== undefined) return blob;
      throw new Error(`git gave no content for blob ${id}`);
    },
    close: () => undefined,
  };
}

function blobsOf(repository: Repository, contents: readonly Content[]): readonly Blob[] {
  return contents.map((content) => {
    if (!('missing' in content)) return content;
    throw new HistoryError(
      `the object ${content.missing} is missing in ${repository.directory}`,
      `See what is damaged: git -C ${repository.directory} fsck --connectivity-only`,
    );
  });
}
