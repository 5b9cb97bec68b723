/**
 * The output of a git command as it comes, for what may be long: history and file contents. Everything else goes
 * through simple-git, which keeps all of a command's output until its end.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { closeAtProcessEnd } from '../process/process-end.ts';
import { GitCommandError, type Repository } from './clone/repository.ts';
import { gitEnvironment } from './git-environment.ts';

export interface GitStream {
  /** stdout in pieces; git goes at the reader's pace. @throws {GitCommandError} where git fails */
  chunks(): AsyncGenerator<Buffer>;
  /** Ends git, also before anything was read. */
  stop(): void;
}

/** Starts git at once, with `input` on its stdin. `signal` ends it: its reader is then thrown the signal's reason. */
export function streamGit(
  repository: Repository,
  args: readonly string[],
  input: string | Readable = '',
  signal?: AbortSignal,
): GitStream {
  // Where there are no descriptors left it has no streams; `ended` tells why.
  const git: ChildProcess = spawn('git', ['--no-replace-objects', ...args], {
    cwd: repository.root,
    env: gitEnvironment(repository.environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = (): void => {
    git.kill();
    git.stdout?.destroy();
  };
  const forget = closeAtProcessEnd(() => git.kill('SIGKILL'));
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    git.on('error', reject);
    git.on('close', (code, by) => resolve(code ?? by));
  }).finally(() => {
    forget();
    signal?.removeEventListener('abort', stop);
  });
  ended.catch(() => undefined); // told when it is awaited
  let said = '';
  git.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(0, 4096)));
  // Node throws away what nobody has begun to read when the process ends, unless someone listens.
  git.stdout?.on('readable', () => undefined);
  git.stdin?.on('error', () => undefined); // it ended before it had read all: told by its exit code
  if (typeof input === 'string') git.stdin?.end(input);
  else if (git.stdin) input.pipe(git.stdin);
  return {
    async *chunks() {
      try {
        for await (const chunk of git.stdout ?? []) yield chunk as Buffer;
        const code = await ended;
        if (code !== 0) throw new GitCommandError(Number(code), said.trim() || `git ended with ${code}`);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        stop(); // where the reader has stopped early
      }
    },
    stop,
  };
}
