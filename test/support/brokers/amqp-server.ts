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
  /** Of the message that begins. */
  readonly size?: number;
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
  /** The client's channel of what it does now. */
  readonly channel: number;
  /** Number of messages in that channel so far: the last one's tag there. */
  readonly tag: number;
  /** Sends a method on the client's channel, or on 0 those of the connection. */
  readonly send: (method: string, fields?: object, channel?: number) => void;
  /** Returns the last message of the channel, as unroutable ones are; `bytes`: how long it is said to be. */
  readonly giveBack: (code: number, text: string, bytes?: number) => void;
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

interface OpenChannel {
  tag: number;
  coming: {
    readonly id: string;
    readonly routingKey: string;
    readonly properties: object;
    readonly size: number;
    readonly body: Buffer;
  };
}

const NOTHING = { id: '', routingKey: '', properties: {}, size: 0, body: Buffer.alloc(0) };

function serve(socket: Socket, number: number, all: Published[], script: AmqpScript): void {
  const mine: Published[] = [];
  const channels = new Map<number, OpenChannel>();
  let bytes: Buffer = Buffer.alloc(0);
  let isGreeted = false;
  const method = (name: string): number => defs[name] ?? 0;

  function connectionOn(channel: number): Connection {
    const { tag, coming } = channels.get(channel) ?? { tag: 0, coming: NOTHING };
    const send: Connection['send'] = (name, fields = {}, to = channel) =>
      void socket.write(defs.encodeMethod(method(name), name.startsWith('Connection') ? 0 : to, fields));
    return {
      socket,
      number,
      published: mine,
      channel,
      tag,
      send,
      giveBack(code, text, size = coming.body.length) {
        const { routingKey, properties, body } = coming;
        send('BasicReturn', { replyCode: code, replyText: text, exchange: 'e', routingKey });
        socket.write(defs.encodeProperties(method('BasicProperties'), channel, size, properties));
        socket.write(frames.makeBodyFrame(channel, body));
      },
    };
  }
  /** `usual`: what a server answers with, and its fields. */
  function answer(moment: Moment, channel: number, usual: string, fields: object = {}): void {
    const connection = connectionOn(channel);
    if (script(moment, connection) !== true) connection.send(usual, fields);
  }

  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!isGreeted) {
      if (bytes.length < 8) return;
      isGreeted = true;
      bytes = bytes.subarray(8);
      answer('connected', 0, 'ConnectionStart', {
        serverProperties: { product: 'scripted' },
        mechanisms: Buffer.from('PLAIN AMQPLAIN'),
        locales: Buffer.from('en_US'),
      });
    }
    for (let frame = frames.parseFrame(bytes, 0); frame; frame = frames.parseFrame(bytes, 0)) {
      bytes = frame.rest;
      take(frames.decodeFrame(frame));
    }
  });

  function take({ id, channel, fields = {}, content, size = 0 }: Frame): void {
    const open = channels.get(channel);
    if (content !== undefined && open) {
      const body = Buffer.concat([open.coming.body, content]);
      open.coming = { ...open.coming, body };
      if (body.length < open.coming.size) return;
      const { id: messageId, routingKey } = open.coming;
      const message = { id: messageId, routingKey, body: body.toString() };
      mine.push(message);
      all.push(message);
      open.tag++;
      answer('publish', channel, 'BasicAck', { deliveryTag: open.tag, multiple: false });
    } else if (id === method('ConnectionStartOk'))
      answer('start-ok', 0, 'ConnectionTune', { channelMax: 2047, frameMax: 131_072, heartbeat: 60 });
    else if (id === method('ConnectionOpen')) answer('open', 0, 'ConnectionOpenOk');
    else if (id === method('ChannelOpen')) {
      channels.set(channel, { tag: 0, coming: NOTHING });
      answer('channel', channel, 'ChannelOpenOk');
    } else if (id === method('ConfirmSelect')) answer('confirm', channel, 'ConfirmSelectOk');
    else if (id === method('ExchangeDeclare')) answer('declare', channel, 'ExchangeDeclareOk');
    else if (id === method('BasicPublish') && open)
      open.coming = { ...NOTHING, routingKey: String(fields['routingKey']) };
    else if (id === method('BasicProperties') && open)
      open.coming = { ...open.coming, id: String(fields['messageId']), properties: fields, size };
    else if (id === method('ConnectionClose')) connectionOn(0).send('ConnectionCloseOk');
  }
}
