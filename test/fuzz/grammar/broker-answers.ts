/**
 * What a broker says: mostly what Kafka or RabbitMQ would, so that the program goes on to what comes next, and now and then
 * anything else. Kafka's answers are in the versions that it offers here; those of AMQP are encoded by amqplib's tables.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Random } from '../../torture/random.ts';
import { size, text } from './pieces.ts';

export interface Broker {
  /** What it says to these bytes; undefined: nothing more. */
  answer(said: Buffer): Buffer | undefined;
}

/** One connection of a broker, which goes astray with this probability at each word. `port` is its own. */
export function createBroker(random: Random, port: number, astray = 0.12): Broker {
  let isAmqp: boolean | undefined;
  let amqpWords = 0;
  return {
    answer(said) {
      isAmqp ??= said.toString('latin1', 0, 4) === 'AMQP';
      if (random.chance(0.02)) return undefined;
      if (random.chance(astray / 3)) return garbage(random);
      return isAmqp ? amqp(random, said, amqpWords++, astray) : kafka(random, said, port, astray);
    },
  };
}

const garbage = (random: Random): Buffer =>
  random.pick([
    () => Buffer.from(text(random)),
    () => Buffer.alloc(size(random), random.int(0, 255)),
    () => Buffer.from('15030300020250', 'hex'),
    () =>
      Buffer.concat([i32(random.pick([-1, 0, 4, 100, 4_194_304, 2 ** 31 - 1])), Buffer.from(text(random))]),
    () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ])();

/** What it was told, a password among it, or other words. */
const words = (random: Random, said: Buffer, most = 2000): string => {
  const chosen = random.chance(0.3) ? said.toString('latin1') : text(random);
  return Buffer.from(chosen).subarray(0, most).toString();
};

const i16 = (value: number): Buffer => made(2, (buffer) => buffer.writeInt16BE(value));
const i32 = (value: number): Buffer => made(4, (buffer) => buffer.writeInt32BE(value));
const i64 = (value: number): Buffer => made(8, (buffer) => buffer.writeBigInt64BE(BigInt(value)));
const string = (value: string): Buffer => Buffer.concat([i16(Buffer.byteLength(value)), Buffer.from(value)]);
function made(bytes: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
}

const NO_TEXT = i16(-1);
/** Produce, Metadata, SaslHandshake, ApiVersions, InitProducerId, SaslAuthenticate: key, and the only version. */
const OFFERED = [0, 6, 3, 5, 17, 1, 18, 0, 22, 0, 36, 1];

function kafka(random: Random, said: Buffer, port: number, astray: number): Buffer {
  const key = said.length >= 6 ? said.readInt16BE(4) : -1;
  const code = (): Buffer => i16(random.chance(astray) ? random.int(-1, 100) : 0);
  const body = kafkaBody(random, key, said, port, code);
  const whole = random.chance(astray / 3) ? body.subarray(0, random.int(0, body.length)) : body;
  const id = said.length >= 12 ? said.subarray(8, 12) : i32(0);
  return Buffer.concat([i32(4 + whole.length), random.chance(0.01) ? i32(99) : id, whole]);
}

