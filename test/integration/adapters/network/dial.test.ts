/** Which of its addresses a receiver is reached by. */
import { setImmediate } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnections } from '../../../../src/adapters/network/connections.ts';
import { dial } from '../../../../src/adapters/network/dial.ts';

const NEVER = new AbortController().signal;

/** Takes connections at this address. */
async function listening(host: string, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that leaves connections unanswered, as a place far away does, until it is told to go on. */
async function farAway(
  host = '127.0.0.1',
  wanted = 0,
): Promise<{ readonly port: number; readonly goOn: () => void }> {
  const code = `const server = require('node:net').createServer();
    server.listen({ port: ${wanted}, host: '${host}', backlog: 1 }, () => process.send(server.address().port));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child, 'message')) as [number];
  child.kill('SIGSTOP');
  // Its queue is full when a connection is not made at once.
  const waiting: Socket[] = [];
  onTestFinished(() => waiting.forEach((socket) => void socket.destroy()));
  for (;;) {
    const socket = connect(port, host).on('error', () => undefined);
    waiting.push(socket);
    const later = new Promise((resolve) => setTimeout(resolve, 100, false));
    await Promise.race([once(socket, 'connect'), later]);
    await setImmediate(); // a busy machine is told late of what the system has long done
    if (socket.connecting) break;
  }
  return { port, goOn: () => void child.kill('SIGCONT') };
}

const dialled = async (
  addresses: readonly string[],
  port: number,
  limit = 100,
): Promise<string | undefined> => {
  const socket = await dial(addresses, port, createConnections(limit), NEVER);
  onTestFinished(() => void socket.destroy());
  return socket.remoteAddress;
};

describe('a receiver', () => {
  it('is reached by the first address that takes the connection', async () => {
    const port = await listening('127.0.0.2');
    expect(await dialled(['127.0.0.1', '127.0.0.2', '127.0.0.3'], port)).toBe('127.0.0.2');
  });

  it('is reached where its other addresses leave connections unanswered', async () => {
    const { port } = await farAway();
    await listening('127.0.0.2', port);
    expect(await dialled(['127.0.0.1', '127.0.0.2'], port)).toBe('127.0.0.2');
  });

  it.each([
    ['refuse', 100],
    ['refuse, and there is a descriptor for one only', 1],
  ])('is reached far away, where its other addresses %s', async (_name, limit) => {
    const { port, goOn } = await farAway();
    const reached = dialled(['127.0.0.1', '127.0.0.2', '::1'], port, limit);
    setTimeout(goOn, 600); // later than the others are tried
    expect(await reached).toBe('127.0.0.1');
  });

  it('lends the descriptor of a second address to others, and has it back', async () => {
    const { port } = await farAway();
    const second = await farAway('127.0.0.2', port);
    const connections = createConnections(2);
    const reached = dial(['127.0.0.1', '127.0.0.2'], port, connections, NEVER);
    await expect.poll(() => connections.hasRoom()).toBe(false); // both are tried
    const other = await dial(['127.0.0.1'], await listening('127.0.0.1'), connections, NEVER);
    expect(connections.hasRoom()).toBe(false);
    other.destroy();
    second.goOn();
    const socket = await reached;
    onTestFinished(() => void socket.destroy());
    expect(socket.remoteAddress).toBe('127.0.0.2');
  });

  it('that no address leads to is told with each of them', async () => {
    const port = await listening('127.0.0.1');
    const failure = dial(['127.0.0.2', '255.255.255.255'], port, createConnections(100), NEVER);
    await expect(failure).rejects.toMatchObject({
      failures: new Map([
        ['127.0.0.2', 'ECONNREFUSED'],
        ['255.255.255.255', expect.stringMatching(/^E/) as string],
      ]),
    });
  });

  it('is given up with all its addresses when the attempt ends', async () => {
    const { port } = await farAway();
    const end = new AbortController();
    const connections = createConnections(2);
    const attempt = dial(['127.0.0.1'], port, connections, end.signal);
    end.abort(new Error('enough'));
    await expect(attempt).rejects.toThrow('enough');
    await expect(dial(['127.0.0.1'], port, connections, end.signal)).rejects.toThrow('enough');
  });
});
