/** What waits for a receiver takes a small part of the memory that its texts would: also where teams are large. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTeamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { gitEnvironment, initRepo, team, tempFolder } from '../../support/sample-repo.ts';

const COMMITS = 1500;
/** Characters of each state of the team: 72 million in all, as its texts would be if they were kept. */
const SIZE = 26 * 1846;
/** Enough for the program and its window of history. */
const HEAP_MB = 56;

/** Each commit replaces the one member of a team that has much to say. */
function history(): string {
  const directory = tempFolder();
  initRepo(directory, { bare: true });
  const about = `about: ${'what is done here and how '.repeat(SIZE / 26)}\n`;
  const commit = (index: number): string => {
    const content = team('core', [`m${index}`], about);
    const by = `Ann Author <ann@example.com> ${1_767_600_000 + index * 60} +0000`;
    return (
      `commit refs/heads/main\nauthor ${by}\ncommitter ${by}\ndata 6\nChange\n` +
      `M 100644 inline teams/core.yml\ndata ${Buffer.byteLength(content)}\n${content}\n`
    );
  };
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: directory,
    env: gitEnvironment(),
    input: Array.from({ length: COMMITS }, (_, index) => commit(index)).join(''),
  });
  return directory;
}

it('is what decides who gets an event, and packed texts', async () => {
  const receiver = await startReceiver(() => 400);
  const args = ['-C', history(), '--cursor', `file:${join(tempFolder(), 'cursors.json')}`, '--init'];
  const clients = clientsFile(clientOf('core', receiver.url, '    start: root\n'));
  const { code, stdout } = await startTeamEvents(
    [
      ...args,
      '--clients',
      clients,
      '--allow-host',
      '127.0.0.1',
      '--format',
      'openmetrics',
      '--allow-removals',
      'main',
    ],
    { nodeArgs: [`--max-old-space-size=${HEAP_MB}`] },
  );
  expect(code).toBe(3);
  expect(stdout).toContain(`pending_events{client="core"} ${2 * COMMITS - 1}\n`);
});