function kafkaBody(random: Random, key: number, said: Buffer, port: number, code: () => Buffer): Buffer {
  const bytes = Buffer.from(words(random, said));
  switch (key) {
    case 18: {
      const offered = OFFERED.flatMap((value, at) => (at % 2 === 0 ? [value] : [value, value]));
      return Buffer.concat([code(), i32(OFFERED.length / 2), ...offered.map(i16)]);
    }
    case 3: {
      const host = random.chance(0.93)
        ? '127.0.0.1'
        : random.pick(['169.254.169.254', '0.0.0.0', ' ', '\u001b[2J']);
      const partitions = random.chance(0.8) ? 1 : random.int(0, 5);
      const one = (_: unknown, at: number): Buffer =>
        Buffer.concat([
          code(),
          i32(at),
          i32(random.chance(0.95) ? 1 : random.int(-1, 3)),
          i32(0),
          i32(0),
          i32(0),
        ]);
      const all = Array.from({ length: partitions }, one);
      const brokers = Buffer.concat([
        i32(1),
        i32(1),
        string(host),
        i32(random.chance(0.97) ? port : -1),
        NO_TEXT,
      ]);
      const topic = Buffer.concat([code(), string('events'), Buffer.from([0]), i32(partitions), ...all]);
      return Buffer.concat([i32(0), brokers, NO_TEXT, i32(1), i32(1), topic]);
    }
    case 22:
      return Buffer.concat([i32(0), code(), i64(7), i16(0)]);
    case 17:
      return Buffer.concat([code(), i32(2), string('PLAIN'), string(words(random, said, 200))]);
    case 36: {
      const proof = random.chance(0.5)
        ? Buffer.alloc(0)
        : Buffer.from(`r=${words(random, said, 100)},s=c2FsdA==,i=4096`);
      const message = random.chance(0.5) ? NO_TEXT : string(words(random, said));
      return Buffer.concat([
        code(),
        message,
        i32(proof.length),
        proof,
        i64(random.pick([0, 0, 1, 3_600_000])),
      ]);
    }
    case 0: {
      const one = Buffer.concat([i32(random.pick([0, 0, 0, 0, 1, -1])), code(), i64(0), i64(-1), i64(0)]);
      const waitMs = random.chance(0.9) ? 0 : random.pick([1, 50, -1, 2 ** 31 - 1]);
      return Buffer.concat([i32(1), string('events'), i32(1), one, i32(waitMs)]);
    }
    default:
      return bytes;
  }
}

const require = createRequire(import.meta.url);
const defs = require(join(dirname(require.resolve('amqplib')), 'lib/defs.js')) as Record<string, number> & {
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
};
const method = (name: string, channel: number, fields: object = {}): Buffer =>
  defs.encodeMethod(defs[name] ?? 0, channel, fields);

/** The handshake word by word, and then a confirmation for whatever is said. */
function amqp(random: Random, said: Buffer, word: number, astray: number): Buffer {
  if (random.chance(astray)) return amqpAstray(random, said);
  const tag = Math.max(1, word - 4);
  const start = { serverProperties: {}, mechanisms: Buffer.from('PLAIN'), locales: Buffer.from('en_US') };
  const tune = { channelMax: 10, frameMax: 131_072, heartbeat: 60 };
  const usual = [
    () => method('ConnectionStart', 0, start),
    () => method('ConnectionTune', 0, tune),
    () => method('ConnectionOpenOk', 0),
    () => method('ChannelOpenOk', 1),
    () => method('ConfirmSelectOk', 1),
    () => method('ExchangeDeclareOk', 1),
  ][word];
  return usual?.() ?? method(random.chance(0.9) ? 'BasicAck' : 'BasicNack', 1, { deliveryTag: tag });
}

function amqpAstray(random: Random, said: Buffer): Buffer {
  const replyText = words(random, said, 250);
  const replyCode = random.pick([200, 311, 312, 320, 402, 403, 404, 406, 530, 540, 541, 0, 65_535]);
  const closed = { replyCode, replyText, classId: 0, methodId: 0 };
  const length = random.pick([0, 1, 100_000, 2 ** 40, 2 ** 52]);
  return random.pick([
    () => method('ConnectionClose', 0, closed),
    () => method('ChannelClose', 1, closed),
    () => method('ConnectionBlocked', 0, { reason: replyText }),
    () => method('BasicAck', 1, { deliveryTag: random.int(0, 5), multiple: random.chance(0.5) }),
    () =>
      Buffer.concat([
        method('BasicReturn', 1, { replyCode, replyText, exchange: 'e', routingKey: 'x' }),
        defs.encodeProperties(defs['BasicProperties'] ?? 0, 1, length, {}),
      ]),
    () => method('ChannelOpenOk', random.int(0, 3)),
    () => method('BasicCancel', 1, { consumerTag: replyText }),
    () =>
      method('ConnectionTune', 0, { channelMax: 0, frameMax: random.pick([0, 1, 2 ** 31]), heartbeat: 1 }),
  ])();
}
