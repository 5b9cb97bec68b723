/** The built program and a node of RabbitMQ: what a consumer sees, and what is told of whatever is not accepted. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeExchange, urlOf, type SampleExchange } from '../../support/brokers/exchange.ts';
import {
  hasRabbitmq,
  NOBODY,
  PASSWORD,
  pika,
  READER,
  startRabbitmq,
  type RabbitmqNode,
} from '../../support/brokers/rabbitmq-node.ts';
import { entryOf, sampleRepo, sendRange as send, type Entry } from '../../support/brokers/rabbitmq-run.ts';
import { createAuthority } from '../../support/certificates.ts';
import { printedEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const MAX_MESSAGE = 20_000;
let started: Promise<{ readonly node: RabbitmqNode; readonly authority: string }> | undefined;
/** One for all tests of this file. */
const rabbitmq = () =>
  (started ??= (async () => {
    const authority = createAuthority();
    const node = await startRabbitmq(authority.issue('127.0.0.1'), [`max_message_size = ${MAX_MESSAGE}`]);
    return { node, authority: authority.pem };
  })());
afterAll(async () => (await started)?.node.stop(), 60_000);

describe.skipIf(!hasRabbitmq)('a client with an exchange', () => {
  it('is sent the bytes that are printed, in order, each with what it is', async () => {
    const { node } = await rabbitmq();
    const exchange = await makeExchange(node, 'bytes');
    const repo = sampleRepo();
    const url = `amqp://127.0.0.1:${node.port}`;
    const result = await send(repo, entryOf({ url, exchange: 'bytes' }));
    expect(result).toMatchObject({ code: 0 });
    const printed = await teamEvents([
      '-C',
      repo.directory,
      '--print-events',
      '--from',
      'root',
      '--format',
      'ndjson',
    ]);
    const lines = printed.stdout.split('\n').filter((line) => line !== '' && !line.includes('"impliedBy"'));
    const messages = await exchange.take();
    expect(messages.map(({ content }) => content.toString('utf8'))).toEqual(lines);
    const seen = messages.map(({ fields, properties }) => ({ key: fields.routingKey, ...properties }));
    const ids = seen.map(({ messageId }) => String(messageId));
    expect(seen.map(({ key, type }) => [key, type])).toEqual(
      (await printedEvents(repo.directory, '--from', 'root'))
        .filter(({ id }) => ids.includes(id))
        .map(({ type }) => [type, type]),
    );
    expect(seen[1]).toMatchObject({
      contentType: 'application/cloudevents+json',
      deliveryMode: 2,
      appId: 'team-events',
      headers: {
        subject: 'a',
        sequence: '000000000002.000000',
        'webhook-remaining': '0',
        'webhook-previous-id': ids[0],
      },
    });
    expect(seen[0]?.headers).not.toHaveProperty('webhook-previous-id');
    await exchange.close();
  });

  it.skipIf(pika === undefined)('is seen alike by another library', async () => {
    const { node } = await rabbitmq();
    const exchange = await makeExchange(node, 'pika');
    const repo = sampleRepo();
    await send(repo, entryOf({ url: `amqp://127.0.0.1:${node.port}`, exchange: 'pika' }));
    const script = `
import json, pika, sys
channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1])).channel()
while True:
    method, properties, body = channel.basic_get("pika", auto_ack=True)
    if method is None: break
    seen = {name: getattr(properties, name) for name in ("content_type", "delivery_mode", "message_id", "type", "headers")}
    print(json.dumps({**seen, "key": method.routing_key, "body": body.decode()}))
`;
    const { stdout, stderr } = spawnSync(pika ?? '', ['-c', script, urlOf(node.port)], { encoding: 'utf8' });
    const seen = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(stderr).toBe('');
    expect(seen.length).toBeGreaterThan(3);
    for (const one of seen) {
      const event = JSON.parse(String(one['body'])) as { id: string; type: string; subject: string };
      expect(one).toMatchObject({
        content_type: 'application/cloudevents+json',
        delivery_mode: 2,
        message_id: event.id,
        type: event.type,
        key: event.type,
        headers: { subject: event.subject },
      });
    }
    await exchange.close();
  });

  it('is reached by TLS in its virtual host, with the authority that it names', async () => {
    const { node, authority } = await rabbitmq();
    const entry = { url: `amqps://127.0.0.1:${node.tlsPort}/tmj`, exchange: 'amq.fanout' };
    const ca = join(tempFolder(), 'ca.pem');
    writeFileSync(ca, authority);
    const result = await send(sampleRepo(), entryOf(entry), ['--from', 'root'], { SSL_CERT_FILE: ca });
    // The exchange is there, and nothing is bound to it.
    expect(result.stdout).toContain('NO_ROUTE (312)');
    const elsewhere = await send(sampleRepo(), entryOf(entry));
    expect(elsewhere.stdout).toContain('its certificate was issued by an authority that is not trusted here');
  });
});

describe.skipIf(!hasRabbitmq)('what RabbitMQ does not accept', () => {
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
});

describe.skipIf(!hasRabbitmq)('other clients', () => {
  it('are served as if a broker that is away were not there', async () => {
    const receiver = await startReceiver();
    const entries = `${entryOf({ url: 'amqp://127.0.0.1:1', exchange: 'x' })}${clientOf('two', receiver.url)}`;
    const { code, stdout } = await send(sampleRepo(), entries);
    expect(code).toBe(3);
    expect(stdout).toContain(
      '127.0.0.1:1: it accepts no connection on this port: is it running, and is the url right? (ECONNREFUSED)',
    );
    expect(receiver.accepted).toHaveLength(4);
  });
});
