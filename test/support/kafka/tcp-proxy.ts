/** A proxy of one TCP port, which delays, swallows or cuts what goes through it as a test says. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

export interface TcpProxy {
  readonly port: number;
  /** Where connections lead from now on. */
  target: number;
  /** How long everything takes in each direction. */
  delayMs: number;
  /** Told each piece that the server sends; false: it is not passed on. */
  passes: (chunk: Buffer) => boolean;
  /** Ends all connections. */
  cut(): void;
  close(): void;
}

export async function startTcpProxy(): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(proxy.target, '127.0.0.1');
    for (const [from, to] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        later(() => to.destroy());
      });
      from.on('data', (chunk: Buffer) => {
        if (from === client || proxy.passes(chunk)) later(() => to.write(chunk));
      });
    }
  });
  const later = (act: () => void): void => {
    if (proxy.delayMs === 0) act();
    else setTimeout(act, proxy.delayMs);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target: 0,
    delayMs: 0,
    passes: () => true,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close() {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}
