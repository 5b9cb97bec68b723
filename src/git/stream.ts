/**
 * The output of a git command as it comes, for what may be long: history and file contents. Everything else goes
 * through simple-git, which keeps all of a command's output until its end.
 */
import { spawn } from 'node:child_process';
import { GIT_OPTIONS, GitCommandError, type Repository } from './repository.ts';

/** Runs git with `input` on its stdin. The reader's pace is git's pace. @throws {GitCommandError} */
export async function* streamGit(
  repository: Repository,
  args: readonly string[],
  input = '',
): AsyncGenerator<Buffer> {
  const options = GIT_OPTIONS.flatMap((option) => ['-c', option]);
  const git = spawn('git', [...options, '--no-replace-objects', ...args], {
    cwd: repository.root,
    env: withoutGitVariables(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    git.on('error', reject);
    git.on('close', (code) => resolve(code ?? -1));
  });
  ended.catch(() => undefined); // told when it is awaited
  let said = '';
  git.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(0, 4096)));
  git.stdin.on('error', () => undefined); // it ended before it had read all: told by its exit code
  git.stdin.end(input);
  try {
    for await (const chunk of git.stdout) yield chunk as Buffer;
    const code = await ended;
    if (code !== 0) throw new GitCommandError(code, said.trim() || `git ended with exit code ${code}`);
  } finally {
    git.kill(); // where the reader has stopped early
  }
}

/** As simple-git does: what the caller's git variables say is not for this repository. */
function withoutGitVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_')));
}
