/** Connections of protocols that are not HTTP: the same policy, proxies and certificates. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../../../src/adapters/network/agents.ts';
import { createConnections } from '../../../../src/adapters/network/connections.ts';
import { withinDeadline } from '../../../../src/adapters/network/deadline.ts';
import { ForbiddenError, reasonOf } from '../../../../src/adapters/network/failure.ts';
import { DEFAULT_NETWORK_POLICY } from '../../../../src/adapters/network/network-policy.ts';
import { unfinished } from '../../../../src/adapters/network/progress.ts';
import { NO_PROXIES } from '../../../../src/adapters/network/proxies.ts';
import { createStreams, type StreamTarget } from '../../../../src/adapters/network/streams.ts';
import { createAuthority } from '../../../support/certificates.ts';
import { listenOnLoopback } from '../../../support/loopback.ts';
import { startProxy } from '../../../support/sample-proxy.ts';

interface Attempt extends Partial<StreamTarget> {
  readonly port: number;
  readonly allow?: readonly string[];
  /** What every name resolves to. */
  readonly address?: string;
  readonly settings?: Partial<ConnectionSettings>;
  readonly timeoutMs?: number;
}

/** Opens, and waits for the first bytes; else says why not. */
function open({
  allow = ['127.0.0.1'],
  address = '127.0.0.1',
  settings,
  timeoutMs = 60_000,
  ...given
}: Attempt) {
  const target = { scheme: 'kafka', host: '127.0.0.1', tls: undefined, ...given } as const;
  const streams = createStreams(
    { ...DEFAULT_NETWORK_POLICY, allow },
    { authorities: undefined, proxies: NO_PROXIES, ...settings },
    createConnections(),
    () => Promise.resolve([{ address, family: 4 }]),
  );
  const host = `${target.host}:${target.port}`;
  return withinDeadline(host, timeoutMs, new AbortController().signal, async (progress) => {
    try {
      const socket = await streams.open(target, progress);
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return first.toString();
    } catch (error) {
      if (error instanceof ForbiddenError) return error.message;
      return progress.signal.aborted ? unfinished(progress) : reasonOf(error);
    }
  });
}

const greeting = (socket: Socket): void => {
  socket.on('error', () => undefined);
  socket.write('welcome');
};

it('opens what the policy allows, by address and by name, whatever its spelling', async () => {
  const port = await listenOnLoopback(createServer(greeting));
  for (const host of ['127.0.0.1', 'broker.example.com', '0x7f.1', '2130706433'])
    expect(await open({ host, port })).toBe('welcome');
});

it.each<[host: string, address: string, rule: RegExp]>([
  ['127.0.0.1', '', /^127\.0\.0\.1 is a loopback address: refused unless/],
  ['0x7f.1', '', /^127\.0\.0\.1 is a loopback address/],
  ['::1', '', /^::1 is a loopback address/],
  ['::ffff:169.254.169.254', '', /is a metadata service: always refused/],
  ['kafka-2.internal', '169.254.169.254', /^kafka-2\.internal \(169\.254\.169\.254\) is a metadata service/],
  ['10.255.255.1', '', /^kafka:\/\/ to 10\.255\.255\.1 is not encrypted: refused unless network\.http/],
  ['kafka.example.com', '10.0.0.9', /^kafka:\/\/ to kafka\.example\.com \(10\.0\.0\.9\) is not encrypted/],
])('refuses %s', async (host, address, rule) => {
  expect(await open({ host, address, port: 9092, allow: [] })).toMatch(rule);
});

it.each([
  ['', 9092],
  ['a b', 9092],
  ['a/b', 9092],
  ['user@127.0.0.1', 9092],
  ['a\nb', 9092],
  ['127.0.0.1', 0],
  ['127.0.0.1', 65_536],
  ['127.0.0.1', -1],
])('%j with port %d is no place to connect to', async (host, port) => {
  expect(await open({ host, port })).toMatch(/^".*" is no host with a port$/);
});

describe('TLS', () => {
  /** A server with a certificate for `host`, and the authority that issued it. */
  async function start(host = '127.0.0.1'): Promise<{ port: number; ca: string }> {
    const authority = createAuthority();
    const port = await listenOnLoopback(
      createSecureServer(authority.issue(host), greeting).on('tlsClientError', () => undefined),
    );
    return { port, ca: readFileSync(authority.file, 'utf8') };
  }

  it('trusts the authorities of the run, and those of the client besides', async () => {
    const { port, ca } = await start();
    expect(await open({ port, tls: { ca } })).toBe('welcome');
    expect(await open({ port, tls: {}, settings: { authorities: [ca] } })).toBe('welcome');
    const other = [readFileSync(createAuthority('Other CA').file, 'utf8')];
    expect(await open({ port, tls: { ca }, settings: { authorities: other } })).toBe('welcome');
    expect(await open({ port, tls: {} })).toMatch(/authority that is not trusted here/);
  });

  it('checks the name', async () => {
    const { port, ca } = await start('kafka.example.com');
    expect(await open({ host: 'kafka.example.com', port, tls: { ca } })).toBe('welcome');
    expect(await open({ port, tls: { ca } })).toMatch(/its certificate is for another host/);
  });

  it('tells a port without TLS, whether it closes, answers or is silent', async () => {
    const closing = await listenOnLoopback(
      createServer((socket) => void socket.once('data', () => socket.destroy())),
    );
    expect(await open({ port: closing, tls: {} })).toMatch(
      /at the beginning of TLS: does it speak TLS on this port/,
    );
    const talking = await listenOnLoopback(createServer(greeting));
    expect(await open({ port: talking, tls: {} })).toMatch(/it does not speak TLS on this port/);
    const silent = await listenOnLoopback(createServer(() => undefined));
    expect(await open({ port: silent, tls: {}, timeoutMs: 300 })).toBe(
      `127.0.0.1:${silent} accepted the connection and did not answer`,
    );
  });

  it('passes a proxy by CONNECT, with TLS through the tunnel', async () => {
    const { port, ca } = await start('kafka.example.com');
    const proxy = await startProxy(port);
    const proxies = {
      forUrl: ({ protocol }: URL) => (protocol === 'https:' ? new URL(`http://${proxy.host}`) : undefined),
    };
    const settings = { proxies };
    expect(
      await open({ host: 'kafka.example.com', port: 9093, tls: { ca }, address: '10.0.0.1', settings }),
    ).toBe('welcome');
    expect(proxy.asked.map(({ target }) => target)).toEqual(['kafka.example.com:9093']);
    expect(
      await open({ host: 'kafka.example.com', port: 9093, tls: { ca }, address: '169.254.1.1', settings }),
    ).toMatch(/link-local/);
    expect(proxy.asked).toHaveLength(1);
  });
});
