/** `init` at a terminal: shows what it found, asks, and writes only if somebody agrees. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../../support/program.ts';
import { createRepo, type SampleRepo } from '../../support/sample-repo.ts';

const hasScript = ((): boolean => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

/** Runs `init` in a pseudoterminal, and gives each answer when its question is there; what the terminal shows. */
function initAt(
  repo: SampleRepo,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<string> {
  const command = [process.execPath, PROGRAM, '-C', repo.directory, 'init']
    .map((word) => `'${word}'`)
    .join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', TERM: 'dumb' },
    });
    const open = [...answers];
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      const [next] = open;
      if (next === undefined || !shown.includes(next[0])) return;
      open.shift();
      child.stdin.write(`${next[1]}\n`);
    });
    child.on('error', reject);
    child.on('close', () => resolve(shown));
  });
}

describe.skipIf(!hasScript)('init at a terminal', () => {
  const squads = (): SampleRepo => {
    const repo = createRepo();
    repo.commit({ 'squads/a.yml': 'people: [alice]\n', 'squads/b.yml': 'people: [bob]\n' });
    return repo;
  };

  it('asks for what it cannot know, and writes after a yes', async () => {
    const repo = squads();
    const shown = await initAt(repo, [
      ['Which CI', 'gitlab'],
      ['Where are events sent first?', 'https://receiver.example.com/hook'],
      ['Write team-events.yml, clients.yml, .gitlab-ci.yml? [y/N]', 'y'],
    ]);
    expect(shown).toContain('members: people');
    expect(existsSync(join(repo.directory, '.gitlab-ci.yml'))).toBe(true);
    expect(readFileSync(join(repo.directory, 'clients.yml'), 'utf8')).toContain(
      'https://receiver.example.com/hook',
    );
  });

  it('writes nothing after anything else', async () => {
    const repo = squads();
    await initAt(repo, [
      ['Which CI', 'none'],
      ['Where are events sent first?', ''],
      ['[y/N]', ''],
    ]);
    expect(existsSync(join(repo.directory, 'clients.yml'))).toBe(false);
  });
});
