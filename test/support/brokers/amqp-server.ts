/**
 * A scripted server of AMQP 0-9-1 on loopback, for what no broker can be brought to do. It speaks as the specification
 * and RabbitMQ's extensions have it (https://www.rabbitmq.com/resources/specs/amqp0-9-1.xml), by the tables of amqplib,
 * the library under test; real brokers are asked in test/e2e/brokers.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, type TlsOptions } from 'node:tls';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { listenOnLoopback } from '../loopback.ts';

interface Frame {
  readonly id?: number;
  readonly channel: number;
  readonly fields?: Record<string, unknown>;
  readonly content?: Buffer;
}

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('amqplib'));
const defs = require(join(folder, 'lib/defs.js')) as Record<string, number> & {
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
};
const frames = require(join(folder, 'lib/frame.js')) as {
  parseFrame(bytes: Buffer, most: number): false | { readonly rest: Buffer };
  decodeFrame(frame: object): Frame;
  makeBodyFrame(channel: number, payload: Buffer): Buffer;
};

/** What the client does, in this order; each is answered as a server does unless the script does it itself. */
export type Moment = 'connected' | 'start-ok' | 'open' | 'channel' | 'confirm' | 'declare' | 'publish';

export interface Published {
  readonly id: string;
  readonly routingKey: string;
  readonly body: string;
}

export interface Connection {
  readonly socket: Socket;
  /** Which connection of the server it is, from 1. */
  readonly number: number;
  /** Messages of this connection so far. */
  readonly published: readonly Published[];
  /** Sends a method on the client's channel (1), or on 0 those of the connection. */
  readonly send: (method: string, fields?: object) => void;
  /** Returns the last message, as unroutable ones are. */
  readonly giveBack: (code: number, text: string) => void;
}

/** true: the script has answered, or means not to. */
export type AmqpScript = (moment: Moment, connection: Connection) => boolean | void;

export interface AmqpServer {
  readonly port: number;
  /** Of all connections, in order; also those that were not confirmed. */
  readonly published: readonly Published[];
  readonly count: { connections: number };
  /** Those that are open. */
  readonly open: ReadonlySet<Socket>;
}

/** It ends with the test. With `tls` it speaks TLS. */
export async function startAmqpServer(
  script: AmqpScript = () => false,
  tls?: TlsOptions,
): Promise<AmqpServer> {
  const published: Published[] = [];
  const open = new Set<Socket>();
  const count = { connections: 0 };
  const accept = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    serve(socket, ++count.connections, published, script);
  };
  const server: Server = tls === undefined ? createServer(accept) : createSecureServer(tls, accept);
  const port = await listenOnLoopback(
    Object.assign(server, { closeAllConnections: () => open.forEach((socket) => socket.destroy()) }),
  );
  return { port, published, count, open };
}

function serve(socket: Socket, number: number, all: Published[], script: AmqpScript): void {
  const mine: Published[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let isGreeted = false;
  let coming: { id: string; routingKey: string; properties: object; size: number; body: Buffer } | undefined;
  let tag = 0;
  const method = (name: string): number => defs[name] ?? 0;
  const connection: Connection = {
    socket,
    number,
    published: mine,
    send: (name, fields = {}) =>
      void socket.write(defs.encodeMethod(method(name), name.startsWith('Connection') ? 0 : 1, fields)),
    giveBack(code, text) {
      const { routingKey = '', properties = {}, body = Buffer.alloc(0) } = coming ?? {};
      connection.send('BasicReturn', { replyCode: code, replyText: text, exchange: 'e', routingKey });
      socket.write(defs.encodeProperties(method('BasicProperties'), 1, body.length, properties));
      socket.write(frames.makeBodyFrame(1, body));
    },
  };
  const answer = (moment: Moment, usual: () => void): void => {
    if (script(moment, connection) !== true) usual();
  };

  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isGreeted) {
      if (bytes.length < 8) return;
      isGreeted = true;
      bytes = bytes.subarray(8);
      answer('connected', () =>
        connection.send('ConnectionStart', {
          serverProperties: { product: 'scripted' },
          mechanisms: Buffer.from('PLAIN AMQPLAIN'),
          locales: Buffer.from('en_US'),
        }),
      );
    }
    for (let frame = frames.parseFrame(bytes, 0); frame; frame = frames.parseFrame(bytes, 0)) {
      bytes = frame.rest;
      take(frames.decodeFrame(frame));
    }
  });

  function take({ id, fields = {}, content, ...frame }: Frame): void {
    if (content !== undefined && coming) {
      coming.body = Buffer.concat([coming.body, content]);
      if (coming.body.length < coming.size) return;
      const message = { id: coming.id, routingKey: coming.routingKey, body: coming.body.toString() };
      mine.push(message);
      all.push(message);
      tag++;
      answer('publish', () => connection.send('BasicAck', { deliveryTag: tag, multiple: false }));
    } else if (id === method('ConnectionStartOk')) {
      answer('start-ok', () =>
        connection.send('ConnectionTune', { channelMax: 2047, frameMax: 131_072, heartbeat: 60 }),
      );
    } else if (id === method('ConnectionOpen')) answer('open', () => connection.send('ConnectionOpenOk'));
    else if (id === method('ChannelOpen')) answer('channel', () => connection.send('ChannelOpenOk'));
    else if (id === method('ConfirmSelect')) answer('confirm', () => connection.send('ConfirmSelectOk'));
    else if (id === method('ExchangeDeclare')) answer('declare', () => connection.send('ExchangeDeclareOk'));
    else if (id === method('BasicPublish'))
      coming = {
        id: '',
        routingKey: String(fields['routingKey']),
        properties: {},
        size: 0,
        body: Buffer.alloc(0),
      };
    else if (id === method('BasicProperties') && coming) {
      const { size = 0 } = frame as { size?: number };
      coming = { ...coming, id: String(fields['messageId']), properties: fields, size };
    } else if (id === method('ConnectionClose')) connection.send('ConnectionCloseOk');
  }
}
