/** Connections leave descriptors for everything else. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createConnections } from '../../../../src/adapters/network/connections.ts';

it('beyond the limit, the one that has been spare longest is closed', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connections = createConnections(3);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const open = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    connections.add(socket);
    sockets.push(socket);
    await once(socket, 'connect');
  };
  const closed = (): number[] => sockets.flatMap(({ destroyed }, index) => (destroyed ? [index] : []));
  const spare = (index: number, isSpare: boolean): void =>
    connections.setSpare(sockets[index] as Socket, isSpare);

  await open();
  await open();
  expect(connections.hasRoom()).toBe(true);
  await open();
  expect(connections.hasRoom()).toBe(false);
  for (const index of [1, 0, 2]) spare(index, true);
  spare(1, false);
  await open();
  expect(closed()).toEqual([0]);
  await open();
  expect(closed()).toEqual([0, 2]);
  await open(); // none is spare: there is nothing to close
  expect(closed()).toEqual([0, 2]);
  sockets.forEach((socket) => void socket.destroy());
  await expect.poll(() => connections.hasRoom()).toBe(true);
});
