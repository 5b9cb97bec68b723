/** A run ends, with its report and the right exit code, whatever goes on around it; and nothing of it stays. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunReport } from '../../../src/core/delivery/run-report.ts';
import { importHistory, LONG, longHistory, processesIn } from '../../support/long-history.ts';
import { preload } from '../../support/preload.ts';
import { startTeamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
const long = longHistory();

const readReport = (path: string): RunReport => JSON.parse(readFileSync(path, 'utf8')) as RunReport;

describe('a mistake in a range of 5,000 commits', () => {
  const clients = (): string => clientsFile(clientOf('one', 'http://127.0.0.1:9'));
  const range = ['--from', 'root'];
  it.each<[string, number, () => readonly string[]]>([
    ['a clients file that is not there', 2, () => [...range, '--clients', 'nope.yml']],
    ['the same in a dry run', 2, () => [...range, '--clients', 'nope.yml', '--print-events']],
    ['a policy that is not there', 2, () => [...range, '--clients', clients(), '--policy', 'nope.yml']],
    ['a client that is not there', 2, () => [...range, '--clients', clients(), '--client', 'nope']],
    ['a commit that is none', 6, () => [...range, '--clients', clients(), '--allow-removals', 'nope']],
    [
      'a report in no folder',
      2,
      () => [...range, '--clients', clients(), '--report', '/nowhere/report.json'],
    ],
    [
      'a configuration for a replay',
      2,
      () => ['replay', 'root..HEAD', '--clients', clients(), '--config', 'nope.yml'],
    ],
  ])('%s ends it at once, with %i', async (_name, code, args) => {
    const result = await startTeamEvents(['-C', long, ...args()]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain('error: ');
    await expect.poll(() => processesIn(long)).toEqual([]);
  });

  it('a damaged clone ends it with an error too', async () => {
    const damaged = tempFolder();
    importHistory(damaged, LONG);
    const packs = join(damaged, 'objects/pack');
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith('.pack')) ?? '');
    chmodSync(pack, 0o600);
    truncateSync(pack, statSync(pack).size / 2);
    const { code, stderr } = await startTeamEvents(['-C', damaged, ...range, '--print-events']);
    expect({ code, stderr }).toMatchObject({ code: 6 });
    await expect.poll(() => processesIn(damaged)).toEqual([]);
  });
});

it('a run of many events that is told to end tells the first of them, and what became of each client', async () => {
  const files = Array.from({ length: 300 }, (_, index) => [`teams/t${index}.yml`, `id: t${index}\n`]);
  const repo = createRepo();
  repo.commit(Object.fromEntries(files) as Readonly<Record<string, string>>);
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const receiver = await startReceiver(() => {
    kill('SIGTERM');
    return 204;
  });
  const path = clientsFile(clientOf('one', receiver.url));
  const args = ['-C', repo.directory, '--from', 'root', '--clients', path, ...LOCAL];
  const { code, stdout } = await startTeamEvents(args, { onStart: (signal) => (kill = signal) });
  expect(code).toBe(143);
  expect(stdout.match(/^ {2}\+ \S+ created /gm)?.length).toBe(200);
  expect(stdout).toMatch(
    /\n… and 100 more events: 100 created \(--all lists them\)\n\n✗ one {2}\d+ delivered, \d+ pending {2}stopped\n/,
  );
});

describe('what ends a run before its end', () => {
  const SECRET = 'SuperSecretTokenValue123456';

  it('is a bug, with 1: where nothing is left to wait for', async () => {
    const args = ['-C', long, '--print-events', '--format', 'ndjson'];
    const never = preload(`process.stdout.write = () => false;`);
    const { code, stderr } = await startTeamEvents(args, { nodeArgs: never });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^This is a bug in team-events .*; please report it/);
  });

  it('is a bug, with 1: an exception that nobody has caught. The run ends in order all the same', async () => {
    const thrown = preload(
      `process.on('SIGUSR2', () => Promise.reject(new Error('no use of ' + process.env.TEAM_EVENTS_CLIENT_ONE__TOKEN)));`,
    );
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const receiver = await startReceiver((_request, response, count) => {
      if (count === 1) return 204;
      kill('SIGUSR2');
      response.on('close', () => undefined); // never answered
    });
    const header = '    start: snapshot\n    headers: { Authorization: "Bearer ${TOKEN}" }\n';
    const path = clientsFile(clientOf('one', receiver.url, header));
    const folder = tempFolder();
    const report = join(folder, 'report.json');
    const made = createRepo();
    made.commit({ 'teams/a.yml': team('a', ['x']), 'teams/b.yml': team('b', ['x']) });
    const args = [
      '-C',
      made.directory,
      '--cursor',
      `file:${join(folder, 'cursors.json')}`,
      '--init',
      '--clients',
      path,
    ];
    const { code, stdout, stderr } = await startTeamEvents([...args, '--report', report, ...LOCAL], {
      env: { TEAM_EVENTS_CLIENT_ONE__TOKEN: SECRET },
      nodeArgs: thrown,
      onStart: (signal) => (kill = signal),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/This is a bug in team-events .*\nError: no use of \*\*\*\n/);
    expect(stdout).toContain('✗ one  1 delivered, 1 pending  stopped');
    expect(readReport(report)).toMatchObject({ exitCode: 1 });
    expect(readdirSync(folder).sort()).toEqual(['cursors.json', 'report.json']);
  });
});

it('a run that was told to end and does not is ended, and says so', async () => {
  const receiver = await startReceiver();
  const report = join(tempFolder(), 'report');
  execFileSync('mkfifo', [report]);
  const reader = openSync(report, constants.O_RDWR | constants.O_NONBLOCK); // and reads nothing
  onTestFinished(() => closeSync(reader));
  expect(() => {
    for (;;) writeSync(reader, 'x');
  }).toThrow('EAGAIN');
  // The three steps of a stop, faster.
  const fast = preload(
    `const { setTimeout: real } = globalThis;
     globalThis.setTimeout = (act, milliseconds, ...more) => real(act, milliseconds / 20, ...more);
     const { writeSync } = require('node:fs');
     require('node:fs').writeSync = (fd, ...more) => {
       try { return writeSync(fd, ...more); } catch (error) {
         if (error.code === 'EAGAIN' && fd > 2) process.emit('SIGTERM');
         throw error;
       }
     };`,
  );
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  const clients = clientsFile(clientOf('one', receiver.url));
  const args = ['-C', repo.directory, '--from', 'root', '--clients', clients, '--allow-host', '127.0.0.1'];
  const result = await startTeamEvents([...args, '--report', report], { nodeArgs: fast });
  expect(result).toMatchObject({ code: 143, stdout: '' });
  expect(result.stderr).toContain('the run was told to stop, but did not: it is ended without its result');
  expect(receiver.accepted.length).toBe(1);
});
