/** A connection to a server of AMQP: kept for all events, made anew after it is lost, shared by the teams of a client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalLine } from '../../../../../src/core/delivery/journal-line.ts';
import { send } from '../../../../support/brokers/amqp-run.ts';
import { startAmqpServer } from '../../../../support/brokers/amqp-server.ts';
import { tempFolder } from '../../../../support/sample-repo.ts';

it('is kept for all events, and made anew after it is lost', async () => {
  const { port, published, count } = await startAmqpServer((moment, { socket, number }) => {
    if (moment !== 'publish' || number > 1) return false;
    socket.destroy();
    return true;
  });
  const journal = join(tempFolder(), 'journal');
  expect((await send(port, ['--journal', journal])).code).toBe(0);
  const lines = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine);
  expect(lines.map(({ verdict, place, answer }) => [verdict, place, answer])).toEqual([
    ['retry', `rabbitmq 127.0.0.1:${port}/v exchange e`, expect.stringContaining('it closed the connection')],
    ...[1, 2].map(() => ['accepted', `rabbitmq 127.0.0.1:${port}/v exchange e`, 'confirmed by the broker']),
  ]);
  const ids = published.map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(ids[0]).toBe(ids[1]); // the same again: nobody knows whether it arrived
  expect(count.connections).toBe(2);
});

it('has one message of each team under way with order: team, and holds only the team of one that comes back', async () => {
  const { port, published, count } = await startAmqpServer((moment, { giveBack, published: mine }) => {
    if (moment === 'publish' && /"subject":"a"/.test(mine.at(-1)?.body ?? '')) giveBack(312, 'NO_ROUTE');
  });
  const { code, stdout } = await send(port, ['--attempts', '1'], '    order: team\n');
  expect(code).toBe(3);
  expect(stdout).toMatch(/one {2}1 delivered, 1 pending {2}.*\ba\b/);
  expect(published.map(({ body }) => (JSON.parse(body) as { subject: string }).subject).sort()).toEqual([
    'a',
    'b',
  ]);
  expect(count.connections).toBe(1);
});

it('says what each message is', async () => {
  const { port, published } = await startAmqpServer();
  await send(port);
  expect(published.map(({ routingKey }) => routingKey)).toEqual(['team.created', 'team.created']);
  expect(published.map(({ id, body }) => [id, (JSON.parse(body) as { id: string }).id])).toEqual(
    published.map(({ id }) => [id, id]),
  );
});

it('is waited for as long as the client says, where that is less than the operator allows', async () => {
  const { port } = await startAmqpServer(() => true);
  const { code, stdout } = await send(port, ['--attempts', '1', '--timeout', '1m'], '    timeout: 700ms\n');
  expect(code).toBe(3);
  expect(stdout).toContain('no answer within 700 ms: ');
});
