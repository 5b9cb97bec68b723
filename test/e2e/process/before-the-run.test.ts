/** What may go wrong before a run has begun: help, the files that it reads, git, the request of the resource type. */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { preload } from '../../support/preload.ts';
import { PROGRAM, startTeamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const RESOURCE = join(PROGRAM, '../../dist/team-events-resource.cjs');
const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];

function repo(): string {
  const made = createRepo();
  made.commit({ 'teams/a.yml': team('a', ['x']), 'teams/b.yml': team('b', ['x']) });
  return made.directory;
}

const limits = (args: readonly string[], redirection: string): Promise<number> =>
  new Promise((resolve) => {
    const words = ['-c', `"$@" ${redirection}`, 'sh', process.execPath, PROGRAM, ...args];
    execFile('sh', words, { env: { PATH: process.env['PATH'] } }, (error) =>
      resolve(Number(error?.code ?? 0)),
    );
  });
it.each([
  ['help on a full disk', ['notify', '--help'], '> /dev/full', 2],
  ['a mistake that cannot be told', ['--nope'], '2> /dev/full', 2],
  ['a file that is not there, which cannot be told', ['schema', 'nope'], '2> /dev/full', 2],
])('%s ends it with its code', async (_name, args, redirection, code) => {
  expect(await limits(args, redirection)).toBe(code);
});

it('a reader of the help that has seen enough is no failure', async () => {
  const { code, stderr } = await startTeamEvents(['notify', '--help'], {
    nodeArgs: preload(`require('node:net').Socket.prototype._write = (_bytes, _encoding, done) =>
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));`),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('a clients file that is a pipe to which nothing is written does not make it deaf', async () => {
  const pipe = join(tempFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const told = preload(
    `const fs = require('node:fs');
       const { openSync } = fs;
       fs.openSync = (path, ...more) => {
         if (path === ${JSON.stringify(pipe)}) fs.writeSync(2, 'opening');
         return openSync(path, ...more);
       };`,
  );
  const result = await startTeamEvents(['-C', repo(), '--from', 'root', '--clients', pipe], {
    nodeArgs: told,
    onStderr: (_text, kill) => kill('SIGTERM'),
  });
  expect(result).toEqual({ code: null, stdout: '', stderr: 'opening' }); // by the signal itself
});

it('a clients file that is a pipe is read once, and holds for the whole run', async () => {
  const receiver = await startReceiver();
  const script = 'exec "$0" "$@" --clients <(cat "$CLIENTS")';
  const args = [PROGRAM, '-C', repo(), '--from', 'root', ...LOCAL];
  const env = { PATH: process.env['PATH'], CLIENTS: clientsFile(clientOf('one', receiver.url)) };
  const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, ...args], { env });
  expect(stdout).toContain('✓ one  2 delivered');
});

it('where there is no git, says so, with 2', async () => {
  const env = { PATH: '/nonexistent' };
  const notify = await startTeamEvents(['-C', repo(), '--print-events'], { env });
  expect(notify).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no git in PATH') });
  const resource = spawnSync(process.execPath, [RESOURCE, 'check'], {
    env,
    input: JSON.stringify({ source: { uri: repo(), branch: 'main' } }),
    encoding: 'utf8',
  });
  expect(resource).toMatchObject({ status: 2, stderr: expect.stringContaining('no git in PATH') });
});

it.each(['check', 'in', 'out'])(
  'the %s of the resource type hears while its request does not come',
  async (script) => {
    const told = preload(
      `process.on('newListener', (name) => name === 'SIGHUP' && require('node:fs').writeSync(2, 'hears'));`,
    );
    const child = spawn(process.execPath, [...told, RESOURCE, script, tempFolder()]);
    child.stderr.on('data', (said: Buffer) => {
      if (String(said).includes('hears')) setImmediate(() => child.kill('SIGTERM'));
    });
    expect(await once(child, 'close')).toEqual([143, null]);
  },
);
