/** Runs a git command that talks to a remote: with the caller's credentials, and with a time limit. */
import { spawn, type ChildProcess } from 'node:child_process';
import { isShortage } from '../../errors.ts';
import { closeAtProcessEnd } from '../process/process-end.ts';
import { noGit } from './git-version.ts';

export interface GitRun {
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

export type GitResult =
  | {
      readonly kind: 'ended';
      /** null if a signal ended it. */
      readonly code: number | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** It was ended; what it had done at the remote by then is unknown. */
  | { readonly kind: 'timeout' }
  /** It could not be started because the system was short of resources. */
  | { readonly kind: 'unstarted'; readonly message: string }
  | { readonly kind: 'aborted' };

/** Grace between SIGTERM (git removes its locks) and SIGKILL. */
const KILL_AFTER_MS = 2000;
/** How long to wait for stderr if a program that git left behind (a shared ssh connection) keeps it open. */
const STDERR_GRACE_MS = 500;

/** Runs git. Exit codes are returned, not thrown. @throws {UsageError} if there is no git */
export function runGit(run: GitRun): Promise<GitResult> {
  const { args, directory, environment, input = '', timeoutMs, signal } = run;
  if (signal?.aborted === true) return Promise.resolve({ kind: 'aborted' });
  return new Promise((resolve, reject) => {
    // A process group of its own: Ctrl-C in a terminal must not end the push that saves the cursors, and ssh ends with
    // git. If there are no descriptors left the process has no streams.
    const git: ChildProcess = spawn('git', args, { cwd: directory, env: environment, detached: true });
    const forget = closeAtProcessEnd(() => killGroup(git.pid, 'SIGKILL'));
    let stdout = '';
    let stderr = '';
    const settle = (result: GitResult): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(result);
    };
    const cut = (kind: 'timeout' | 'aborted'): void => {
      killGroup(git.pid, 'SIGTERM');
      const kill = setTimeout(() => killGroup(git.pid, 'SIGKILL'), KILL_AFTER_MS).unref(); // or with the process
      git.off('exit', forget); // programs that it started may outlive it
      git.on('close', () => {
        clearTimeout(kill);
        forget();
      });
      settle({ kind });
    };
    const abort = (): void => cut('aborted');
    const timer = setTimeout(() => cut('timeout'), timeoutMs);
    signal?.addEventListener('abort', abort);
    git.on('error', (error: NodeJS.ErrnoException) => {
      if (isShortage(error)) settle({ kind: 'unstarted', message: error.message });
      clearTimeout(timer);
      forget();
      reject(error.code === 'ENOENT' || error.code === 'EACCES' ? noGit() : error);
    });
    git.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    git.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-65_536)));
    git.stdin?.on('error', () => undefined); // it ended before reading everything: its exit code tells
    git.stdin?.end(input);
    git.on('exit', forget); // a shared ssh connection stays
    git.on('exit', (code) => {
      const done = (): void => settle({ kind: 'ended', code, stdout, stderr });
      git.on('close', done);
      setTimeout(done, STDERR_GRACE_MS).unref();
    });
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // it has ended
  }
}
