/**
 * One connection to a broker: one request at a time, and its answer.
 *
 *     request   length, 4 bytes │ key, 2 │ version, 2 │ correlation id, 4 │ client id │ body
 *     answer    length, 4 bytes │ correlation id, 4 │ body
 */
import type { Socket } from 'node:net';
import { KafkaError } from './kafka-error.ts';
import type { Exchange } from './protocol.ts';

export interface Connection {
  /** The broker, for messages. */
  readonly where: string;
  readonly isOpen: boolean;
  /** Ends with the connection when `signal` aborts. @throws {KafkaError}, or the reason of the signal */
  exchange<Response>(made: Exchange<Response>, signal: AbortSignal): Promise<Response>;
  close(): void;
}

/** Answers to requests about one topic are small; what is longer is another protocol's first bytes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** What a closed connection is told with. */
export const CLOSED = 'it closed the connection before it had answered';
/** As they begin where a broker with TLS is spoken to without: an alert. */
const TLS_ALERT = [0x15, 0x03];

export function createConnection(socket: Socket, where: string, clientId: string): Connection {
  let chunks: Buffer[] = [];
  let [size, needed] = [0, 4];
  let count = 0;
  let waiting: { readonly id: number; settle(body: Buffer): void; fail(error: Error): void } | undefined;
  let failure: Error | undefined;

  const broken = (what: string): KafkaError => new KafkaError(where, what, undefined, true);

  function end(error: Error): void {
    failure ??= error;
    socket.destroy();
    waiting?.fail(failure);
  }

  function take(chunk: Buffer): void {
    chunks.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const received = Buffer.concat(chunks, size);
    chunks = [received];
    if (TLS_ALERT.every((byte, index) => received[index] === byte))
      return end(broken('it speaks TLS on this port: remove tls: false'));
    const length = received.readInt32BE(0);
    if (length < 4 || length > MAX_ANSWER_BYTES || waiting === undefined)
      return end(broken('what it says is not the protocol of Kafka: is the port right?'));
    needed = 4 + length;
    if (size < needed) return;
    if (size > needed || received.readInt32BE(4) !== waiting.id)
      return end(broken('it answers something that it was not asked'));
    [chunks, size, needed] = [[], 0, 4];
    waiting.settle(received.subarray(8));
  }

  socket.on('data', take);
  socket.on('error', ({ code, message }: NodeJS.ErrnoException) =>
    end(broken(`it broke the connection (${code ?? message})`)),
  );
  socket.on('close', () => end(broken(CLOSED)));

  return {
    where,
    get isOpen() {
      return failure === undefined;
    },
    async exchange(made, signal) {
      if (waiting !== undefined) throw new Error(`${where} is being asked already`);
      const id = count++;
      // At once, so that nobody else asks meanwhile.
      const answered = new Promise<Buffer>((settle, fail) => {
        waiting = { id, settle, fail };
      });
      answered.catch(() => undefined); // it may fail before anybody waits for it
      const abort = (): void => end(signal.reason as Error);
      signal.addEventListener('abort', abort);
      try {
        const request = await made.encode(id, clientId);
        if (failure !== undefined) throw failure;
        if (signal.aborted) abort();
        else socket.write(request);
        const body = await answered;
        return await made.decode(body).catch(() => {
          throw broken(`its answer to ${made.name} cannot be read`);
        });
      } catch (error) {
        end(error as Error);
        throw error;
      } finally {
        waiting = undefined;
        signal.removeEventListener('abort', abort);
      }
    },
    close: () => end(broken('closed here')),
  };
}
