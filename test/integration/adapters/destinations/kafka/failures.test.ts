/** What a real cluster cannot be made to do: every attempt ends, names the broker and the reason, and the next one starts anew. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLOSED, createConnection } from '../../../../../src/adapters/destinations/kafka/connection.ts';
import type { BoundKafka } from '../../../../../src/core/clients/binding/broker.ts';
import { listenOnLoopback } from '../../../../support/loopback.ts';
import { anEvent, kafkaAttempts, type KafkaAttempts } from '../../../../support/kafka/kafka-attempts.ts';
import {
  authenticated,
  CUT,
  handshake,
  int16,
  int32,
  int64,
  metadata,
  produced,
  SILENT,
  startScriptedBroker,
  versions,
  type ApiName,
  type Reply,
  type Script,
} from '../../../../support/kafka/scripted-broker.ts';

async function attemptsAt(script: Script, given: Parameters<typeof kafkaAttempts>[1] = {}) {
  const server = await startScriptedBroker(script);
  return { ...attempts([server.port], given), ...server };
}

function attempts(ports: readonly number[], given: Parameters<typeof kafkaAttempts>[1] = {}): KafkaAttempts {
  const made = kafkaAttempts(ports, given);
  onTestFinished(() => made.broker.close());
  return made;
}

type Answering = NonNullable<Script['reply']>;

/** Instead of its first answer to this. */
const first =
  (api: ApiName, reply: Reply): Answering =>
  (asked, before) =>
    asked === api && before === 0 ? reply : undefined;
const always =
  (api: ApiName, reply: Reply): Answering =>
  (asked) =>
    asked === api ? reply : undefined;

it('sends, and keeps its connection', async () => {
  const { send, asked } = await attemptsAt({});
  expect(await send(anEvent(1), anEvent(2))).toEqual({ kind: 'accepted' });
  expect(await send(anEvent(3))).toEqual({ kind: 'accepted' });
  expect(asked).toEqual(['versions', 'metadata', 'producerId', 'produce', 'produce']);
});

