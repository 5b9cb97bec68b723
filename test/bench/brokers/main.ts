/**
 * How long an event takes at a round trip of 10 ms: by webhook one by one, beside Kafka in batches and RabbitMQ with
 * confirms. Each by the built program through a proxy that delays; those brokers that are there. Prints JSON.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeExchange } from '../../support/brokers/exchange.ts';
import { ADMIN, hasRabbitmq, PASSWORD, startRabbitmq } from '../../support/brokers/rabbitmq-node.ts';
import { startKafka, whyNoKafka } from '../../support/kafka/kafka-node.ts';
import { createTopic, readTopic } from '../../support/kafka/kafka-topic.ts';
import { startTcpProxy, type TcpProxy } from '../../support/kafka/tcp-proxy.ts';
import { importHistory } from '../../support/long-history.ts';
import { PROGRAM } from '../../support/program.ts';

const ONE_WAY_MS = 5;
const [few, many] = process.argv.includes('--quick') ? [10, 20] : [250, 5000];

/** How many events a second. Each commit but the first fifty makes two. */
interface Rate {
  readonly name: string;
  readonly events: number;
  readonly perSecond: number;
}

const work = mkdtempSync(join(tmpdir(), 'team-events-brokers-'));
const ends: (() => unknown)[] = [() => rmSync(work, { recursive: true, force: true })];

function historyOf(commits: number): string {
  const repo = mkdtempSync(join(work, 'repo-'));
  importHistory(repo, commits);
  return repo;
}

async function proxyTo(target: number): Promise<TcpProxy> {
  const proxy = await startTcpProxy();
  Object.assign(proxy, { target, delayMs: ONE_WAY_MS });
  ends.push(() => proxy.close());
  return proxy;
}

/** Sends the whole history to one client; how long it took, less the time of a run that sends nothing. */
async function timed(repo: string, destination: string): Promise<number> {
  const clients = join(work, 'clients.yml');
  const types = '[team.created, team.modified, team.members.removed, team.members.added, team.deleted]';
  writeFileSync(clients, `clients:\n  - name: one\n    ${destination.replace('TYPES', types)}\n`);
  const run = async (...range: readonly string[]): Promise<number> => {
    const args = [
      '-C',
      repo,
      '--clients',
      clients,
      '--allow-host',
      '127.0.0.1',
      '--allow-removals',
      'main',
      ...range,
    ];
    const startedMs = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`exit ${code}: ${said}`);
    return performance.now() - startedMs;
  };
  const idleMs = await run('main..main');
  return (await run('root..main')) - idleMs;
}

/** An event goes when the one before was confirmed. */
async function rabbitmq(): Promise<Rate> {
  const file = (name: string): string => join(work, name);
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  execFileSync('openssl', [...args, '-keyout', file('key.pem'), '-out', file('cert.pem')], {
    stdio: 'ignore',
  });
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(file(name), 'utf8'));
  const node = await startRabbitmq({ key: key ?? '', cert: cert ?? '' });
  ends.push(() => node.stop());
  const exchange = await makeExchange(node, 'bench');
  ends.push(() => exchange.close());
  const proxy = await proxyTo(node.port);
  const auth = `{ username: ${ADMIN}, password: "${PASSWORD}" }`;
  const entry = `{ url: "amqp://127.0.0.1:${proxy.port}", auth: ${auth}, exchange: bench }`;
  const ms = await timed(historyOf(few), `rabbitmq: ${entry}\n    subscriptions: [{ events: TYPES }]`);
  return rateOf('rabbitmq', await exchange.count(), ms);
}

const rateOf = (name: string, events: number, ms: number): Rate => ({
  name,
  events,
  perSecond: (events / ms) * 1000,
});

async function webhooks(): Promise<Rate> {
  let events = 0;
  const server = createServer((request, response) => {
    events++;
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const proxy = await proxyTo((server.address() as AddressInfo).port);
  const url = `http://127.0.0.1:${proxy.port}/`;
  const ms = await timed(historyOf(few), `subscriptions: [{ events: TYPES, url: "${url}" }]`);
  return rateOf('webhooks', events, ms);
}

async function kafka(): Promise<Rate> {
  const proxy = await proxyTo(0);
  const advertised = `127.0.0.1:${proxy.port}`;
  const node = await startKafka({ listeners: [{ name: 'PROXIED', protocol: 'PLAINTEXT', advertised }] });
  ends.push(() => node.stop());
  proxy.target = Number(node.addresses.get('PROXIED')?.split(':')[1]);
  const topic = await createTopic(node.address);
  const broker = `kafka: { brokers: ["${advertised}"], topic: ${topic}, tls: false }`;
  const ms = await timed(historyOf(many), `${broker}\n    subscriptions: [{ events: TYPES }]`);
  return rateOf('kafka', (await readTopic(node.address, topic)).length, ms);
}

try {
  const rates = [await webhooks()];
  const missing = whyNoKafka();
  if (missing === undefined) rates.push(await kafka());
  else console.error(`Kafka is left out: ${missing}`);
  if (hasRabbitmq) rates.push(await rabbitmq());
  console.log(JSON.stringify(rates));
} finally {
  for (const end of ends.reverse()) await end();
}
