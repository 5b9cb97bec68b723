/** A proxy that does anything but its work ends the attempt too, and is told by name. */
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../../../src/adapters/destinations/webhook/answer.ts';
import { createHttpClient } from '../../../../src/adapters/destinations/webhook/send-webhook.ts';
import { DEFAULT_NETWORK_POLICY } from '../../../../src/adapters/network/network-policy.ts';
import { startRawServer } from '../../../support/raw-server.ts';

/** Through a proxy on this port, to a name that only it knows. */
function attempt(port: number, scheme: string, timeoutMs: number): Promise<Outcome> {
  const proxies = { forUrl: () => new URL(`${scheme}://127.0.0.1:${port}`) };
  const client = createHttpClient(DEFAULT_NETWORK_POLICY, { authorities: undefined, proxies }, () =>
    Promise.resolve([]),
  );
  onTestFinished(() => client.close());
  const request = {
    method: 'POST',
    headers: {},
    body: '{}',
    url: 'https://hooks.example/',
    timeoutMs,
  } as const;
  return client.attempt(request, new AbortController().signal);
}

const write =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(text);
const head = (status: string): string => `HTTP/1.1 ${status}\r\n\r\n`;

it.each<[string, (socket: Socket) => void, RegExp]>([
  [
    '101',
    write(head('101 Switching Protocols')),
    /: the proxy answered 101: it refuses to forward this connection$/,
  ],
  ['100 without end', write(head('100 Continue').repeat(1000)), /: the proxy answered 100: /],
  ['404', write(head('404 Not Found')), /: the proxy answered 404: /],
  [
    'in another language',
    write('SSH-2.0-OpenSSH_9.2\r\n'),
    /: the proxy cannot be used: its answer is not HTTP/,
  ],
  [
    'nothing, and closes',
    (socket) => void socket.end(),
    /: the proxy cannot be used: it closed the connection/,
  ],
  [
    '200, and closes',
    (socket) => void socket.end(head('200 OK')),
    /: it closed the connection before it had answered/,
  ],
  ['200, and speaks no TLS', write(`${head('200 OK')}hello`), /: it does not speak TLS on this port/],
])('a proxy that answers %s', async (_name, answer, reason) => {
  const { port } = await startRawServer(answer);
  const where = `hooks\\.example \\(through the proxy 127\\.0\\.0\\.1:${port}\\)`;
  expect(await attempt(port, 'http', 30_000)).toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(new RegExp(`^${where}${reason.source}`)) as string,
  });
});

it.each([
  ['CONNECT', 'http'],
  ['TLS', 'https'],
])('a proxy that leaves %s unanswered', async (_name, scheme) => {
  const { port } = await startRawServer(() => undefined);
  expect(await attempt(port, scheme, 300)).toEqual({
    kind: 'timeout',
    timeoutMs: 300,
    detail: `hooks.example (through the proxy 127.0.0.1:${port}) accepted no connection`,
  });
});