it.each<[ApiName, RegExp]>([
  ['versions', /^127\.0\.0\.1:\d+ did not answer$/],
  ['metadata', /^127\.0\.0\.1:\d+ said nothing of the topic$/],
  ['producerId', /^127\.0\.0\.1:\d+ gave no producer id$/],
  ['produce', /^127\.0\.0\.1:\d+ did not confirm what was sent$/],
])('silent at %s: the attempt ends, and the next connects anew', async (api, waitsFor) => {
  let expire = (): void => undefined;
  const made = await attemptsAt({ reply: first(api, () => expire()) });
  const { send } = made;
  ({ expire } = made);
  expect(await send(anEvent(1))).toMatch(waitsFor);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

it.each<ApiName>(['versions', 'metadata', 'producerId', 'produce'])('cut at %s', async (api) => {
  const { send } = await attemptsAt({ reply: first(api, CUT) });
  const reason = expect.stringMatching(
    /^127\.0\.0\.1:\d+: it closed the connection before it had answered(: does it ask for a user \(sasl\)\?)?$/,
  ) as string;
  expect(await send(anEvent(1))).toMatchObject({ kind: 'retry', reason });
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

it('whatever bytes it answers with, the attempt ends with an outcome', async () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((one) => Buffer.from(one));
  const likely = fc.constantFrom(
    int32(0),
    int32(1),
    int32(-1),
    int16(0),
    int16(5),
    int64(0),
    Buffer.from('events'),
  );
  const body = fc.oneof(
    bytes,
    fc.array(likely, { maxLength: 20 }).map((parts) => Buffer.concat(parts)),
  );
  const api = fc.constantFrom<ApiName>('versions', 'metadata', 'producerId', 'produce');
  let reply: Answering = () => undefined;
  const { port } = await startScriptedBroker({ reply: (...asked) => reply(...asked) });
  await fc.assert(
    fc.asyncProperty(api, body, async (name, answer) => {
      reply = always(name, answer);
      const { send, broker } = kafkaAttempts([port], { timeoutMs: 30_000 });
      const outcome = await send(anEvent(1));
      await broker.close();
      expect(outcome).toMatchObject({
        kind: expect.stringMatching(/^(accepted|retry|refused|misconfigured)$/) as string,
      });
    }),
    { numRuns: 200 },
  );
});

const word = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');

it.each<[what: string, script: Script, reason: RegExp]>([
  [
    'greets as another protocol does',
    { greet: (socket) => void socket.write('SSH-2.0-x\r\n') },
    /is not the protocol of Kafka: is the port right/,
  ],
  [
    'answers in another protocol',
    { reply: () => (socket) => void socket.write(word) },
    /is not the protocol of Kafka: is the port right/,
  ],
  [
    'speaks TLS',
    { reply: () => (socket) => void socket.end(Buffer.from('15030300020250', 'hex')) },
    /it speaks TLS on this port: remove tls: false/,
  ],
  [
    'gives no length',
    { reply: () => (socket) => void socket.write(int32(-1)) },
    /is not the protocol of Kafka/,
  ],
  [
    'answers another request',
    { reply: () => (socket) => void socket.write(Buffer.concat([int32(4), int32(99)])) },
    /it answers something that it was not asked/,
  ],
  [
    'answers with too little',
    { reply: always('metadata', int32(0)) },
    /its answer to Metadata cannot be read/,
  ],
  [
    'lists more than there is',
    { reply: always('metadata', Buffer.concat([int32(0), int32(0x7fffffff)])) },
    /its answer to Metadata cannot be read/,
  ],
  [
    'is older than Kafka 0.11',
    {
      reply: always(
        'versions',
        versions([
          [3, 0, 3],
          [0, 0, 2],
        ]),
      ),
    },
    /it has no Metadata request that is known here: Kafka 0\.11 or newer is needed/,
  ],
])('one that %s', async (_what, script, reason) => {
  const { send } = await attemptsAt(script);
  expect(await send(anEvent(1))).toMatchObject({ reason: expect.stringMatching(reason) as string });
});

it.each<[code: number, kind: string, reason: RegExp]>([
  [-1, 'retry', /\(UNKNOWN_SERVER_ERROR\)$/],
  [3, 'retry', /there is no such topic, or the user may not see it: .* \(UNKNOWN_TOPIC_OR_PARTITION\)$/],
  [6, 'retry', /the leader of the partition has moved \(NOT_LEADER_OR_FOLLOWER\)$/],
  [7, 'retry', /not all replicas in sync have confirmed it in time \(REQUEST_TIMED_OUT\)$/],
  [10, 'refused', /it is larger than the topic .* takes \(MESSAGE_TOO_LARGE\)$/],
  [19, 'retry', /fewer replicas are in sync than the topic asks for .* \(NOT_ENOUGH_REPLICAS\)$/],
  [20, 'retry', /fewer replicas are in sync .* \(NOT_ENOUGH_REPLICAS_AFTER_APPEND\)$/],
  [
    29,
    'refused',
    /the user may not write to the topic: it needs Write and Describe \(TOPIC_AUTHORIZATION_FAILED\)$/,
  ],
  [44, 'refused', /\(POLICY_VIOLATION\)$/],
  [45, 'retry', /does not know any more what was sent before \(OUT_OF_ORDER_SEQUENCE_NUMBER\)$/],
  [56, 'retry', /its disk has failed \(KAFKA_STORAGE_ERROR\)$/],
  [87, 'refused', /\(INVALID_RECORD\)$/],
  [90, 'retry', /\(PRODUCER_FENCED\)$/],
  [999, 'retry', /an error of a newer Kafka \(error 999\)$/],
])('refused with code %d: %s', async (code, kind, reason) => {
  const { send } = await attemptsAt({ reply: first('produce', produced(code)) });
  expect(await send(anEvent(1))).toMatchObject({
    kind,
    code,
    reason: expect.stringMatching(reason) as string,
  });
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

it('a cluster that has just been started is waited for', async () => {
  const loading = Buffer.concat([int32(0), int16(14), int64(-1), int16(0)]);
  const { send, asked } = await attemptsAt({ reply: first('producerId', loading) });
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
  expect(asked.filter((api) => api === 'producerId')).toHaveLength(2);
});

it('a repetition that the broker has had is accepted', async () => {
  const { send } = await attemptsAt({ reply: first('produce', produced(46)) });
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

it.each<[what: string, script: Script, kind: string, reason: RegExp]>([
  [
    'is missing',
    { reply: always('metadata', metadata({ host: 'h', port: 1 }, { code: 3 })) },
    'retry',
    /there is no such topic/,
  ],
  [
    'may not be seen',
    { reply: always('metadata', metadata({ host: 'h', port: 1 }, { code: 29 })) },
    'refused',
    /it needs Write and Describe/,
  ],
  [
    'has no leader',
    { reply: always('metadata', metadata({ host: 'h', port: 1 }, { leader: -1, partitionCode: 5 })) },
    'retry',
    /the partition has no leader now/,
  ],
  [
    'is led by nobody known',
    { reply: always('metadata', metadata({ host: 'h', port: 1 }, { leader: 9 })) },
    'retry',
    /broker 9: the cluster names no host for it/,
  ],
])('a topic that %s', async (_what, script, kind, reason) => {
  const { send, asked } = await attemptsAt(script);
  expect(await send(anEvent(1))).toMatchObject({ kind, reason: expect.stringMatching(reason) as string });
  await send(anEvent(1));
  expect(asked.filter((api) => api === 'metadata')).toHaveLength(2); // it may be there the next time
});

it('a topic of several partitions is for order: team only, and is asked for again', async () => {
  const { send, asked } = await attemptsAt({ partitions: 3 });
  for (const times of [1, 2]) {
    expect(await send(anEvent(1))).toMatchObject({
      kind: 'misconfigured',
      reason: expect.stringMatching(
        /has 3 partitions.*: name a topic with one partition, or set order: team/,
      ) as string,
    });
    expect(asked).not.toContain('produce');
    expect(asked.filter((api) => api === 'metadata')).toHaveLength(times);
  }
  const team = await attemptsAt({ partitions: 3 }, { order: 'team' });
  expect(await team.send(anEvent(1))).toEqual({ kind: 'accepted' });
});

const sasl = (mechanism: NonNullable<BoundKafka['sasl']>['mechanism']): Partial<BoundKafka> => ({
  sasl: { mechanism, username: 'carol', password: 'secret-1' },
});

it.each<[what: string, reply: Answering, kind: string, reason: RegExp]>([
  [
    'takes another mechanism',
    always('handshake', handshake(33, ['PLAIN', 'GSSAPI'])),
    'refused',
    /does not take the mechanism scram-sha-512, only plain, gssapi/,
  ],
  [
    'does not know the password',
    always('authenticate', authenticated(58, 'Authentication failed')),
    'refused',
    /it does not accept the username and the password \(SASL_AUTHENTICATION_FAILED\)/,
  ],
  [
    'asks for no nonce of ours',
    always('authenticate', authenticated(0, undefined, Buffer.from('r=other,s=c2FsdA==,i=4096'))),
    'refused',
    /its answers are not those of SCRAM-SHA-512: .*nonce/,
  ],
  [
    'asks for work without end',
    always('authenticate', authenticated(0, undefined, Buffer.from('r=x,s=c2FsdA==,i=2000000000'))),
    'refused',
    /it asks for 2000000000 iterations of SCRAM/,
  ],
  [
    'says nonsense',
    always('authenticate', authenticated(0, undefined, Buffer.from('nonsense'))),
    'refused',
    /its answers are not those of SCRAM-SHA-512/,
  ],
  ['cuts it', always('authenticate', CUT), 'retry', /it closed the connection before it had answered/],
])('SASL: one that %s', async (_what, reply, kind, reason) => {
  const { send, asked } = await attemptsAt({ reply }, sasl('scram-sha-512'));
  const outcome = await send(anEvent(1));
  expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) as string });
  expect(JSON.stringify(outcome)).not.toContain('secret-1');
  expect(asked).not.toContain('metadata');
});

it('SASL: silence ends with the attempt', async () => {
  let expire = (): void => undefined;
  const made = await attemptsAt({ reply: first('authenticate', () => expire()) }, sasl('plain'));
  const { send } = made;
  ({ expire } = made);
  expect(await send(anEvent(1))).toMatch(/did not answer/);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

it.each([
  ['for ever', 0, 1],
  ['for an hour', 3_600_000, 1],
  ['no time at all', 1, 2],
])('SASL: a session that lasts %s', async (_what, lifetimeMs, connections) => {
  const lasting = authenticated(0, undefined, Buffer.alloc(0), lifetimeMs);
  const { send, asked } = await attemptsAt({ reply: first('authenticate', lasting) }, sasl('plain'));
  for (const index of [1, 2, 3]) expect(await send(anEvent(index))).toEqual({ kind: 'accepted' });
  expect(asked.filter((api) => api === 'authenticate')).toHaveLength(connections);
});

it('goes on to the next of the named brokers, whether one is away or silent', async () => {
  const silent = await startScriptedBroker({ reply: () => SILENT });
  const away = await startScriptedBroker({ greet: (socket) => void socket.destroy() });
  const good = await startScriptedBroker({});
  const { send } = attempts([away.port, silent.port, good.port]);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
  expect(good.asked).toContain('produce');
});

it('tells of each of the named brokers if none can be used', async () => {
  const [a, b] = await Promise.all(
    [1, 2].map(() => startScriptedBroker({ greet: (socket) => void socket.destroy() })),
  );
  const { send } = attempts([a?.port ?? 0, b?.port ?? 0]);
  const reason = expect.stringMatching(
    new RegExp(`^127.0.0.1:${a?.port}: it .*; 127.0.0.1:${b?.port}: it `),
  ) as string;
  expect(await send(anEvent(1))).toMatchObject({ kind: 'retry', reason });
});

it('a leader that has moved is asked for again', async () => {
  const next = await startScriptedBroker({});
  const leaders = [
    { host: '127.0.0.1', port: 1 },
    { host: '127.0.0.1', port: next.port },
  ];
  const { send } = await attemptsAt({
    reply: (api, before) => (api === 'metadata' ? metadata(leaders[before] ?? leaders[1]!) : undefined),
  });
  expect(await send(anEvent(1))).toMatch(/ECONNREFUSED/);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
  expect(next.asked).toContain('produce');
});

it('reads no list that is longer than its answer, however long it is said to be', async () => {
  const bomb = Buffer.concat([int32(0), int32(33_554_431)]);
  const { send } = await attemptsAt({ reply: first('metadata', bomb) });
  expect(await send(anEvent(1))).toMatchObject({
    kind: 'retry',
    reason: expect.stringMatching(/its answer to Metadata cannot be read$/),
  });
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
});

describe('a connection', () => {
  /** To a server that says nothing. */
  async function connected(): Promise<{ readonly socket: Socket; readonly close: () => void }> {
    const port = await listenOnLoopback(createServer((peer) => peer.on('error', () => undefined)));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    onTestFinished(() => void socket.destroy());
    return { socket, close: () => void socket.destroy() };
  }
  const { signal } = new AbortController();

  it('that breaks while a request is made for it fails whoever asks, and nobody else', async () => {
    const { socket, close } = await connected();
    const connection = createConnection(socket, 'there', 'test');
    const encode = async (): Promise<Buffer> => {
      close();
      await once(socket, 'close');
      await setImmediate();
      return Buffer.alloc(8);
    };
    const asked = connection.exchange({ name: 'it', encode, decode: () => Promise.resolve(1) }, signal);
    await expect(asked).rejects.toThrow(CLOSED);
    await setImmediate(); // a rejection that nobody waits for ends the process
  });

  it('is asked one thing at a time, also while that is made', async () => {
    const { socket, close } = await connected();
    const connection = createConnection(socket, 'there', 'test');
    const made = {
      name: 'it',
      encode: () => Promise.resolve(Buffer.alloc(8)),
      decode: () => Promise.resolve(1),
    };
    const asked = connection.exchange(made, signal);
    await expect(connection.exchange(made, signal)).rejects.toThrow('is being asked already');
    close();
    await expect(asked).rejects.toThrow(CLOSED);
  });
});
