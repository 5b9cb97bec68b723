/**
 * Ways to kill at a certain point: strace, which sends SIGKILL at the entry of a process's N-th call of a kind; and a
 * `git` of our own that stands before the real one on PATH and counts how often git is run.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const hasStrace = (): boolean => find('strace') !== undefined;

function find(command: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** The calls at which a kill is most likely to leave something half done. */
export const CALLS = {
  fsync: ['fsync', 'fdatasync'],
  rename: ['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'unlink', 'unlinkat'],
  connect: ['connect'],
  write: ['write', 'writev', 'pwrite64', 'sendmsg', 'sendto'],
} as const;
export type Call = keyof typeof CALLS;

/** Of the process alone, its main thread: where node writes files and sockets. */
export const straceKilling = (call: Call, nth: number, follow = false): string[] => [
  'strace',
  ...(follow ? ['-f'] : []),
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `trace=${CALLS[call].join(',')}`,
  ...CALLS[call].flatMap((one) => ['-e', `inject=${one}:signal=SIGKILL:when=${nth}`]),
];

/** Traces without killing; `-y` names the files and sockets. */
export const straceWatching = (path: string, follow = false): string[] => [
  'strace',
  ...(follow ? ['-f'] : []),
  '-qq',
  '-yy',
  '-o',
  path,
  '-e',
  `trace=${Object.values(CALLS).flat().join(',')}`,
];

/** Each call of a trace: which, and the rest of its line. */
export function readTrace(path: string): readonly { readonly call: string; readonly line: string }[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const call = /^(?:\d+ +)?(\w+)\(/.exec(line)?.[1];
      return call === undefined ? [] : [{ call, line }];
    });
}

export interface CountingGit {
  /** For the program's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on: what the shell does before git number `nth` is run, from 0; `exec` replaces git altogether. */
  arm(nth: number, script: string): void;
  /** Whether it has come to that. */
  fired(): boolean;
  /** The commands that git was run with since it was armed, in turn. */
  commands(): readonly string[];
}

export function countingGit(folder: string): CountingGit {
  const bin = join(folder, 'bin');
  const counts = join(folder, 'counts');
  const marker = join(folder, 'fired');
  const git = find('git') ?? 'git';
  mkdirSync(bin);
  return {
    env: { PATH: [bin, dirname(git), dirname(process.execPath), '/usr/bin', '/bin'].join(':') },
    arm(nth, script) {
      rmSync(counts, { recursive: true, force: true });
      rmSync(marker, { force: true });
      mkdirSync(counts);
      // A folder can be made by one only: that is the count. The command is the first word that is no option.
      const text = `#!/bin/sh
n=0
while ! mkdir '${counts}'/$n 2>/dev/null; do n=$((n + 1)); done
echo "$*" > '${counts}'/$n/args
if [ $n -eq ${nth} ]; then
  : > '${marker}'
  ${script.replaceAll('$GIT', git)}
fi
exec ${git} "$@"
`;
      writeFileSync(join(bin, 'git'), text);
      chmodSync(join(bin, 'git'), 0o755);
    },
    fired: () => existsSync(marker),
    commands: () =>
      readdirSync(counts)
        .sort((a, b) => Number(a) - Number(b))
        .map((count) => readFileSync(join(counts, count, 'args'), 'utf8').trim()),
  };
}
