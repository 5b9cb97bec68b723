/** A connection with one channel on which each message is confirmed: of use until anything goes wrong with it. */
import type { Socket } from 'node:net';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import type { BoundRabbitmq } from '../../../core/clients/binding/broker.ts';
import type { BrokerAttempt } from '../broker/broker.ts';
import { openAmqp } from './amqp-connection.ts';

export interface AmqpMessage {
  readonly id: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

export type Confirmation =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'nacked' }
  /** No queue got it; `text` is the server's. */
  | { readonly kind: 'returned'; readonly code: number; readonly text: string };

export interface AmqpSession {
  /** The host with its address, for messages. */
  readonly where: string;
  readonly isOpen: boolean;
  /** @throws why the session ended, if it does before the message is confirmed */
  publish(message: AmqpMessage, attempt: Pick<BrokerAttempt, 'waitsFor'>): Promise<Confirmation>;
  /** Ends it at once, as if the connection had been lost. */
  drop(reason: Error): void;
  /** Says goodbye if the server answers soon. Never rejects. */
  close(): Promise<void>;
}

/** How long a server may take to say goodbye: everything is confirmed by then. */
const GOODBYE_MS = 500;

interface InFlight {
  readonly settle: (confirmation: Confirmation) => void;
  readonly fail: (error: Error) => void;
  readonly waitsFor: (what: string) => void;
  returned: Confirmation | undefined;
}

/** Connects, opens a channel, and asks whether the exchange is there. Rejects with whatever goes wrong. */
export async function openSession(
  destination: BoundRabbitmq,
  userAgent: string,
  attempt: BrokerAttempt,
): Promise<AmqpSession> {
  const { signal } = attempt;
  const { socket, where } = await attempt.dial(destination.broker);
  // An error is what makes the library end its timers.
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) throw signal.reason as Error;
    attempt.waitsFor(`${where} accepted the connection and did not complete the handshake of AMQP`);
    const model = await openAmqp(socket, destination, userAgent);
    model.on('error', () => undefined);
    attempt.waitsFor(`${where} let this client in and did not open a channel`);
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    attempt.waitsFor(`${where} did not say whether there is such an exchange`);
    await channel.checkExchange(destination.exchange);
    return sessionOf(socket, model, channel, { where, exchange: destination.exchange });
  } catch (error) {
    socket.destroy(error as Error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function sessionOf(
  socket: Socket,
  model: ChannelModel,
  channel: ConfirmChannel,
  { where, exchange }: { readonly where: string; readonly exchange: string },
): AmqpSession {
  const inFlight = new Map<string, InFlight>();
  let blocked: string | undefined;
  let isOpen = true;

  function drop(reason: Error): void {
    if (!isOpen) return;
    isOpen = false;
    for (const { fail } of inFlight.values()) fail(reason);
    inFlight.clear();
    socket.destroy(reason);
  }
  const tell = ({ waitsFor }: InFlight): void =>
    waitsFor(
      blocked === undefined
        ? `${where} did not confirm the message`
        : `${where} takes no messages now: ${blocked}`,
    );
  const block = (reason: string | undefined): void => {
    blocked = reason;
    inFlight.forEach(tell);
  };

  model.on('error', drop);
  model.on('close', (error) => drop(error ?? new Error('Unexpected close')));
  model.on('blocked', block);
  model.on('unblocked', () => block(undefined));
  channel.on('error', drop);
  // It closes its channels before it says why it closes a connection.
  channel.on('close', () => setImmediate(drop, new Error('Unexpected close')));
  socket.on('close', () => drop(new Error('Unexpected close')));
  channel.on('return', ({ fields, properties }) => {
    const { replyCode = 312, replyText = '' } = fields as { replyCode?: number; replyText?: string };
    const message = inFlight.get(String(properties.messageId));
    if (message) message.returned = { kind: 'returned', code: replyCode, text: replyText };
  });

  return {
    where,
    get isOpen() {
      return isOpen;
    },
    publish({ id, routingKey, body, properties }, { waitsFor }) {
      return new Promise((resolve, reject) => {
        const message: InFlight = { settle: resolve, fail: reject, waitsFor, returned: undefined };
        inFlight.set(id, message);
        tell(message);
        const options = { ...properties, messageId: id, mandatory: true, persistent: true };
        try {
          channel.publish(exchange, routingKey, body, options, (error) => {
            // A channel that is closed fails all its messages, which `drop` does with the reason.
            if (!isOpen || (error !== null && !/nacked/.test((error as Error).message))) return;
            inFlight.delete(id);
            resolve(error === null ? (message.returned ?? { kind: 'confirmed' }) : { kind: 'nacked' });
          });
        } catch (error) {
          drop(error as Error);
        }
      });
    },
    drop,
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
      await Promise.race([model.close(), late]).catch(() => undefined);
      clearTimeout(timer);
      drop(new Error('closed'));
    },
  };
}
