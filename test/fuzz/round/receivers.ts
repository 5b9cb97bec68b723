/**
 * Servers on loopback for all rounds: one is the healthy client's, one does to the others whatever a round says, and one is
 * the broker of those that have one.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readRequests } from '../../support/raw-requests.ts';
import { createRandom } from '../../torture/random.ts';
import { ECHO, type Answer } from '../grammar/answers.ts';
import { createBroker } from '../grammar/broker-answers.ts';
import type { Site } from '../grammar/entries.ts';

export interface Arrival {
  /** `team.created good-1`. */
  readonly event: string;
  readonly id: string;
  readonly sequence: string;
  readonly previousId: string | undefined;
}

export interface Receivers extends Site {
  /**
   * Forgets the round before. `due`: after so many events the healthy client is served; `answers` by client; the broker's
   * are made from `seed`.
   */
  begin(seed: number, due: number, answers: ReadonlyMap<string, readonly Answer[]>): void;
  /** Lets go of every connection; what came to the healthy client, when the last of it, and what nobody should have read. */
  end(): {
    readonly arrivals: readonly Arrival[];
    readonly servedMs: number;
    readonly overread: readonly string[];
  };
  close(): void;
}

/** A receiver that could write so much on one connection is read without end: heads and bodies are bounded by 64 KiB. */
const MAX_FLOOD_BYTES = 48 * 1024 * 1024;

/** After so long without a word the broker ends a connection, so that a round does not wait for what it has left out. */
const QUIET_MS = 500;

export async function startReceivers(): Promise<Receivers> {
  let arrivals: Arrival[] = [];
  let overread: string[] = [];
  let due = 0;
  let seed = 0;
  let brokerConnections = 0;
  let began = 0;
  let servedMs = 0;
  let answers: ReadonlyMap<string, readonly Answer[]> = new Map();
  const requests = new Map<string, number>();
  const waiting = new Set<Socket>();
  const open = new Set<Socket>();

  const served = (): void => waiting.forEach((socket) => socket.destroy());
  const healthy = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(204).end();
      if (request.url !== '/healthy') return;
      const { type, subject, id, sequence } = JSON.parse(Buffer.concat(chunks).toString()) as Record<
        string,
        string
      >;
      const previous = request.headers['webhook-previous-id'];
      const previousId = typeof previous === 'string' ? previous : undefined;
      arrivals.push({ event: `${type} ${subject}`, id: id ?? '', sequence: sequence ?? '', previousId });
      servedMs = Date.now() - began;
      if (arrivals.length >= due) served();
    });
  });
  healthy.keepAliveTimeout = 60_000;

  const answer = (socket: Socket, client: string, head: string): void => {
    const count = requests.get(client) ?? 0;
    requests.set(client, count + 1);
    const own = answers.get(client) ?? [];
    const { bytes, next } = own[count % Math.max(1, own.length)] ?? { bytes: Buffer.alloc(0), next: 'reset' };
    const echo = bytes.includes(ECHO);
    const said = echo
      ? Buffer.from(
          bytes.toString('latin1').replace(ECHO, () => head),
          'latin1',
        )
      : bytes;
    switch (next) {
      case 'end':
        return void socket.end(said);
      case 'reset':
        return void socket.write(said, () => socket.resetAndDestroy());
      case 'wait':
        socket.write(said);
        if (arrivals.length >= due) socket.destroy();
        else waiting.add(socket);
        return;
      case 'hang':
        return void socket.write(said);
      case 'flood':
        flood(socket, said, () =>
          overread.push(`${client}: ${JSON.stringify(said.toString('latin1', 0, 60))}`),
        );
    }
  };
  const others = createServer((socket) => {
    readRequests(socket, (head) => answer(socket, /^\S+ \/([^/?\s]*)/.exec(head)?.[1] ?? '', head));
  });
  const brokers = createServer((socket) => {
    const port = socket.localPort ?? 0;
    const broker = createBroker(createRandom(seed * 1000 + brokerConnections++), port);
    socket.on('data', (said: Buffer) => {
      const bytes = broker.answer(said);
      if (bytes !== undefined) socket.write(bytes);
    });
    socket.setTimeout(QUIET_MS, () => socket.destroy());
  });
  for (const server of [healthy, others, brokers]) {
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        waiting.delete(socket);
      });
    });
  }
  const [healthyPort, othersPort] = [await listen(healthy), await listen(others)];
  const brokersPort = await listen(brokers);
  const letGo = (): void => open.forEach((socket) => socket.destroy());
  return {
    healthyUrl: `http://127.0.0.1:${healthyPort}/healthy`,
    urlOf: (client) => `http://127.0.0.1:${othersPort}/${client}`,
    broker: `127.0.0.1:${brokersPort}`,
    begin(number, count, given) {
      [arrivals, overread, due, answers, began, servedMs] = [[], [], count, given, Date.now(), 0];
      [seed, brokerConnections] = [number, 0];
      requests.clear();
    },
    end() {
      letGo();
      return { arrivals, servedMs, overread };
    },
    close() {
      letGo();
      healthy.close();
      others.close();
      brokers.close();
    },
  };
}

function flood(socket: Socket, piece: Buffer, tooMuch: () => void): void {
  let written = 0;
  const more = (): void => {
    while (socket.writable) {
      written += piece.length;
      if (written > MAX_FLOOD_BYTES) {
        tooMuch();
        return void socket.destroy();
      }
      // In steps, so that the loop of events that the receivers share goes on.
      if (!socket.write(piece) || written % (256 * 1024) < piece.length)
        return void setImmediate(waitForRoom);
    }
  };
  const waitForRoom = (): void => {
    if (socket.destroyed) return;
    if (socket.writableNeedDrain) socket.once('drain', more);
    else more();
  };
  more();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  return (server.address() as AddressInfo).port;
}
