/** `team-events listen`, run as people run it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { PROGRAM } from './program.ts';

/** Starts a listener on any free port; `said` is what it says at once, and `output` waits for its end. */
export async function startListener(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, 'listen', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  let stdout = '';
  let summary = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = once(child, 'close');
  const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
  const url = /listening on (http:\S+)/.exec(said)?.[1] ?? '';
  child.stderr.on('data', (text: string) => (summary += text));
  return { url, said, child, output: async () => ({ code: (await closed)[0] as number, stdout, summary }) };
}
