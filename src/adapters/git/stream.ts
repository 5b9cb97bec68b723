/**
 * The output of a git command as a stream, for what may be long: history and file contents. Everything else uses
 * simple-git, which collects a command's whole output.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { closeAtProcessEnd } from '../process/process-end.ts';
import { GitCommandError, type Repository } from './clone/repository.ts';
import { gitEnvironment } from './git-environment.ts';

export interface GitStream {
  /** stdout in pieces, at the reader's pace. @throws {GitCommandError} if git fails */
  chunks(): AsyncGenerator<Buffer>;
  /** Ends git; may be called before anything was read. */
  stop(): void;
}

/**
 * Starts git at once, with `input` on its stdin. `signal` ends it; the reader then gets the signal's reason as an
 * error.
 */
export function streamGit(
  repository: Repository,
  args: readonly string[],
  input: string | Readable = '',
  signal?: AbortSignal,
): GitStream {
  // If there are no descriptors left the process has no streams; `ended` reports why.
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
  ended.catch(() => undefined); // reported when it is awaited
  let said = '';
  git.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(0, 4096)));
  // Without a listener Node discards output not read before the child exits.
  git.stdout?.on('readable', () => undefined);
  git.stdin?.on('error', () => undefined); // it ended before reading everything: its exit code tells
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
        stop(); // if the reader stopped early
      }
    },
    stop,
  };
}
