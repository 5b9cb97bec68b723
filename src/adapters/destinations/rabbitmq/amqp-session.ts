/**
 * A connection, with a channel for each message that is under way at the same time. Once a confirmation is late it takes no
 * other messages, because what is unanswered then may still come; those under way beside it may still be confirmed.
 */
import type { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import type { BoundRabbitmq } from '../../../core/clients/binding/broker.ts';
import type { BrokerAttempt } from '../broker/broker.ts';
import { openAmqp } from './amqp-connection.ts';
import {
  openMessageChannel,
  type AmqpMessage,
  type Confirmation,
  type MessageChannel,
} from './message-channel.ts';

export interface AmqpSession {
  /** The host with its address, for messages. */
  readonly where: string;
  /** Whether it takes messages. */
  readonly isOpen: boolean;
  /** Resolves when nothing is under way on it any more and it takes no messages. */
  readonly ended: Promise<void>;
  /** @throws why there will be no confirmation: of this message, or of the whole session; the reason of the signal */
  publish(message: AmqpMessage, attempt: Pick<BrokerAttempt, 'signal' | 'waitsFor'>): Promise<Confirmation>;
  /** Says goodbye if the server answers soon. Never rejects. */
  close(): Promise<void>;
}

/** How long a server may take to say goodbye: everything is confirmed by then. */
const GOODBYE_MS = 500;

interface UnderWay {
  readonly fail: (reason: Error) => void;
  readonly waitsFor: (what: string) => void;
}

/** Connects, opens a channel, and asks whether the exchange is there. Rejects with whatever goes wrong. */
export async function openSession(
  destination: BoundRabbitmq,
  userAgent: string,
  attempt: BrokerAttempt,
): Promise<AmqpSession> {
  const { signal } = attempt;
  const { socket, where } = await attempt.dial(destination.broker);
  const longest = { bytes: 0 };
  // An error is what makes the library end its timers.
  const abort = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) throw signal.reason as Error;
    attempt.waitsFor(`${where} accepted the connection and did not complete the handshake of AMQP`);
    const model = await openAmqp(socket, destination, userAgent, () => longest.bytes);
    model.on('error', () => undefined);
    attempt.waitsFor(`${where} let this client in and did not open a channel`);
    const channel = await openMessageChannel(model);
    attempt.waitsFor(`${where} did not say whether there is such an exchange`);
    await channel.checkExchange(destination.exchange);
    return sessionOf(socket, model, channel, { where, exchange: destination.exchange, longest });
  } catch (error) {
    socket.destroy(error as Error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Known {
  readonly where: string;
  readonly exchange: string;
  /** Of the messages so far. */
  readonly longest: { bytes: number };
}

function sessionOf(
  socket: Socket,
  model: ChannelModel,
  first: MessageChannel,
  { where, exchange, longest }: Known,
): AmqpSession {
  let free = [first];
  const underWay = new Set<UnderWay>();
  let blocked: string | undefined;
  let state: 'open' | 'late' | 'ended' = 'open';
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));

  function drop(reason: Error): void {
    if (state === 'ended') return;
    state = 'ended';
    for (const { fail } of underWay) fail(reason);
    socket.destroy(reason);
    end();
  }
  const tell = ({ waitsFor }: UnderWay): void =>
    waitsFor(
      blocked === undefined
        ? `${where} did not confirm the message`
        : `${where} takes no messages now: ${blocked}`,
    );
  const block = (reason: string | undefined): void => {
    blocked = reason;
    underWay.forEach(tell);
  };

  model.on('error', drop);
  model.on('close', (error) => drop(error ?? new Error('Unexpected close')));
  model.on('blocked', block);
  model.on('unblocked', () => block(undefined));
  socket.on('close', () => drop(new Error('Unexpected close')));

  async function carry(message: AmqpMessage, signal: AbortSignal): Promise<Confirmation> {
    free = free.filter(({ isOpen }) => isOpen);
    const channel = free.pop() ?? (await openMessageChannel(model));
    signal.throwIfAborted();
    longest.bytes = Math.max(longest.bytes, message.body.length);
    const confirmation = await channel.publish(exchange, message);
    free.push(channel);
    return confirmation;
  }

  return {
    where,
    get isOpen() {
      return state === 'open';
    },
    ended,
    publish(message, { signal, waitsFor }) {
      return new Promise<Confirmation>((resolve, fail) => {
        signal.throwIfAborted();
        const own: UnderWay = { fail, waitsFor };
        const leave = (): void => {
          signal.removeEventListener('abort', late);
          underWay.delete(own);
          if (state === 'late' && underWay.size === 0) drop(new Error('Nothing is under way any more'));
        };
        const late = (): void => {
          if (state === 'open') state = 'late';
          fail(signal.reason as Error);
          leave();
        };
        signal.addEventListener('abort', late);
        underWay.add(own);
        tell(own);
        carry(message, signal).then(resolve, fail).finally(leave);
      });
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
      await Promise.race([model.close(), tooLate]).catch(() => undefined);
      clearTimeout(timer);
      drop(new Error('closed'));
    },
  };
}
