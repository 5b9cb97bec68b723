/**
 * Runs, brokers and connections that die in the middle: nothing is lost, what is seen for the first time comes in order,
 * and what comes again has the same id. TEAM_EVENTS_BROKER_EVENTS=10000 makes it as long as docs/reliability.md tells.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeExchange, type SampleExchange } from '../../../support/brokers/exchange.ts';
import { ADMIN, PASSWORD, type Rabbitmq, type RabbitmqNode } from '../../../support/brokers/rabbitmq-node.ts';
import { importHistory } from '../../../support/long-history.ts';
import { listenOnLoopback } from '../../../support/loopback.ts';
import { printedEvents, startTeamEvents, type Result } from '../../../support/program.ts';
import { ALL_TYPES, clientsFile } from '../../../support/receiver.ts';
import { tempFolder } from '../../../support/sample-repo.ts';

const EVENTS = Number(process.env['TEAM_EVENTS_BROKER_EVENTS'] ?? 500);

interface Site {
  readonly exchange: SampleExchange;
  /** A run of the built program, with a cursor. */
  readonly run: (...args: readonly string[]) => Promise<Result>;
  /** The same, killed once so many events are in the queue. */
  readonly runUntil: (count: number) => Promise<Result>;
}

async function siteOf(
  node: RabbitmqNode,
  repo: string,
  name: string,
  { port = node.port, more = '' } = {},
): Promise<Site> {
  const exchange = await makeExchange(node, name);
  const clients = clientsFile(
    `  - name: one\n    start: root\n    rabbitmq: { url: "amqp://127.0.0.1:${port}", auth: { username: ${ADMIN}, password: "${PASSWORD}" }, exchange: ${name} }\n` +
      `${more}    subscriptions: [{ events: ${ALL_TYPES} }]\n`,
  );
  const store = `file:${join(tempFolder(), 'cursors.json')}`;
  const args = [
    'notify',
    '-C',
    repo,
    '--cursor',
    store,
    '--init',
    '--clients',
    clients,
    '--allow-host',
    '127.0.0.1',
    '--allow-removals',
    'main',
  ];
  return {
    exchange,
    run: (...others) => startTeamEvents([...args, '--retry-delay', '100ms', ...others]),
    runUntil(count) {
      let kill: (signal: NodeJS.Signals) => void = () => undefined;
      const run = startTeamEvents(args, { onStart: (given) => (kill = given) });
      void whenThere(exchange, count, run).then(() => kill('SIGKILL'));
      return run;
    },
  };
}

/** Once so many events are in the queue, or the run has ended. */
async function whenThere(exchange: SampleExchange, count: number, run: Promise<Result>): Promise<void> {
  const over = run.then(() => true);
  while ((await exchange.count()) < count) if (await Promise.race([over, sleep(10)])) return;
}

/** All events of the history, once each and in order, however often some came. */
async function expectAll(repo: string, exchange: SampleExchange): Promise<{ readonly repeats: number }> {
  const ids = (await exchange.take()).map(({ properties }) => String(properties.messageId));
  const printed = await printedEvents(repo, '--from', 'root');
  const firstSights = new Set(ids);
  expect(firstSights.size).toBe(EVENTS);
  expect([...firstSights]).toEqual(printed.map(({ id }) => id).filter((id) => firstSights.has(id)));
  await exchange.close();
  return { repeats: ids.length - EVENTS };
}

export function crashes(rabbitmq: Rabbitmq): void {
  const repo = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  // Each commit but the first fifty replaces a member of a team: two events.
  beforeAll(() => importHistory(repo, EVENTS / 2 + 25), 60_000);
  afterAll(() => rmSync(repo, { recursive: true, force: true }));

  it(`${EVENTS} events arrive once each and in order`, async () => {
    const { node } = await rabbitmq();
    const { exchange, run } = await siteOf(node, repo, 'orderly');
    const result = await run();
    expect(result.stdout).toContain(`one  ${EVENTS} delivered`);
    expect(result.code).toBe(0);
    expect(await expectAll(repo, exchange)).toEqual({ repeats: 0 });
  });

  it(`${EVENTS} events arrive when the run is killed in the middle, twice`, async () => {
    const { node } = await rabbitmq();
    const { exchange, run, runUntil } = await siteOf(node, repo, 'killed');
    expect((await runUntil(EVENTS / 4)).code).toBe(null);
    expect((await runUntil(EVENTS / 2)).code).toBe(null);
    expect((await run()).code).toBe(0);
    await expectAll(repo, exchange);
  });

  it(`${EVENTS} events arrive when a connection swallows what the broker says, and is cut`, async () => {
    const { node } = await rabbitmq();
    const proxy = await swallowingProxy(node.port, 5);
    const { exchange, run } = await siteOf(node, repo, 'swallowed', {
      port: proxy.port,
      more: '    timeout: 500ms\n',
    });
    expect((await run()).code).toBe(0);
    expect(proxy.swallowed()).toBeGreaterThan(1);
    expect((await expectAll(repo, exchange)).repeats).toBeGreaterThan(0);
  });

  it(`${EVENTS} events arrive when the broker is killed in the middle and comes back`, async () => {
    const { node } = await rabbitmq();
    const { exchange, run } = await siteOf(node, repo, 'failing');
    const running = run('--attempts', '100', '--give-up-after', '120s');
    await whenThere(exchange, EVENTS / 3, running);
    await node.kill();
    await node.start();
    expect(await running).toMatchObject({ code: 0 });
    await expectAll(repo, exchange);
  });
}

/** Each of the first `times` connections loses what the broker says after it has said something 40 times. */
async function swallowingProxy(
  to: number,
  times: number,
): Promise<{ readonly port: number; readonly swallowed: () => number }> {
  let [connections, swallowed] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const isFaulty = ++connections <= times;
    let said = 0;
    const broker = connect({ host: '127.0.0.1', port: to });
    for (const one of [socket, broker]) one.on('error', () => undefined);
    sockets.add(socket).add(broker);
    socket.on('data', (bytes) => broker.write(bytes)).on('close', () => broker.destroy());
    broker.on('close', () => socket.destroy());
    broker.on('data', (bytes) => {
      if (isFaulty && ++said > 40) swallowed++;
      else socket.write(bytes);
    });
  });
  const port = await listenOnLoopback(
    Object.assign(server, { closeAllConnections: () => sockets.forEach((socket) => socket.destroy()) }),
  );
  return { port, swallowed: () => swallowed };
}
