/** One HTTP server on loopback for all clients, which keeps the log that the judge reads. */
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { arrivalsOf } from '../arrivals.ts';
import type { Arrival } from '../checker.ts';
import type { Journal } from '../journal.ts';
import { createUnheardAnswers } from './unheard-answers.ts';

/** What a receiver does with one request. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'later'; readonly status: number; readonly when: Promise<void> }
  /** Answers, and then takes for ever over its body. */
  | { readonly kind: 'drip'; readonly status: number }
  /** Answers 101, and nothing more. */
  | { readonly kind: 'switch' }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Closes the connection: it may have acted on the event, and nobody knows. */
  | { readonly kind: 'reset' };

export interface Receivers {
  urlOf(client: string, endpoint: string): string;
  /** Asked for each request, once it has arrived whole. */
  behave: (arrival: Omit<Arrival, 'answer' | 'at'>) => Behaviour;
  /** The run that is under way; undefined: several are. */
  run: number | undefined;
  /** After the end of all runs: resolves once all that they have sent is in the journal. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

export const ACCEPT: Behaviour = { kind: 'answer', status: 204 };

export async function startReceivers(journalNow: () => Journal): Promise<Receivers> {
  const sockets = new Set<Socket>();
  const unheard = createUnheardAnswers((fault) => journalNow().faults.push(fault));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const arrived = {
        client: path.split('/')[1] ?? '',
        path,
        id: String(request.headers['webhook-id']),
        body: Buffer.concat(chunks).toString(),
      };
      const behaviour = receivers.behave(arrived);
      const answer = behaviour.kind === 'switch' ? 101 : 'status' in behaviour ? behaviour.status : 'cut';
      const { arrivals, tick } = journalNow();
      const own = arrivalsOf({ ...arrived, answer }, tick);
      arrivals.push(...own);
      if (behaviour.kind === 'answer')
        for (const one of own) void unheard.arrived(one, request.socket, receivers.run);
      act(behaviour, response);
    });
  });
  server.keepAliveTimeout = 60_000; // a connection that is closed by the server at a bad time is a fault of its own
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  const { port } = server.address() as AddressInfo;
  const receivers: Receivers = {
    urlOf: (client, endpoint) => `http://127.0.0.1:${port}/${client}/${endpoint}`,
    behave: () => ACCEPT,
    run: undefined,
    async drained() {
      // Connections are accepted in turn: when this one has been, all have that were made before it.
      const last = connect(port, '127.0.0.1').resume().end();
      await once(last, 'close');
      for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return receivers;
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'answer': {
      const { status, retryAfter } = behaviour;
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
      return;
    }
    case 'later':
      void behaviour.when.then(() => response.writeHead(behaviour.status).end());
      return;
    case 'drip':
      response.writeHead(behaviour.status);
      response.write('.');
      return;
    case 'switch':
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
      return;
    case 'hang':
      return;
    case 'reset':
      response.socket?.destroy();
  }
}
