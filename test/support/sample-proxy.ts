/** A proxy that tunnels to one place, whatever it is asked for, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SampleProxy {
  /** Without the scheme. */
  readonly host: string;
  readonly asked: readonly { readonly target: string; readonly headers: IncomingHttpHeaders }[];
}

/** `status` is its answer to CONNECT; 200 opens the tunnel, 0 never answers. With `tls` it is one of https://. */
export async function startProxy(port: number, status = 200, tls?: ServerOptions): Promise<SampleProxy> {
  const asked: { target: string; headers: IncomingHttpHeaders }[] = [];
  const sockets = new Set<Socket>();
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('request', (_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    asked.push({ target: url, headers });
    socket.on('error', () => undefined);
    if (status === 0) return;
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} no\r\ncontent-length: 5\r\n\r\nsorry`);
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    sockets.add(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
