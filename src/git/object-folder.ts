/**
 * A temporary folder of git objects beside those of a clone: what is fetched and made goes there, so that nothing is
 * written into the clone, which may be read-only and another user's.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CursorError } from '../errors.ts';
import { makePrivateFolder, removePrivateFolder } from './private-folder.ts';
import { withEnvironment, type Repository } from './repository.ts';
import { streamGit } from './stream.ts';

export interface ObjectInfo {
  /** `commit`, `tag`, `tree` or `blob`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export interface ObjectFolder {
  /** Readable by nobody else; for other files that go with it too. */
  readonly folder: string;
  /** Where the objects of the clone and its refs are. */
  readonly gitDirectory: string;
  /** The clone, seen together with what is in the folder. */
  readonly repository: Repository;
  /** Of the objects that are here; the others are left out. */
  describe(ids: readonly string[]): Promise<ReadonlyMap<string, ObjectInfo>>;
  /** Whole contents, so ask for small objects only. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** Makes tag objects of these texts, and gives their ids. @throws {CursorError} where there is no room for them */
  writeTags(texts: readonly string[]): Promise<readonly string[]>;
  /** Removes the folder. */
  close(): void;
}

/** @throws {CursorError} where the folder cannot be made */
export async function openObjectFolder(repository: Repository): Promise<ObjectFolder> {
  const answers = await repository.git(
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--git-path',
    'objects',
  );
  const [gitDirectory = '', objects = ''] = answers.split('\n');
  const folder = makeFolder();
  const seeing = withEnvironment(repository, {
    GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteAlternate(objects),
  });
  return {
    folder,
    gitDirectory,
    repository: seeing,
    async describe(ids) {
      if (ids.length === 0) return new Map();
      // In a partial clone git would fetch what it lacks, one by one.
      const here = withEnvironment(seeing, { GIT_NO_LAZY_FETCH: '1' });
      return parseInfo((await output(here, ['cat-file', '--batch-check'], lines(ids))).toString());
    },
    async read(ids) {
      if (ids.length === 0) return new Map();
      return parseObjects(await output(seeing, ['cat-file', '--batch'], lines(ids)));
    },
    async writeTags(texts) {
      let ids: readonly string[];
      try {
        const files = texts.map((text, index) => {
          const file = join(folder, `tag-${index}`);
          writeFileSync(file, text);
          return file;
        });
        // One process for all, where `git mktag` needs one for each; the tests let mktag judge the same texts.
        const args = ['hash-object', '-t', 'tag', '-w', '--no-filters', '--stdin-paths'];
        ids = (await output(seeing, args, lines(files))).toString().trim().split('\n');
      } catch (error) {
        throw cannotWrite(folder, error);
      }
      if (ids.length !== texts.length) throw new Error(`git made ${ids.length} of ${texts.length} tags`);
      return ids;
    },
    close() {
      try {
        removePrivateFolder(folder);
      } catch {
        // a git that was just ended still writes there; the rest is removed as the process ends
      }
    },
  };
}

function makeFolder(): string {
  try {
    const folder = makePrivateFolder();
    mkdirSync(join(folder, 'objects'));
    return folder;
  } catch (error) {
    throw cannotWrite(tmpdir(), error);
  }
}

const cannotWrite = (folder: string, error: unknown): CursorError =>
  new CursorError(
    `cannot write into the temporary folder ${folder}: ${(error as Error).message.trim()}`,
    'Make room there, or name another folder with the variable TMPDIR.',
  );

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

async function output(repository: Repository, args: readonly string[], input: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(repository, args, input).chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The variable holds a list; a path that would end early in it is quoted as C does. */
export function quoteAlternate(path: string): string {
  if (!path.includes(delimiter) && !path.startsWith('"')) return path;
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
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
