/** Lanes never wait for each other, and a run always ends with its report. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROGRAM, teamEvents, type Result } from '../../support/program.ts';
import { OK, startRawServer } from '../../support/raw-server.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

function repoOf(...teams: readonly string[]): string {
  const repo = createRepo();
  repo.commit(Object.fromEntries(teams.map((id) => [`teams/${id}.yml`, team(id, [])])));
  return repo.directory;
}

describe('a receiver that answers 101', () => {
  it('blocks its lane, and the run ends with its report', async () => {
    const { port } = await startRawServer((socket) => void socket.end(SWITCH));
    const fine = await startReceiver();
    const report = join(tempFolder(), 'report.json');
    const clients = clientsFile(clientOf('socket', `http://127.0.0.1:${port}/`) + clientOf('fine', fine.url));
    const args = [
      '-C',
      repoOf('a', 'b'),
      '--from',
      'root',
      '--clients',
      clients,
      '--report',
      report,
      ...LOCAL,
    ];
    const result = await teamEvents(args);
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/✗ socket {2}0 delivered, 2 pending {2}blocked: .*status 101/);
    expect(result.stdout).toMatch(/✓ fine +2 delivered/);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ exitCode: 3 });
  });
});

describe('a receiver that closes each connection in silence', () => {
  it('costs no attempt and no line', async () => {
    const { port, count } = await startRawServer((socket, ofConnection) => {
      if (ofConnection === 1) socket.write(OK);
      else socket.destroy();
    });
    const clients = clientsFile(clientOf('one', `http://127.0.0.1:${port}/`));
    const teams = Array.from({ length: 8 }, (_, index) => `t${index}`);
    const args = [
      '-C',
      repoOf(...teams),
      '--from',
      'root',
      '--clients',
      clients,
      ...LOCAL,
      '--attempts',
      '1',
    ];
    const { code, stdout, stderr } = await teamEvents(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ one {2}8 delivered/);
    expect(count.connections).toBe(8);
  });
});

describe('clients beyond the limit of descriptors', () => {
  it('are all served, and leave some for the cursors and for git', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    // Each of a host of its own, whose connection is kept alive for nobody else.
    const receivers = await Promise.all(Array.from({ length: 200 }, () => startReceiver()));
    const clients = clientsFile(
      receivers.map(({ url }, index) => clientOf(`c${index}`, url, '    start: snapshot\n')).join(''),
    );
    const cursor = `file:${join(tempFolder(), 'cursors.json')}`;
    const args = ['-C', repo.directory, '--cursor', cursor, '--init', '--clients', clients, ...LOCAL];
    const result = await started('sh', [
      '-c',
      'ulimit -n 96; exec "$@"',
      'sh',
      process.execPath,
      PROGRAM,
      ...args,
    ]);
    expect(result.stderr).not.toContain('EMFILE');
    expect(result).toMatchObject({ code: 0 });
    expect(receivers.map(({ accepted }) => accepted.length)).toEqual(receivers.map(() => 1));
  });
});

/**
 * In a network of its own: a name server that never answers for what begins with `hang`, and a receiver at
 * `healthy.test`. Told to end once the receiver has got something; then the program ends, or hangs as lookups do.
 */
const AMONG_HANGING_NAMES = `
  set -e
  cd "$1"; shift
  ip link set lo up
  mount --bind resolv.conf /etc/resolv.conf
  node servers.cjs > arrived & servers=$!
  trap 'kill $servers' EXIT
  until [ -s arrived ]; do sleep 0.05; done
  "$@" & program=$!
  until grep -q POST arrived; do sleep 0.05; done
  kill -TERM $program
  wait $program`;

const SERVERS = `
  const names = require('node:dgram').createSocket('udp4');
  names.on('message', (question, { port, address }) => {
    if (question.includes('hang')) return;
    const isA = question[question.indexOf(0, 12) + 2] === 1;
    const header = Buffer.from([...question.subarray(0, 2), 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
    const asked = question.subarray(12, question.indexOf(0, 12) + 5);
    const found = isA ? [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1] : [];
    names.send(Buffer.concat([header, asked, Buffer.from(found)]), port, address);
  });
  const receiver = require('node:http').createServer((request, response) => {
    console.log(request.method);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  names.bind(53, '127.0.0.1', () => receiver.listen(8000, '127.0.0.1', () => console.log('ready')));`;

const canHaveNetwork = (): boolean => {
  const tried = spawnSync('unshare', [
    '--map-root-user',
    '--net',
    '--mount',
    'ip',
    'link',
    'set',
    'lo',
    'up',
  ]);
  return tried.status === 0;
};

describe('names that hang', () => {
  it.skipIf(!canHaveNetwork())('hold up no other client, and no process that is told to end', async () => {
    const folder = tempFolder();
    // The system's resolver would give up after two minutes and a half.
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:30 attempts:5\n');
    writeFileSync(join(folder, 'servers.cjs'), SERVERS);
    writeFileSync(join(folder, 'policy.yml'), 'network: { allow: ["healthy.test"] }\n');
    const hanging = Array.from({ length: 30 }, (_, index) =>
      clientOf(`dead-${index}`, `https://hang${index}.test/`),
    );
    const clients = clientsFile([...hanging, clientOf('healthy', 'http://healthy.test:8000/')].join(''));
    const args = ['-C', repoOf('a'), '--from', 'root', '--clients', clients, '--policy', 'policy.yml'];
    const apart = ['--map-root-user', '--net', '--mount', 'sh', '-c', AMONG_HANGING_NAMES, 'sh', folder];
    const { code, stdout } = await started('unshare', [...apart, process.execPath, PROGRAM, ...args]);
    expect(stdout).toMatch(/✓ healthy +1 delivered/);
    expect(code).toBe(143);
  });
});

/** The program, started by another that changes what it may have. */
function started(command: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // all of it ends with the test
    });
    let isRunning = true;
    onTestFinished(() => void (isRunning && child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      isRunning = false;
      resolve({ code, stdout, stderr });
    });
  });
}
