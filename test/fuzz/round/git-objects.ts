/**
 * Git objects written by hand, one file each: also what git itself would not write, and without starting it.
 *
 *     objects/ab/cdef…   zlib("blob 5\0hello"), named after its SHA-1
 *     tree               "100644 name\0" and the 20 bytes of the id, by name (a folder's as if it ended in /)
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

export type Content = string | Uint8Array;

/** What is kept under a path; null takes it away. */
export type Entry =
  | Content
  | null
  | { readonly executable: Content }
  | { readonly link: Content }
  | { readonly submodule: string };

/** By path, each character of it a byte. */
export type Edits = readonly (readonly [path: string, entry: Entry])[];

export interface CommitPlan {
  readonly edits: Edits;
  readonly title: Content;
  /** `Ann <ann@example.com> 1767603600 +0000`, in whatever shape. */
  readonly author: Content;
  readonly committer: Content;
  /** Lines of the head beside those, such as `encoding latin1`. */
  readonly headers: readonly string[];
  /** How often its parent is named. */
  readonly parents: number;
}

export interface ObjectStore {
  /** Writes an object; gives its id. */
  write(type: string, content: Content): string;
  /** Commits in a row, from the first on; gives their ids. */
  writeCommits(commits: readonly CommitPlan[]): string[];
}

export function createObjectStore(gitDirectory: string): ObjectStore {
  const write = (type: string, content: Content): string => {
    const bytes = Buffer.from(content);
    const object = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    const id = createHash('sha1').update(object).digest('hex');
    const folder = join(gitDirectory, 'objects', id.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    const file = join(folder, id.slice(2));
    if (!existsSync(file)) writeFileSync(file, deflateSync(object, { level: 1 }));
    return id;
  };
  return {
    write,
    writeCommits(commits) {
      const files = new Map<string, readonly [mode: string, id: string]>();
      const ids: string[] = [];
      for (const { edits, title, author, committer, headers, parents } of commits) {
        for (const [path, entry] of edits) {
          if (entry === null) files.delete(path);
          else files.set(path, written(entry, write));
        }
        const head = [
          `tree ${writeTree(files, write)}`,
          ...Array.from({ length: ids.length === 0 ? 0 : parents }, () => `parent ${ids.at(-1)}`),
        ].join('\n');
        const lines = [Buffer.from(`${head}\nauthor `), author, '\ncommitter ', committer];
        const others = [...headers.map((line) => `\n${line}`), '\n\n', title, '\n'];
        ids.push(write('commit', Buffer.concat([...lines, ...others].map((part) => Buffer.from(part)))));
      }
      return ids;
    },
  };
}

type Write = ObjectStore['write'];

function written(entry: Exclude<Entry, null>, write: Write): readonly [mode: string, id: string] {
  if (typeof entry === 'string' || entry instanceof Uint8Array) return ['100644', write('blob', entry)];
  if ('submodule' in entry) return ['160000', entry.submodule];
  return 'link' in entry
    ? ['120000', write('blob', entry.link)]
    : ['100755', write('blob', entry.executable)];
}

/** A path that is a file and a folder at once is the folder. */
function writeTree(files: ReadonlyMap<string, readonly [mode: string, id: string]>, write: Write): string {
  const here = new Map<string, readonly [mode: string, id: string]>();
  const folders = new Map<string, Map<string, readonly [mode: string, id: string]>>();
  for (const [path, file] of files) {
    const slash = path.indexOf('/');
    if (slash === -1) here.set(path, file);
    else {
      const name = path.slice(0, slash);
      const folder = folders.get(name) ?? new Map<string, readonly [mode: string, id: string]>();
      folders.set(name, folder.set(path.slice(slash + 1), file));
    }
  }
  for (const [name, inside] of folders) here.set(name, ['40000', writeTree(inside, write)]);
  const key = ([name, [mode]]: readonly [string, readonly [string, string]]): Buffer =>
    Buffer.from(mode === '40000' ? `${name}/` : name, 'latin1');
  const entries = [...here]
    .map((entry) => ({ entry, key: key(entry) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry: [name, [mode, id]] }) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(id, 'hex')]),
    );
  return write('tree', Buffer.concat(entries));
}
