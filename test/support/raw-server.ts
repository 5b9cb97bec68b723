/** A server on loopback that reads requests of HTTP/1.1 and answers with whatever bytes, or none. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { readRequests } from './raw-requests.ts';

export interface RawServer {
  readonly port: number;
  /** Requests that came, and connections. */
  readonly count: { requests: number; connections: number };
}

/** `answer` is given each request's connection, and which request of that connection it is, from 1. */
export async function startRawServer(
  answer: (socket: Socket, ofConnection: number) => void,
): Promise<RawServer> {
  const count = { requests: 0, connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count.connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    let ofConnection = 0;
    readRequests(socket, () => {
      count.requests++;
      answer(socket, ++ofConnection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, count };
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
