/** A server on loopback that reads requests of HTTP/1.1 and answers with whatever bytes, or none. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

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
    let text = '';
    let ofConnection = 0;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      for (;;) {
        const head = /^[^]*?\r\n\r\n/.exec(text)?.[0];
        if (head === undefined) return;
        const length = head.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < length) return;
        text = text.slice(length);
        count.requests++;
        answer(socket, ++ofConnection);
      }
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
