/** A channel that confirms what it carries, one message at a time: so what ends it is about that message and no other. */
import type { ChannelModel, Options } from 'amqplib';

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

export interface MessageChannel {
  readonly isOpen: boolean;
  /** Not to be called again before it has ended. @throws why the channel ended */
  publish(exchange: string, message: AmqpMessage): Promise<Confirmation>;
  /** @throws if there is no such exchange, or why the channel ended */
  checkExchange(exchange: string): Promise<unknown>;
}

interface UnderWay {
  readonly fail: (reason: Error) => void;
  returned: Confirmation | undefined;
}

export async function openMessageChannel(model: ChannelModel): Promise<MessageChannel> {
  const channel = await model.createConfirmChannel();
  let message: UnderWay | undefined;
  let failure: Error | undefined;

  function fail(reason: Error): void {
    failure ??= reason;
    message?.fail(failure);
  }
  channel.on('error', fail);
  // Where the connection ends, its channels are closed before it is said why.
  channel.on('close', () => setImmediate(fail, new Error('Unexpected close')));
  channel.on('return', ({ fields }) => {
    const { replyCode = 312, replyText = '' } = fields as { replyCode?: number; replyText?: string };
    if (message) message.returned = { kind: 'returned', code: replyCode, text: replyText };
  });

  return {
    get isOpen() {
      return failure === undefined;
    },
    checkExchange: (exchange) => channel.checkExchange(exchange),
    publish(exchange, { id, routingKey, body, properties }) {
      return new Promise((resolve, reject) => {
        const own: UnderWay = { fail: reject, returned: undefined };
        message = own;
        if (failure !== undefined) return reject(failure);
        const options = { ...properties, messageId: id, mandatory: true, persistent: true };
        channel.publish(exchange, routingKey, body, options, (error: Error | null) => {
          // A channel that is closed fails its message, too; `fail` tells why.
          if (error !== null && !/nacked/.test(error.message)) return;
          message = undefined;
          resolve(error === null ? (own.returned ?? { kind: 'confirmed' }) : { kind: 'nacked' });
        });
      });
    },
  };
}
