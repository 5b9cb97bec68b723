/** An exchange with one queue, made and read with a connection of its own. */
import { connect, type Channel, type ChannelModel, type Message } from 'amqplib';
import { ADMIN, PASSWORD, type RabbitmqNode } from './rabbitmq-node.ts';

export interface SampleExchange {
  readonly name: string;
  readonly queue: string;
  /** How many messages wait in the queue. */
  count(): Promise<number>;
  /** Takes all messages from the queue, in order. */
  take(): Promise<readonly Message[]>;
  close(): Promise<void>;
}

export const urlOf = (port: number, vhost = ''): string =>
  `amqp://${ADMIN}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${vhost}`;

export interface ExchangeOptions {
  readonly binding?: string;
  /** Of the queue, such as `x-max-length`. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** A topic exchange and a durable classic queue of this name, bound to all types of events. */
export async function makeExchange(
  { port }: Pick<RabbitmqNode, 'port'>,
  name: string,
  { binding = 'team.#', arguments: wanted = {} }: ExchangeOptions = {},
): Promise<SampleExchange> {
  let opened: { readonly model: ChannelModel; readonly channel: Channel } | undefined;
  /** A node that was killed is connected to again. */
  const channelOf = async (): Promise<Channel> => {
    if (opened) return opened.channel;
    const model = await connect(urlOf(port));
    const lost = (): void => void (opened = undefined);
    model.on('error', lost).on('close', lost);
    opened = { model, channel: await model.createChannel() };
    opened.channel.on('error', lost);
    return opened.channel;
  };
  const channel = await channelOf();
  await channel.assertExchange(name, 'topic', { durable: true });
  await channel.assertQueue(name, { durable: true, arguments: wanted });
  await channel.bindQueue(name, name, binding);
  return {
    name,
    queue: name,
    async count() {
      return (await (await channelOf()).checkQueue(name)).messageCount;
    },
    async take() {
      const taken: Message[] = [];
      const from = await channelOf();
      for (;;) {
        const message = await from.get(name, { noAck: true });
        if (message === false) return taken;
        taken.push(message);
      }
    },
    async close() {
      await opened?.model.close().catch(() => undefined);
    },
  };
}
