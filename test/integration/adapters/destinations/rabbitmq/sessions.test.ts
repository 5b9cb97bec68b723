/** A connection to a server of AMQP: kept for all events, made anew after it is lost, shared by the teams of a client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalLine } from '../../../../../src/core/delivery/journal-line.ts';
import { amqpAttempts } from '../../../../support/brokers/amqp-attempts.ts';
import { send } from '../../../../support/brokers/amqp-run.ts';
import {
  startAmqpServer,
  type AmqpScript,
  type Connection,
} from '../../../../support/brokers/amqp-server.ts';
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

/** A server that answers messages when it is told to, by the team of each. */
async function waitingServer(begin: AmqpScript = () => false) {
  const waiting = new Map<string, Connection>();
  const script: AmqpScript = (moment, connection) => {
    if (moment !== 'publish') return begin(moment, connection);
    const { subject } = JSON.parse(connection.published.at(-1)?.body ?? '') as { subject: string };
    waiting.set(subject, connection);
    return true;
  };
  const server = await startAmqpServer(script);
  const answer = (team: string, ...answering: Parameters<Connection['send']>): void =>
    waiting.get(team)!.send(...answering);
  return {
    ...server,
    attempt: amqpAttempts(server.port),
    has: (...teams: readonly string[]) => expect.poll(() => [...waiting.keys()]).toEqual(teams),
    confirm: (team: string): void => answer(team, 'BasicAck', { deliveryTag: waiting.get(team)!.tag }),
    close: (team: string, what: 'Channel' | 'Connection', replyCode: number, replyText: string): void =>
      answer(team, `${what}Close`, { replyCode, replyText, classId: 0, methodId: 0 }),
  };
}

it('a message that is late fails alone: what is under way beside it is confirmed, and what comes next goes elsewhere', async () => {
  const { attempt, has, confirm, count, open } = await waitingServer();
  const a = attempt('a');
  await has('a');
  const b = attempt('b');
  await has('a', 'b');
  a.expire();
  expect(await a.outcome).toMatch(/did not confirm the message$/);
  const again = attempt('again');
  const stopped = attempt('stopped');
  stopped.expire(); // while it waits for what is under way
  expect(count.connections).toBe(1);
  confirm('a'); // too late: nobody waits for it
  confirm('b');
  expect(await b.outcome).toEqual({ kind: 'accepted' });
  expect(await stopped.outcome).toMatch(/did not confirm an earlier message$/);
  await has('a', 'b', 'again');
  expect(count.connections).toBe(2);
  await expect.poll(() => open.size).toBe(1);
  confirm('again');
  expect(await again.outcome).toEqual({ kind: 'accepted' });
});

it('all that are under way at a server that says nothing end with their own time', async () => {
  const { attempt, has, open } = await waitingServer();
  const a = attempt('a');
  await has('a');
  const b = attempt('b');
  await has('a', 'b');
  for (const one of [a, b]) {
    expect(open.size).toBe(1);
    one.expire();
    expect(await one.outcome).toMatch(/did not confirm the message$/);
  }
  await expect.poll(() => open.size).toBe(0);
});

it('a message that ends its channel takes no other with it', async () => {
  const { attempt, has, confirm, close, count } = await waitingServer();
  const a = attempt('a');
  await has('a');
  const b = attempt('b');
  await has('a', 'b');
  close('a', 'Channel', 406, 'PRECONDITION_FAILED - message size 9 is larger');
  expect(await a.outcome).toMatchObject({ kind: 'refused', code: 406 });
  const c = attempt('c');
  await has('a', 'b', 'c');
  confirm('b');
  confirm('c');
  expect(await Promise.all([b.outcome, c.outcome])).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
  expect(count.connections).toBe(1);
});

it('what ends the connection fails all that are under way, with its reason', async () => {
  const { attempt, has, close } = await waitingServer();
  const a = attempt('a');
  await has('a');
  const b = attempt('b');
  await has('a', 'b');
  close('b', 'Connection', 320, 'CONNECTION_FORCED');
  const closed = { kind: 'retry', code: 320 };
  expect(await Promise.all([a.outcome, b.outcome])).toMatchObject([closed, closed]);
});

it('says what to change where a connection may have fewer channels than messages under way', async () => {
  const { attempt, has, confirm } = await waitingServer((moment, { send: say }) => {
    if (moment === 'start-ok') say('ConnectionTune', { channelMax: 1, frameMax: 131_072, heartbeat: 60 });
    return moment === 'start-ok';
  });
  const a = attempt('a');
  await has('a');
  expect(await attempt('b').outcome).toMatchObject({
    kind: 'retry',
    reason: expect.stringContaining('it allows fewer messages under way in one connection') as string,
  });
  confirm('a');
  expect(await a.outcome).toEqual({ kind: 'accepted' });
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
