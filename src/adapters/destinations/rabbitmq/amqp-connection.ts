/**
 * AMQP 0-9-1 over a connection that is open already. What amqplib exports opens connections itself, past the network
 * policy and its proxies; the part of it that speaks the protocol takes any stream.
 */
import type { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
// @ts-expect-error: the library's parts have no types of their own
import { ChannelModel as Model } from '../../../../node_modules/amqplib/lib/channel_model.js';
// @ts-expect-error: as above
import { Connection } from '../../../../node_modules/amqplib/lib/connection.js';
import type { BoundRabbitmq } from '../../../core/clients/binding/broker.ts';

/** What a server says when it closes a connection or a channel: https://www.rabbitmq.com/amqp-0-9-1-reference */
export interface CloseReason {
  readonly code: number;
  readonly text: string;
}

/** The server refused something; the message is its own. */
export class AmqpCloseError extends Error {
  readonly code: number;

  constructor({ code, text }: CloseReason) {
    super(text);
    this.code = code;
  }
}

/** Seconds; the server's own, if that is shorter. A side that is silent for two of these is taken for dead. */
const HEARTBEAT_S = 30;
/** The size of frames that is asked for; the server may lower it, and may send none that is larger. */
const FRAME_MAX = 131_072;

interface Frame {
  readonly fields?: { readonly replyCode?: number; readonly replyText?: string };
}

interface Opening {
  maxFrameSize: number;
  step(done: (error: Error | null, frame: Frame | null) => void): void;
  /** Takes what comes after the handshake; `size` is that of a message, in the frame that begins it. */
  accept(frame: { readonly size?: number }): void;
  open(fields: object, opened: (error: Error | null) => void): void;
}

/**
 * `mostReturned`: how many bytes a message may have that the server sends back. The library gathers it whole, however long
 * it is said to be; the connection ends if it is longer. @throws {AmqpCloseError} if the server ends the handshake; else the
 * library's error
 */
export function openAmqp(
  socket: Socket,
  { username, password, vhost }: Pick<BoundRabbitmq, 'username' | 'password' | 'vhost'>,
  userAgent: string,
  mostReturned: () => number,
): Promise<ChannelModel> {
  const connection = new (Connection as new (socket: Socket) => Opening)(socket);
  connection.maxFrameSize = FRAME_MAX;
  const fields = {
    clientProperties: {
      product: 'team-events',
      information: userAgent,
      capabilities: {
        publisher_confirms: true,
        'basic.nack': true,
        'connection.blocked': true,
        authentication_failure_close: true,
      },
    },
    mechanism: 'PLAIN',
    response: Buffer.from(`\0${username}\0${password}`),
    locale: 'en_US',
    channelMax: 0,
    frameMax: FRAME_MAX,
    heartbeat: HEARTBEAT_S,
    virtualHost: vhost,
    capabilities: '',
    insist: 0,
  };
  // The library drops what the server says when it closes the connection in the middle of the handshake.
  let closed: CloseReason | undefined;
  const step = connection.step.bind(connection);
  connection.step = (done) =>
    step((error, frame) => {
      const { replyCode, replyText } = frame?.fields ?? {};
      if (replyCode !== undefined) closed = { code: replyCode, text: replyText ?? '' };
      done(error, frame);
    });
  return new Promise((resolve, reject) => {
    connection.open(fields, (error) => {
      if (error !== null)
        return reject(closed === undefined ? inHandshake(error) : new AmqpCloseError(closed));
      const accept = connection.accept.bind(connection);
      connection.accept = (frame) => {
        if ((frame.size ?? 0) > mostReturned()) throw new Error('it sends back more than it was sent');
        accept(frame);
      };
      resolve(new (Model as new (connection: Opening) => ChannelModel)(connection));
    });
  });
}

/** As the library says it where it sees the end of the connection itself. */
const inHandshake = (error: Error): Error =>
  /ECONNRESET|EPIPE/.test(error.message)
    ? new Error('Socket closed abruptly during opening handshake', { cause: error })
    : error;

/** What the server said, of an error of the library for a closed channel or connection. */
export function closeReasonOf(error: unknown): CloseReason | undefined {
  if (error instanceof AmqpCloseError) return { code: error.code, text: error.message };
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'number') return undefined;
  const [, text = String(message)] = /with message "([^]*)"$/.exec(String(message)) ?? [];
  return { code, text };
}
