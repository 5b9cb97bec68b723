/** Servers on this machine. */
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** Lets a server listen on a free port until the test ends; the port. */
export async function listenOnLoopback(server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

/** The options of a run that sends to such servers, and retries at once. */
export const toLoopback = (directory: string, clients: string, args: readonly string[]): string[] => [
  '-C',
  directory,
  ...args,
  '--clients',
  clients,
  '--allow-host',
  '127.0.0.1',
  '--retry-delay',
  '1ms',
];
