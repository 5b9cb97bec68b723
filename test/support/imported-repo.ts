/** Real git repositories of any shape at once, by `git fast-import`: also what no work tree could hold. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitEnvironment, initRepo, tempFolder } from './sample-repo.ts';

/** Content, or what else git keeps under a path; null takes it away. */
export type Entry =
  | string
  | Uint8Array
  | null
  | { readonly executable: string }
  | { readonly link: string }
  | { readonly submodule: string };

/** A path as text, or as bytes that are none. */
export type Edits = Readonly<Record<string, Entry>> | readonly (readonly [string | Uint8Array, Entry])[];

/** Edits after the commit before (none for the first), or with parents: indexes of earlier commits, none for a root. */
export type ImportedCommit = Edits | PlacedCommit;

export interface PlacedCommit {
  readonly parents: readonly number[];
  readonly edits: Edits;
  /** In seconds since 1970, if other than by the order of the commits. */
  readonly date?: number;
}

export interface ImportedRepo {
  readonly directory: string;
  /** The full id of each commit. `main` is the last one. */
  readonly ids: readonly string[];
}

const DAY = 24 * 60 * 60;
const START = Date.UTC(2026, 0, 5, 9) / 1000;

/** A bare repository with these commits, each a day after the one before. */
export function importRepo(commits: readonly ImportedCommit[]): ImportedRepo {
  const directory = tempFolder();
  initRepo(directory, { bare: true });
  const marks = join(directory, 'marks');
  const stream = [
    ...commits.flatMap(asCommit),
    Buffer.from(`reset refs/heads/main\nfrom :${commits.length}\n`),
  ];
  execFileSync('git', ['fast-import', '--quiet', `--export-marks=${marks}`], {
    cwd: directory,
    env: gitEnvironment(),
    input: Buffer.concat(stream),
  });
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return { directory, ids: commits.map((_, index) => ids.get(`:${index + 1}`) ?? '') };
}

const isPlaced = (commit: ImportedCommit): commit is PlacedCommit => 'parents' in commit && 'edits' in commit;

function asCommit(commit: ImportedCommit, index: number): Buffer[] {
  const {
    parents,
    edits,
    date: seconds = START + index * DAY,
  } = isPlaced(commit) ? commit : { parents: index === 0 ? [] : [index - 1], edits: commit };
  const [first, ...others] = parents;
  const date = `${seconds} +0000`;
  const head = [
    `commit refs/imported/${index}`,
    `mark :${index + 1}`,
    `author Ann Author <ann@example.com> ${date}`,
    `committer Carl Committer <carl@example.com> ${date}`,
    data(`Commit ${index}`),
    ...(first === undefined ? [] : [`from :${first + 1}`]),
    ...others.map((parent) => `merge :${parent + 1}`),
    '',
  ];
  const all = Array.isArray(edits) ? (edits as readonly (readonly [string, Entry])[]) : Object.entries(edits);
  const deletions = all.filter(([, entry]) => entry === null);
  const writes = all.filter(([, entry]) => entry !== null);
  return [Buffer.from(head.join('\n')), ...[...deletions, ...writes].flatMap(asEdit)];
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

function asEdit([path, entry]: readonly [string | Uint8Array, Entry]): Buffer[] {
  const quoted = quote(Buffer.from(path));
  if (entry === null) return [Buffer.from(`D ${quoted}\n`)];
  if (typeof entry === 'object' && 'submodule' in entry) {
    return [Buffer.from(`M 160000 ${entry.submodule} ${quoted}\n`)];
  }
  const [mode, content] = contentOf(entry);
  const bytes = Buffer.from(content);
  return [Buffer.from(`M ${mode} inline ${quoted}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')];
}

function contentOf(entry: Exclude<Entry, null | { submodule: string }>): [string, string | Uint8Array] {
  if (typeof entry === 'string' || entry instanceof Uint8Array) return ['100644', entry];
  return 'link' in entry ? ['120000', entry.link] : ['100755', entry.executable];
}

/** In C-style quotes, each byte that is not plain as `\ooo`. */
const quote = (path: Buffer): string =>
  `"${[...path]
    .map((byte) =>
      /[\w./ -]/.test(String.fromCharCode(byte)) && byte < 128
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('')}"`;
