/** What the oracle asks of a repository, and the slowest and plainest answer: one git command for each question. */
import { execFileSync } from 'node:child_process';

/** A path of a revision's tree. Links and submodules are no files. */
export interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

export interface History {
  /** The parent on the first-parent line; undefined at a root. */
  firstParent(revision: string): Promise<string | undefined>;
  /** All files of the revision, by path. */
  files(revision: string): Promise<ReadonlyMap<string, TreeFile>>;
  content(blob: string): Promise<Uint8Array>;
}

/** `git` in a repository; its output as it comes. */
export const git = (repository: string, ...args: string[]): Buffer =>
  execFileSync('git', ['-C', repository, ...args], { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });

export const lines = (output: Buffer): string[] => output.toString().split('\n').filter(Boolean);

export function plainHistory(repository: string): History {
  return {
    async firstParent(revision) {
      const [, parent] = git(repository, 'rev-list', '--parents', '-1', revision)
        .toString()
        .trim()
        .split(' ');
      return parent;
    },
    // 100644 blob <id>\tteams/payments.yml\0
    async files(revision) {
      const found = new Map<string, TreeFile>();
      for (const entry of splitAt(git(repository, 'ls-tree', '-r', '-z', revision), 0)) {
        const tab = entry.indexOf('\t');
        const [mode = '', , blob = ''] = entry.subarray(0, tab).toString().split(' ');
        const path = pathText(entry.subarray(tab + 1));
        if (isFile(mode)) found.set(path, { path, blob });
      }
      return found;
    },
    content: async (blob) => git(repository, 'show', blob),
  };
}

function* splitAt(bytes: Buffer, separator: number): Iterable<Buffer> {
  for (let start = 0, end; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(separator, start);
    if (end < 0) end = bytes.length;
    yield bytes.subarray(start, end);
  }
}

/** 120000 is a link, 160000 a submodule, 040000 a folder. */
export const isFile = (mode: string): boolean => mode.startsWith('100');

/**
 * A path as it is told. Of one that is not UTF-8 each byte that is not ASCII is `\377`, and each backslash `\134`; a
 * backslash of another that would be read as such an escape is `\134` too, so that no two paths are told alike.
 */
export function pathText(bytes: Uint8Array): string {
  const isUtf8 = Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
  if (isUtf8) {
    const [first = '', ...others] = Buffer.from(bytes).toString().split('\\');
    return first + others.map((part) => (/^[1-3][0-7][0-7]/.test(part) ? '\\134' : '\\') + part).join('');
  }
  const told = (byte: number): string =>
    byte > 127 || byte === 0x5c ? `\\${byte.toString(8)}` : String.fromCharCode(byte);
  return [...bytes].map(told).join('');
}
