/** The built program and Kafka, where it goes wrong: what is said, how the run ends, and that others are served meanwhile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  CUT,
  metadata,
  produced,
  SILENT,
  startScriptedBroker,
  type Script,
} from '../../support/kafka/scripted-broker.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

interface Sent extends Result {
  readonly webhooks: readonly string[];
  readonly asked: readonly string[];
  readonly status: string | undefined;
  readonly cursor: string | undefined;
}

/** Three events to a webhook client, and to a Kafka client beside it; one attempt. */
async function send(script: Script, entry = '', sasl = '', ...args: readonly string[]): Promise<Sent> {
  const [receiver, broker] = [await startReceiver(), await startScriptedBroker(script)];
  const repo = createRepo();
  const commit = repo.commit(
    Object.fromEntries(['a', 'b', 'c'].map((id) => [`teams/${id}.yml`, team(id, [])])),
  );
  const kafka = `kafka: { brokers: ["127.0.0.1:${broker.port}"], topic: events, tls: false${sasl} }`;
  const stream = `  - name: stream\n    start: root\n    ${kafka}\n${entry}    subscriptions: [{ event: team.created }]\n`;
  const hooks = clientOf('hooks', receiver.url).replace('\n', '\n    start: root\n');
  const cursors = join(tempFolder(), 'cursors.json');
  const report = join(tempFolder(), 'report.json');
  const options = [
    '--allow-host',
    '127.0.0.1',
    '--attempts',
    '1',
    '--cursor',
    `file:${cursors}`,
    '--init',
    '--report',
    report,
  ];
  const result = await teamEvents(
    ['-C', repo.directory, '--clients', clientsFile(hooks + stream), ...options, ...args],
    { env: { TEAM_EVENTS_CLIENT_STREAM__PASSWORD: 'secret-1' } },
  );
  const { clients } = JSON.parse(readFileSync(report, 'utf8')) as {
    clients: { client: string; status: string }[];
  };
  const at = JSON.parse(readFileSync(cursors, 'utf8')) as {
    clients: Record<string, { commit?: string; step?: unknown }>;
  };
  expect(at.clients['hooks']).toMatchObject({ commit });
  return {
    ...result,
    webhooks: receiver.accepted.map(({ event }) => event.subject),
    asked: broker.asked,
    status: clients.find(({ client }) => client === 'stream')?.status,
    cursor: at.clients['stream']?.step === undefined ? 'at the end' : 'at the beginning',
  };
}

const REFUSED_ELSEWHERE = { host: '127.0.0.2', port: 9092 };

it.each<[what: string, script: Script, code: number, status: string, reason: RegExp]>([
  [
    'is silent',
    { reply: () => SILENT },
    3,
    'blocked',
    /kafka 127\.0\.0\.1:\d+ topic events: no answer within 500 ms: 127\.0\.0\.1:\d+ /,
  ],
  [
    'swallows what it is sent',
    { reply: (api) => (api === 'produce' ? SILENT : undefined) },
    3,
    'blocked',
    /no answer within 500 ms: 127\.0\.0\.1:\d+ /,
  ],
  [
    'cuts what it is sent',
    { reply: (api) => (api === 'produce' ? CUT : undefined) },
    3,
    'blocked',
    /it closed the connection before it had answered/,
  ],
  [
    'has too few replicas',
    { reply: (api) => (api === 'produce' ? produced(19) : undefined) },
    3,
    'blocked',
    /fewer replicas are in sync than the topic asks for.*NOT_ENOUGH_REPLICAS/,
  ],
  [
    'lets nobody write',
    { reply: (api) => (api === 'produce' ? produced(29) : undefined) },
    3,
    'blocked',
    /it needs Write and Describe \(TOPIC_AUTHORIZATION_FAILED\)/,
  ],
  [
    'leads elsewhere',
    { leader: REFUSED_ELSEWHERE },
    3,
    'blocked',
    /127\.0\.0\.2 is a loopback address: refused unless network\.allow or --allow-host names it/,
  ],
  [
    'leads to a port where nothing listens',
    { leader: { host: '127.0.0.1', port: 1 } },
    3,
    'blocked',
    /is it running, and are host and port right, in brokers or as the cluster advertises them\? \(ECONNREFUSED\)/,
  ],
  ['leads nowhere', { leader: { host: 'a\u001b[31m b', port: 1 } }, 3, 'blocked', /is no host with a port/],
  [
    'has several partitions',
    { partitions: 3 },
    2,
    'misconfigured',
    /the topic events has 3 partitions, between which there is no order: name a topic with one partition, or set order: team/,
  ],
])('a cluster that %s stops its own client only', async (_what, script, code, status, reason) => {
  const sent = await send(script, reason.source.includes('500 ms') ? '    timeout: 500ms\n' : '');
  expect(sent).toMatchObject({ code, status, webhooks: ['a', 'b', 'c'], cursor: 'at the beginning' });
  const said = sent.stdout + sent.stderr;
  expect(said).toMatch(reason);
  // eslint-disable-next-line no-control-regex
  expect(said).not.toMatch(/\u001b/);
});

