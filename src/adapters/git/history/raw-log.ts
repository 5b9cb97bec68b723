/**
 * The text of `git log --raw` and `git ls-tree` -> commits and file changes.
 *
 *     \x01<commit>\0<committer time>\0<author name>\0<author email>\0<title>
 *
 *     :100644 100644 <blob before> <blob after> M\tteams/payments.yml
 *     :000000 100644 0000… <blob after> A\t"teams/\303\251quipe.yml"
 *
 *     100644 blob <blob>\tteams/payments.yml
 */
import type { Commit, FileChange, TreeFile } from '../../../core/catalogue/history.ts';
import { ownText } from './own-text.ts';

export const LOG_FORMAT = '--format=tformat:%x01%H%x00%ct%x00%an%x00%ae%x00%s';

/** Options that make `git log` (and, without a format, `git diff-tree`) print the form parsed here. */
export const RAW_OPTIONS: readonly string[] = ['--raw', '--no-renames', '--no-abbrev', '--no-color'];

export interface RawCommit {
  readonly commit: Commit;
  readonly changes: readonly FileChange[];
}

/** The commits, in the order in which git printed them. */
export function parseLog(output: string): RawCommit[] {
  const parser = createLogParser();
  parser.push(output);
  return parser.take(true);
}

export interface LogParser {
  /** The number of commits and changes that `take` would return. */
  readonly size: number;
  /** Adds output, in pieces of any size. */
  push(text: string): void;
  /** Returns the complete commits; with `ended` also the last one. */
  take(ended: boolean): RawCommit[];
}

export function createLogParser(): LogParser {
  let commits: { readonly commit: Commit; readonly changes: FileChange[] }[] = [];
  let size = 0;
  let rest = '';
  const parseLine = (line: string): void => {
    if (line.startsWith('\x01')) {
      const [id = '', time = '0', name = '', email = '', title = ''] = line.slice(1).split('\0');
      commits.push({
        commit: { id: ownText(id), time: Number(time), author: { name, email }, title },
        changes: [],
      });
      size++;
    } else if (line.startsWith(':')) {
      commits.at(-1)?.changes.push(parseRawLine(line));
      size++;
    }
  };
  return {
    get size() {
      return size;
    },
    push(text) {
      rest += text;
      if (!text.includes('\n')) return; // a title may be megabytes long
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) parseLine(line);
    },
    take(ended) {
      if (ended && rest !== '') parseLine(rest);
      const open = ended ? [] : commits.slice(-1);
      const complete = ended ? commits : commits.slice(0, -1);
      commits = open;
      size = open.reduce((sum, { changes }) => sum + 1 + changes.length, 0);
      return complete;
    },
  };
}

/** Parses the output of `git diff-tree -r`. */
export function parseDifference(output: string): FileChange[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(':'))
    .map(parseRawLine);
}

function parseRawLine(line: string): FileChange {
  const tab = line.indexOf('\t');
  const [modeBefore = '', modeAfter = '', blobBefore = '', blobAfter = ''] = line.slice(1, tab).split(' ');
  const path = unquotePath(ownText(line.slice(tab + 1)));
  return {
    path,
    before: treeFile(path, modeBefore, blobBefore),
    after: treeFile(path, modeAfter, ownText(blobAfter)),
  };
}

/** Parses the output of `git ls-tree -r`. */
export function parseTree(output: string): TreeFile[] {
  const files: TreeFile[] = [];
  for (const line of output.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const [mode = '', , blob = ''] = line.slice(0, tab).split(' ');
    const file = treeFile(unquotePath(line.slice(tab + 1)), mode, blob);
    if (file !== undefined) files.push(file);
  }
  return files;
}

function treeFile(path: string, mode: string, blob: string): TreeFile | undefined {
  if (mode === '000000') return undefined;
  return { path, blob, kind: mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file' };
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

const BACKSLASH = 92;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A path as git prints it, with C-style quotes if needed. A path that is not UTF-8 keeps its bytes as `\377`. No two
 * paths give the same text: a backslash that would look like such an escape is written `\134`.
 */
export function unquotePath(printed: string): string {
  if (!printed.startsWith('"')) return printed;
  const bytes: number[] = [];
  const quoted = printed.slice(1, -1);
  for (let index = 0; index < quoted.length; index++) {
    if (quoted[index] !== '\\') {
      bytes.push(quoted.charCodeAt(index));
      continue;
    }
    const octal = /^[0-7]{3}/.exec(quoted.slice(index + 1, index + 4));
    if (octal) bytes.push(Number.parseInt(octal[0], 8));
    else bytes.push(ESCAPES[quoted[index + 1] ?? ''] ?? 63);
    index += octal ? 3 : 1;
  }
  try {
    return UTF8.decode(Uint8Array.from(bytes)).replaceAll(/\\(?=[1-3][0-7]{2})/g, '\\134');
  } catch {
    return bytes
      .map((byte) =>
        byte < 128 && byte !== BACKSLASH
          ? String.fromCharCode(byte)
          : `\\${byte.toString(8).padStart(3, '0')}`,
      )
      .join('');
  }
}
