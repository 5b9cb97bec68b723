/** What a consumer sees of the events of a client with an exchange. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeExchange, urlOf } from '../../../support/brokers/exchange.ts';
import { PASSWORD, pika, type Rabbitmq } from '../../../support/brokers/rabbitmq-node.ts';
import { entryOf, sampleRepo, sendRange as send } from '../../../support/brokers/rabbitmq-run.ts';
import { printedEvents, teamEvents } from '../../../support/program.ts';
import { clientOf, startReceiver } from '../../../support/receiver.ts';
import { team, tempFolder } from '../../../support/sample-repo.ts';
import { createResource } from '../../../concourse/sample-resource.ts';

export function deliveries(rabbitmq: Rabbitmq): void {
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

  it('is served by a put to the resource type of Concourse, with the password from its vault', async () => {
    const { node } = await rabbitmq();
    const exchange = await makeExchange(node, 'concourse');
    const { teams, put } = await createResource();
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    const entry = { url: `amqp://127.0.0.1:${node.port}`, exchange: 'concourse', more: '    start: root\n' };
    const ended = await put(entryOf(entry), { init: true, secrets: { one: { PASSWORD } } });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('{"name":"one","value":"1 delivered"}');
    expect(ended.stdout + ended.output).not.toContain(PASSWORD);
    expect((await exchange.take()).map(({ fields }) => fields.routingKey)).toEqual(['team.created']);
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

  it('leaves others to be served as if a broker that is away were not there', async () => {
    const receiver = await startReceiver();
    const entries = `${entryOf({ url: 'amqp://127.0.0.1:1', exchange: 'x' })}${clientOf('two', receiver.url)}`;
    const { code, stdout } = await send(sampleRepo(), entries);
    expect(code).toBe(3);
    expect(stdout).toContain(
      '127.0.0.1:1: it accepts no connection on this port: is it running, and are host and port of the url right (amqps:// has 5671, amqp:// 5672, if it names none)? (ECONNREFUSED)',
    );
    expect(receiver.accepted).toHaveLength(4);
  });
}
