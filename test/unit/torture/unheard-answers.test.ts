/** The receivers of the torture: what explains a repeat, and what does not. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createJournal, type Journal } from '../../torture/journal.ts';
import { startReceivers, type Receivers } from '../../torture/real/receivers.ts';

let journal: Journal;
let receivers: Receivers;

beforeEach(async () => {
  journal = createJournal();
  receivers = await startReceivers(() => journal);
  receivers.run = 1;
});
afterEach(() => receivers.close());

const faults = (): unknown[] => journal.faults.map(({ what, client }) => [what, client]);

/** Resolves with its connection once the event has been answered. */
async function sent(
  through = connect(Number(new URL(receivers.urlOf('one', '')).port), '127.0.0.1'),
): Promise<Socket> {
  through.write('POST /one/all HTTP/1.1\r\nhost: here\r\nwebhook-id: evt_1\r\ncontent-length: 2\r\n\r\n{}');
  await once(through, 'data');
  return through;
}

it('an event that comes again in a run after its connection was closed was not waited for', async () => {
  (await sent()).destroy();
  await sent();
  await expect.poll(faults).toEqual([['answer not waited for', 'one']]);
});

it.each<[string, (first: Socket) => Promise<unknown>]>([
  ['while its connection is open', () => sent()],
  ['by the same connection', (first) => sent(first)],
  [
    'in another run',
    (first) => {
      first.destroy();
      receivers.run = 2;
      return sent();
    },
  ],
  [
    'while runs are side by side',
    (first) => {
      first.destroy();
      receivers.run = undefined;
      return sent();
    },
  ],
])('one that comes again %s is explained by nothing', async (_, again) => {
  await again(await sent());
  expect(journal.arrivals).toHaveLength(2);
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  expect(faults()).toEqual([]);
});

it('all that was sent is in the journal once the receivers are drained', async () => {
  const port = Number(new URL(receivers.urlOf('one', '')).port);
  const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets)
    socket.end('POST /one/all HTTP/1.1\r\nhost: here\r\nwebhook-id: evt_1\r\ncontent-length: 2\r\n\r\n{}');
  await receivers.drained();
  expect(journal.arrivals).toHaveLength(20);
});
