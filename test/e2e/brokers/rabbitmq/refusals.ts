/** What is told of whatever RabbitMQ does not accept. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeExchange, type SampleExchange } from '../../../support/brokers/exchange.ts';
import {
  MAX_MESSAGE,
  NOBODY,
  PASSWORD,
  READER,
  type Rabbitmq,
  type RabbitmqNode,
} from '../../../support/brokers/rabbitmq-node.ts';
import { entryOf, sampleRepo, sendRange as send, type Entry } from '../../../support/brokers/rabbitmq-run.ts';
import { printedEvents } from '../../../support/program.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../../support/sample-repo.ts';

export function refusals(rabbitmq: Rabbitmq): void {
  interface Refused {
    readonly entry: (node: RabbitmqNode) => Entry;
    readonly told: string;
    /** Made before. */
    readonly make?: (node: RabbitmqNode) => Promise<SampleExchange>;
    readonly repo?: () => SampleRepo;
  }
  const url = ({ port }: RabbitmqNode, vhost = ''): string => `amqp://127.0.0.1:${port}/${vhost}`;
  const large = (): SampleRepo => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', [], `motto: ${'x'.repeat(MAX_MESSAGE)}\n`) }, 'Large');
    return repo;
  };

  it.each<[name: string, Refused]>([
    [
      'a password that is wrong',
      {
        entry: (node) => ({ url: url(node), exchange: 'x', user: 'stranger' }),
        told: 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN',
      },
    ],
    [
      'no right to the virtual host',
      {
        entry: (node) => ({ url: url(node), exchange: 'x', user: NOBODY }),
        told: "NOT_ALLOWED - access to vhost '/' refused for user 'nobody' (530)",
      },
    ],
    [
      'a virtual host that is missing',
      {
        entry: (node) => ({ url: url(node, 'a%2Fb'), exchange: 'x' }),
        told: 'NOT_ALLOWED - vhost a/b not found (530)',
      },
    ],
    [
      'an exchange that is missing',
      {
        entry: (node) => ({ url: url(node), exchange: 'missing' }),
        told: "NOT_FOUND - no exchange 'missing' in vhost '/' (404)",
      },
    ],
    [
      'no right to write to the exchange',
      {
        make: (node) => makeExchange(node, 'readable'),
        entry: (node) => ({ url: url(node), exchange: 'readable', user: READER }),
        told: 'ACCESS_REFUSED - ',
      },
    ],
    [
      'a type of event that no queue is bound for',
      {
        make: (node) => makeExchange(node, 'unbound', { binding: 'team.deleted' }),
        entry: (node) => ({ url: url(node), exchange: 'unbound' }),
        told: 'NO_ROUTE (312): no queue is bound to the exchange for this type of event',
      },
    ],
    [
      'a queue that is full and refuses more',
      {
        make: (node) =>
          makeExchange(node, 'full', { arguments: { 'x-max-length': 0, 'x-overflow': 'reject-publish' } }),
        entry: (node) => ({ url: url(node), exchange: 'full' }),
        told: 'did not take the message (basic.nack)',
      },
    ],
    [
      'a message that is too large',
      {
        make: (node) => makeExchange(node, 'large'),
        entry: (node) => ({ url: url(node), exchange: 'large' }),
        repo: large,
        told: `is larger than configured max size ${MAX_MESSAGE} (406)`,
      },
    ],
    [
      'TLS, on a port without it',
      {
        entry: ({ port }) => ({ url: `amqps://127.0.0.1:${port}`, exchange: 'x' }),
        told: 'TLS on this port',
      },
    ],
    [
      'no TLS, on a port with it',
      {
        entry: ({ tlsPort }) => ({ url: `amqp://127.0.0.1:${tlsPort}`, exchange: 'x' }),
        told: 'it closed the connection in the handshake of AMQP: ',
      },
    ],
  ])('%s', async (_, { entry, told, make, repo = sampleRepo }) => {
    const { node } = await rabbitmq();
    const made = await make?.(node);
    const { code, stdout } = await send(repo(), entryOf(entry(node)));
    expect(code).toBe(3);
    expect(stdout).toMatch(/one {2}0 delivered, \d+ pending {2}blocked: .* 127\.0\.0\.1:\d+/);
    expect(stdout).toContain(told);
    expect(stdout).not.toContain(PASSWORD);
    expect(await made?.count()).toBeOneOf([0, undefined]);
    await made?.close();
  });

  it('with order: team, of the event that is too large alone: its team waits, the others do not', async () => {
    const { node } = await rabbitmq();
    const exchange = await makeExchange(node, 'one-large');
    const repo = createRepo();
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const members of [['x'], ['x', 'y']])
      repo.commit(
        Object.fromEntries(
          ids.map((id) => [
            `teams/${id}.yml`,
            team(id, members, id === 'c' ? `motto: ${'m'.repeat(MAX_MESSAGE)}\n` : ''),
          ]),
        ),
      );
    const entries = entryOf({ url: url(node), exchange: 'one-large', more: '    order: team\n' });
    const { code, stdout } = await send(repo, entries);
    expect(code).toBe(3);
    expect(stdout).toMatch(/one {2}10 delivered, 2 pending {2}.*\bc\b/);
    expect(stdout).toContain('(406)');
    const subjects = (await exchange.take()).map(({ properties }) => String(properties.headers?.['subject']));
    expect([...new Set(subjects)].sort()).toEqual(ids.filter((id) => id !== 'c'));
    await exchange.close();
  });

  it('while it is blocked, and goes on at the same event after that', async () => {
    const { node } = await rabbitmq();
    const exchange = await makeExchange(node, 'blocked');
    const repo = sampleRepo();
    const entries = entryOf({ url: url(node), exchange: 'blocked', more: '    start: root\n' });
    const cursor = ['--cursor', `file:${join(tempFolder(), 'cursors.json')}`, '--init'];
    node.ctl('set_disk_free_limit', '1000GB');
    const blocked = await send(repo, entries, [...cursor, '--timeout', '2s']);
    node.ctl('set_disk_free_limit', '10MB');
    expect(blocked).toMatchObject({ code: 3 });
    expect(blocked.stdout).toMatch(
      /no answer within 2000 ms: 127\.0\.0\.1:\d+ takes no messages now: low on disk/,
    );
    expect(await send(repo, entries, cursor)).toMatchObject({ code: 0 });
    const ids = (await exchange.take()).map(({ properties }) => String(properties.messageId));
    const all = (await printedEvents(repo.directory, '--from', 'root')).filter(({ id }) => ids.includes(id));
    expect([...new Set(ids)]).toEqual(all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(4);
    await exchange.close();
  });
}
