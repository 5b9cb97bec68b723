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

/** A path that is not UTF-8 keeps what is not ASCII in it as `\377`. */
export function pathText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return [...bytes]
      .map((byte) => (byte < 128 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
      .join('');
  }
}
