/** Every attempt ends in an outcome, whatever the receiver does, and within its deadline. */
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../../../../src/adapters/destinations/webhook/answer.ts';
import {
  createHttpClient,
  type HttpClient,
} from '../../../../../src/adapters/destinations/webhook/send-webhook.ts';
import { DEFAULT_NETWORK_POLICY } from '../../../../../src/adapters/network/network-policy.ts';
import { OK, startRawServer } from '../../../../support/raw-server.ts';

const LOOPBACK = { ...DEFAULT_NETWORK_POLICY, allow: ['127.0.0.0/8', '*.example'] };

/** `hooks.example` has these addresses. */
function client(...addresses: readonly string[]): HttpClient {
  const made = createHttpClient(LOOPBACK, undefined, () =>
    Promise.resolve(addresses.map((address) => ({ address, family: 4 }))),
  );
  onTestFinished(() => made.close());
  return made;
}

/** Long enough for a busy machine where an answer is expected. */
const PATIENT_MS = 30_000;

function attempt(url: string, timeoutMs = PATIENT_MS, by = client('127.0.0.1')): Promise<Outcome> {
  const request = { method: 'POST', headers: {}, body: '{}', url, timeoutMs } as const;
  return by.attempt(request, new AbortController().signal);
}

const failed = (reason: RegExp) => ({
  kind: 'unreachable',
  message: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+: .*${reason.source}`)) as string,
});
const answered = (status: number, body = '') => ({ kind: 'answered', status, body });
const head = (status: string, ...headers: string[]): string =>
  `HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`;
const SWITCH = head('101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade');

/** Writes it all, piece by piece. */
const write =
  (...pieces: readonly string[]) =>
  (socket: Socket): void =>
    pieces.forEach((piece) => void socket.write(piece));
const thenClose =
  (...pieces: readonly string[]) =>
  (socket: Socket): void =>
    void socket.end(pieces.join(''));

function flood(text: string): (socket: Socket) => void {
  return (socket) => {
    const more = (): void => {
      while (socket.writable && socket.write(text));
      if (socket.writable) socket.once('drain', more);
    };
    more();
  };
}

describe('a receiver that answers', () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['101', write(SWITCH), answered(101)],
    ['101 without a protocol', write(head('101 Switching Protocols')), answered(101)],
    ['101, and closes', thenClose(SWITCH), answered(101)],
    ['101, and 200 in the other protocol', write(SWITCH, OK), answered(101)],
    [
      '200, and offers another protocol',
      write(head('200 OK', 'Upgrade: h2c', 'Content-Length: 0')),
      answered(200),
    ],
    ['426', write(head('426 Upgrade Required', 'Upgrade: TLS/1.2', 'Content-Length: 0')), answered(426)],
    [
      '100 thrice, then 202',
      write(head('100 Continue').repeat(3), head('202 Accepted', 'Content-Length: 0')),
      answered(202),
    ],
    [
      '102 and 103, then 200',
      write(head('102 Processing'), head('103 Early Hints', 'Link: </a>'), OK),
      answered(200, 'ok'),
    ],
    ['100 without end', flood(head('100 Continue').repeat(1000)), failed(/1xx again and again/)],
    ['103 without end', flood(head('103 Early Hints', 'Link: </a>')), failed(/1xx again and again/)],
    ['1xx that nobody knows', flood(head('199 Hm')), failed(/1xx again and again/)],
    [
      'a head of 40 KiB',
      write(
        head('200 OK', ...Array<string>(40).fill(`Set-Cookie: ${'c'.repeat(1000)}`), 'Content-Length: 0'),
      ),
      answered(200),
    ],
    [
      'a head without end',
      flood(`HTTP/1.1 200 OK\r\n${`A: ${'a'.repeat(1000)}\r\n`.repeat(100)}`),
      failed(/longer than 64 KiB/),
    ],
    ['nothing, and closes', thenClose(), failed(/closed the connection before it had answered/)],
    [
      'nothing, and resets',
      (socket) => void socket.resetAndDestroy(),
      failed(/closed the connection before it had answered/),
    ],
    [
      'half a head, and closes',
      thenClose('HTTP/1.1 200 OK\r\nContent-'),
      failed(/closed the connection before it had answered/),
    ],
    ['in another language', write('SSH-2.0-OpenSSH_9.2\r\n'), failed(/its answer is not HTTP: /)],
    [
      'with two lengths',
      write(head('200 OK', 'Content-Length: 2', 'Content-Length: 3')),
      failed(/not HTTP: .*Content-Length/),
    ],
    ['by half, and closes', thenClose(head('200 OK', 'Content-Length: 9'), 'half'), answered(200, 'half')],
    ['before it has read', write(OK), answered(200, 'ok')],
  ])('%s', async (_name, answer, outcome) => {
    const { port } = await startRawServer(answer);
    expect(await attempt(`http://127.0.0.1:${port}/`)).toMatchObject(outcome);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['nothing', () => undefined],
    ['half a head', write('HTTP/1.1 200 OK\r\nContent-')],
    ['100, and no more', write(head('100 Continue'))],
  ])('%s, ends at the deadline, by name and address', async (_name, answer) => {
    const { port } = await startRawServer(answer);
    expect(await attempt(`http://hooks.example:${port}/`, 300)).toMatchObject({
      kind: 'timeout',
      timeoutMs: 300,
      detail: expect.stringMatching(
        /^hooks\.example:\d+ \(127\.0\.0\.1\) accepted (?:the connection and did not answer|no connection)$/,
      ) as string,
    });
  });

  it('a status is believed, though its body never ends', async () => {
    const { port } = await startRawServer(write(head('202 Accepted', 'Content-Length: 9'), 'half'));
    expect(await attempt(`http://127.0.0.1:${port}/`)).toMatchObject(answered(202, 'half'));
  });

  it('nothing by TLS, ends at the deadline', async () => {
    const { port } = await startRawServer(() => undefined);
    expect(await attempt(`https://127.0.0.1:${port}/`, 300)).toMatchObject({ kind: 'timeout' });
  });
});

describe('a kept-alive connection', () => {
  it('that is closed before anything was answered is no attempt: the request goes out again', async () => {
    const { port, count } = await startRawServer((socket, ofConnection) => {
      if (ofConnection === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    const by = client();
    for (const requests of [1, 3, 5]) {
      expect(await attempt(`http://127.0.0.1:${port}/`, PATIENT_MS, by)).toMatchObject(answered(200, 'ok'));
      expect(count.requests).toBe(requests);
    }
    expect(count.connections).toBe(3);
  });

  it('that is closed after something was answered has been an attempt', async () => {
    const { port, count } = await startRawServer((socket, ofConnection) => {
      if (ofConnection === 1) socket.write(OK);
      else socket.write(head('102 Processing'), () => socket.resetAndDestroy());
    });
    const by = client();
    await attempt(`http://127.0.0.1:${port}/`, PATIENT_MS, by);
    expect(await attempt(`http://127.0.0.1:${port}/`, PATIENT_MS, by)).toMatchObject(
      failed(/closed the connection/),
    );
    expect(count.requests).toBe(2);
  });
});
