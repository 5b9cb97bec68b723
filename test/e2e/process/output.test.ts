/** Who reads the result may be slow, stop reading or go away, and the disk behind it may be full: the run goes on. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { RunReport } from '../../../src/core/delivery/run-report.ts';
import { preload } from '../../support/preload.ts';
import { PROGRAM, startTeamEvents, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];

const readReport = (path: string): RunReport => JSON.parse(readFileSync(path, 'utf8')) as RunReport;

/** One team, whose event is more than a pipe or a terminal holds. */
function largeRepo(): string {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x'], `note: "${'x'.repeat(1_000_000)}"\n`) });
  return repo.directory;
}

describe('a reader of the result that reads nothing', () => {
  it.each<[string, NodeJS.Signals, number]>([
    ['a dry run', 'SIGTERM', 143],
    ['a dry run', 'SIGINT', 130],
    ['a dry run', 'SIGHUP', 143],
  ])('does not keep %s from hearing %s', async (_name, signal, code) => {
    const args = ['-C', largeRepo(), '--from', 'root', '--print-events', '--format', 'ndjson'];
    // It waits for its reader as soon as it has written something.
    const waits = preload(
      `const { write } = process.stdout;
       process.stdout.write = function (...args) {
         const more = write.apply(this, args);
         if (!more) process.stderr.write('full\\n');
         return more;
       };`,
    );
    const result = await startTeamEvents(args, {
      nodeArgs: waits,
      stdoutUnread: true,
      onStderr: (text, kill) => void (text.includes('full') && kill(signal)),
    });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain('nobody reads stdout: the rest of the result was not printed');
  });

  it('keeps nothing from being sent, and no other run from the cursors', async () => {
    const receiver = await startReceiver();
    const path = clientsFile(clientOf('one', receiver.url, '    start: snapshot\n'));
    const folder = tempFolder();
    const report = join(folder, 'report.json');
    const cursors = join(folder, 'cursors.json');
    const run = ['-C', largeRepo(), '--cursor', `file:${cursors}`, '--init', '--clients', path, ...LOCAL];
    const done = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (!existsSync(report) || existsSync(`${cursors}.lock`)) return;
        clearInterval(look);
        resolve();
      }, 20);
    });
    let end: (signal: NodeJS.Signals) => void = () => undefined;
    const running = startTeamEvents([...run, '--report', report, '--format', 'ndjson'], {
      stdoutUnread: true,
      onStart: (kill) => (end = kill),
    });
    await done;
    expect(await startTeamEvents(run)).toMatchObject({ code: 0 });
    end('SIGTERM');
    expect(await running).toMatchObject({ code: 143 });
    expect(receiver.accepted.length).toBe(1);
    expect(readReport(report)).toMatchObject({ exitCode: 0, clients: [{ delivered: 1, status: 'done' }] });
  });
});

/** Whether there is a terminal to be had. */
const PYTHON = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import pty']).status === 0);

it.runIf(PYTHON)(
  'a terminal that nobody reads keeps nothing from being sent, nor SIGTERM from being heard',
  async () => {
    const receiver = await startReceiver();
    const report = join(tempFolder(), 'report.json');
    const path = clientsFile(clientOf('one', receiver.url));
    const args = ['-C', largeRepo(), '--from', 'root', '--clients', path, '--report', report, ...LOCAL];
    const script =
      'import os, pty, signal, sys\n' +
      'pid, terminal = pty.fork()\n' +
      'if pid == 0: os.execv(sys.argv[1], sys.argv[1:])\n' +
      'signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))\n' +
      'sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)\n';
    const words = ['-c', script, process.execPath, PROGRAM, ...args, '--format', 'ndjson'];
    const child = spawn(PYTHON ?? '', words, { env: { PATH: process.env['PATH'] } });
    const ended = once(child, 'close');
    await vi.waitUntil(() => existsSync(report) && statSync(report).size > 0, { timeout: 40_000 });
    expect(readReport(report)).toMatchObject({ exitCode: 0, clients: [{ delivered: 1 }] });
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
  },
);

describe('a full disk', () => {
  /** The program with its stdout in a file, in a process whose files can hold `blocks` times 512 bytes. */
  const limited = (blocks: number, stdout: string, args: readonly string[]): Promise<Result> =>
    new Promise((resolve) => {
      const script = 'ulimit -f "$1"; out="$2"; shift 2; exec "$@" >"$out"';
      const words = ['-c', script, 'sh', String(blocks), stdout, process.execPath, PROGRAM, ...args];
      execFile('sh', words, { env: { PATH: process.env['PATH'] } }, (error, _, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout: '', stderr });
      });
    });
  const repo = (): string => {
    const made = createRepo();
    made.commit({ 'teams/a.yml': team('a', ['x'], `note: "${'x'.repeat(20_000)}"\n`) });
    return made.directory;
  };

  it.each(['ndjson', 'json', 'text'])(
    'behind the result of a dry run as %s is told, with 2',
    async (format) => {
      const out = join(tempFolder(), 'out');
      const repos = createRepo();
      for (let count = 0; count < 40; count++)
        repos.commit({ [`teams/${'t'.repeat(100)}${count}.yml`]: 'members: [a]\n' });
      const args = ['-C', repos.directory, '--from', 'root', '--print-events', '--format', format];
      const { code, stderr } = await limited(8, out, args);
      expect(code).toBe(2);
      expect(stderr).toContain('the result could not be written to stdout: EFBIG');
      expect(statSync(out).size).toBe(8 * 512);
    },
  );

  it('behind result or report is told, with 2; what was sent is sent, and the cursor saved', async () => {
    const receiver = await startReceiver();
    const path = clientsFile(clientOf('one', receiver.url, '    start: snapshot\n'));
    const folder = tempFolder();
    const [out, report, cursors] = ['out', 'report.json', 'cursors.json'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(report, 'x'.repeat(5000));
    const args = ['-C', repo(), '--cursor', `file:${cursors}`, '--init', '--clients', path, ...LOCAL];
    const { code, stderr } = await limited(8, out, [...args, '--format', 'ndjson']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('stdout: EFBIG') });
    expect(receiver.accepted.length).toBe(1);
    const again = await startTeamEvents([...args, '--report', '/dev/full']);
    expect(again).toMatchObject({ code: 2, stdout: expect.stringContaining('✓ one  0 delivered') });
    expect(again.stderr).toContain('its report /dev/full could not be written: ENOSPC');
    expect(receiver.accepted.length).toBe(1);
  });
});