it('several partitions are taken with order: team, and nothing then waits', async () => {
  const sent = await send({ partitions: 3 }, '    order: team\n');
  expect(sent).toMatchObject({ code: 0, status: 'done', cursor: 'at the end' });
});

it('sends what goes together in one request', async () => {
  const sent = await send({});
  expect(sent).toMatchObject({ code: 0, status: 'done', cursor: 'at the end' });
  expect(sent.asked).toEqual(['versions', 'metadata', 'producerId', 'produce']);
});

it('a password appears nowhere', async () => {
  const sasl = ', sasl: { mechanism: plain, username: carol, password: "${PASSWORD}" }';
  const refusal = Buffer.from('\u0000:\u0000\u0023no, secret-1 is wrong\u0000\u0000\u0000\u0000', 'latin1');
  const sent = await send({ reply: (api) => (api === 'authenticate' ? refusal : undefined) }, '', sasl);
  expect(sent).toMatchObject({ code: 3, status: 'blocked' });
  expect(sent.stdout + sent.stderr).not.toContain('secret-1');
});

it('a dry run asks nobody', async () => {
  const sent = await startScriptedBroker({});
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', []) });
  const kafka = `kafka: { brokers: ["127.0.0.1:${sent.port}"], topic: events, tls: false }`;
  const clients = clientsFile(
    `  - name: stream\n    ${kafka}\n    subscriptions: [{ event: team.created }]\n`,
  );
  const result = await teamEvents([
    '-C',
    repo.directory,
    '--from',
    'root',
    '--clients',
    clients,
    '--print-events',
  ]);
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toMatch(/→ stream/);
  expect(sent.asked).toEqual([]);
});

it('a leader that has moved is found by the next attempt', async () => {
  const next = await startScriptedBroker({});
  const leader = { host: '127.0.0.1', port: next.port };
  const script: Script = {
    reply: (api, before) =>
      api === 'produce' ? produced(6) : api === 'metadata' && before > 0 ? metadata(leader) : undefined,
  };
  const sent = await send(script, '', '', '--attempts', '2', '--retry-delay', '1ms');
  expect(sent).toMatchObject({ code: 0, status: 'done' });
  expect(next.asked).toEqual(['versions', 'produce']);
});

it.each<[what: string, script: Script, code: number, said: RegExp]>([
  ['lets it in', {}, 0, /topic events: is there, and lets this client in; nothing was sent/],
  ['has too many partitions', { partitions: 2 }, 2, /name a topic with one partition, or set order: team/],
  ['is silent', { reply: () => SILENT }, 3, /no answer within/],
])('doctor tells whether the cluster %s, and sends nothing', async (_what, script, code, said) => {
  const { port, asked } = await startScriptedBroker(script);
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', []) });
  const kafka = `kafka: { brokers: ["127.0.0.1:${port}"], topic: events, tls: false }`;
  const entry = `  - name: stream\n${code === 3 ? '    timeout: 500ms\n' : ''}    ${kafka}\n    subscriptions: [{ event: team.created }]\n`;
  const args = ['-C', repo.directory, '--clients', clientsFile(entry), '--allow-host', '127.0.0.1'];
  const result = await teamEvents(['doctor', ...args]);
  expect(result.stdout + result.stderr).toMatch(said);
  expect(result.code).toBe(code);
  expect(asked).not.toContain('produce');
});
