/**
 * Objects in addition to a clone's: fetched and new objects are stored in the view, so that nothing is written into the
 * clone, which may be read-only or belong to another user.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CursorError, isShortage, UnreachableError } from '../../../errors.ts';
import { makeFetchingView, makeWritableView } from '../clone/clone-view.ts';
import type { Repository } from '../clone/repository.ts';
import { streamGit } from '../stream.ts';

export interface ObjectInfo {
  /** `commit`, `tag`, `tree` or `blob`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export interface ObjectFolder {
  /** Private to this user; other files of the run may be stored there too. */
  readonly folder: string;
  /** The clone as a remote: a git directory through which the clone is written. Created on first use. */
  readonly itself: string;
  /**
   * A git directory that shows the clone's refs and takes more of its own; its objects are those of the folder. Created
   * on first use; undefined if the clone does not keep its refs in files.
   */
  readonly fetching: string | undefined;
  /** The clone together with the objects in the folder. */
  readonly repository: Repository;
  /** Type and size of the objects that exist; others are left out. */
  describe(ids: readonly string[]): Promise<ReadonlyMap<string, ObjectInfo>>;
  /** Whole contents, so only for small objects. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** Writes tag objects with these texts and returns their ids. @throws {CursorError} if there is no room for them */
  writeTags(texts: readonly string[]): Promise<readonly string[]>;
}

export function objectFolderOf(repository: Repository): ObjectFolder {
  const { view: folder, clone, configuration } = repository;
  const itself = join(folder, 'itself');
  const fetching = join(folder, 'fetching');
  return {
    folder,
    get itself() {
      if (!existsSync(itself)) makeWritableView(itself, clone, configuration);
      return itself;
    },
    get fetching() {
      if (existsSync(fetching)) return fetching;
      const isMade = makeFetchingView(fetching, clone, configuration, join(folder, 'objects'));
      return isMade ? fetching : undefined;
    },
    repository,
    async describe(ids) {
      if (ids.length === 0) return new Map();
      return parseInfo((await output(repository, ['cat-file', '--batch-check'], lines(ids))).toString());
    },
    async read(ids) {
      if (ids.length === 0) return new Map();
      return parseObjects(await output(repository, ['cat-file', '--batch'], lines(ids)));
    },
    async writeTags(texts) {
      let ids: readonly string[];
      try {
        const files = texts.map((text, index) => {
          const file = join(folder, `tag-${index}`);
          writeFileSync(file, text);
          return file;
        });
        // One process for all, where `git mktag` would need one for each; the tests check the same texts with mktag.
        const args = ['hash-object', '-t', 'tag', '-w', '--no-filters', '--stdin-paths'];
        ids = (await output(repository, args, lines(files))).toString().trim().split('\n');
      } catch (error) {
        throw error instanceof UnreachableError ? error : cannotWrite(folder, error);
      }
      if (ids.length !== texts.length) throw new Error(`git made ${ids.length} of ${texts.length} tags`);
      return ids;
    },
  };
}

function cannotWrite(folder: string, error: unknown): CursorError {
  const message = `cannot write into the temporary folder ${folder}: ${(error as Error).message.trim()}`;
  return isShortage(error)
    ? new UnreachableError(message)
    : new CursorError(message, 'Make room there, or name another folder with the variable TMPDIR.');
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

async function output(repository: Repository, args: readonly string[], input: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of streamGit(repository, args, input).chunks()) chunks.push(chunk);
  } catch (error) {
    if (isShortage(error)) throw new UnreachableError(`git cannot be started: ${(error as Error).message}`);
    throw error;
  }
  return Buffer.concat(chunks);
}

/** `<id> <type> <size>\n`, or `<id> missing\n` */
function parseInfo(text: string): ReadonlyMap<string, ObjectInfo> {
  const found = new Map<string, ObjectInfo>();
  for (const line of text.split('\n')) {
    const [id, type, size] = line.split(' ');
    if (id !== undefined && type !== undefined && size !== undefined)
      found.set(id, { type, size: Number(size) });
  }
  return found;
}

/** `<id> <type> <size>\n<bytes>\n` */
function parseObjects(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const [id = '', , size] = bytes.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue; // missing
    found.set(id, bytes.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}
