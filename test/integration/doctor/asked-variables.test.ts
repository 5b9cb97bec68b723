/** A line that asks for a value does so in any shell, and the terminal does not show the value. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { askForVariable } from '../../../src/reporters/variable-commands.ts';

const answers = (command: string, args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasScript = answers('script', ['--version']);

it.each(['sh', 'dash', 'bash', 'zsh'])('%s asks for the value, unseen, and sets it', async (shell) => {
  if (!hasScript || !answers(shell, ['-c', 'true'])) return;
  const { command } = askForVariable('TOKEN');
  const script = [
    'stty() { command stty "$@" && echo "done: $*"; }',
    command,
    `sh -c 'test "$TOKEN" = "s3 cr3t"' && echo 'it is set'`,
    'stty -a',
  ].join('\n');
  const child = spawn('script', ['-qec', `${shell} -c '${script.replaceAll("'", "'\\''")}'`, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', TERM: 'dumb', SHELL: '/bin/sh' },
  });
  let shown = '';
  let isAsked = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (isAsked || !shown.includes('done: -echo')) return;
    isAsked = true;
    child.stdin.write('s3 cr3t\n');
  });
  await once(child, 'close');
  expect(shown).toMatch(/^it is set/m);
  expect(shown).toMatch(/^done: echo\s/m);
  expect(shown).toMatch(/\secho\s/); // of stty -a: the terminal shows again what is typed
  expect(shown).not.toContain('cr3t');
});
