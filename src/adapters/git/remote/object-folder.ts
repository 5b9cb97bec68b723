/**
 * Objects in addition to a clone's: fetched and new objects are stored in the view, so that nothing is written into the
 * clone, which may be read-only or belong to another user.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { CursorError, isShortage, UnreachableError } from '../../../errors.ts';
import { makeFetchingView, makeWritableView } from '../clone/clone-view.ts';
import type { Repository } from '../clone/repository.ts';
import { contentsIn, lookUpIn } from '../objects.ts';
import { settingOf } from '../settings.ts';

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
  /** Whole contents; of objects larger than a catalogue file may be, none. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Writes tag objects with these texts and returns their ids. @throws {CursorError} if there is no room for them */
  writeTags(texts: readonly string[]): Promise<readonly string[]>;
}

export function objectFolderOf(repository: Repository): ObjectFolder {
  const { view: folder, clone, configuration } = repository;
  const itself = join(folder, 'itself');
  const fetching = join(folder, 'fetching');
  const algorithm = settingOf(configuration, 'extensions.objectformat') ?? 'sha1';
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
      return infoOf(await orAway(lookUpIn(repository)(ids)));
    },
    async read(ids) {
      const contents = await orAway(contentsIn(repository)(ids));
      return new Map(
        contents.flatMap((content, index): [string, Uint8Array][] =>
          'missing' in content || content.bytes === undefined ? [] : [[ids[index]!, content.bytes]],
        ),
      );
    },
    async writeTags(texts) {
      try {
        return texts.map((text) => writeObject(folder, algorithm, 'tag', text));
      } catch (error) {
        throw cannotWrite(folder, error);
      }
    },
  };
}

function cannotWrite(folder: string, error: unknown): CursorError {
  const message = `cannot write into the temporary folder ${folder}: ${(error as Error).message.trim()}`;
  return isShortage(error)
    ? new UnreachableError(message)
    : new CursorError(message, 'Make room there, or name another folder with the variable TMPDIR.');
}

/** A loose object, as git writes it: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects. Returns its id. */
function writeObject(folder: string, algorithm: string, type: 'tag', text: string): string {
  const content = Buffer.from(text);
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash(algorithm).update(bytes).digest('hex');
  const path = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, deflateSync(bytes));
  return id;
}

/** @throws {UnreachableError} if git cannot be started for a shortage that may pass */
async function orAway<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (isShortage(error)) throw new UnreachableError(`git cannot be started: ${(error as Error).message}`);
    throw error;
  }
}

/** `<id> <type> <size>`, or `<id> missing` */
function infoOf(answers: readonly string[]): ReadonlyMap<string, ObjectInfo> {
  const found = new Map<string, ObjectInfo>();
  for (const answer of answers) {
    const [id, type, size] = answer.split(' ');
    if (id !== undefined && type !== undefined && size !== undefined)
      found.set(id, { type, size: Number(size) });
  }
  return found;
}
