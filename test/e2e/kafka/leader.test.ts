/**
 * Two brokers, of which one is killed: the one that leads, which leads again when it is back, and the other, without which
 * too few replicas are in sync. Takes minutes on a small machine, so only where it is asked for: TEAM_EVENTS_TEST_LONG=1 npx vitest run test/e2e/kafka/leader.test.ts
 */
import { expect, it, onTestFinished } from 'vitest';
import { runJava, startKafka, whyNoKafka, type KafkaNode } from '../../support/kafka/kafka-node.ts';
import { createTopic, readTopic } from '../../support/kafka/kafka-topic.ts';
import { startTcpProxy } from '../../support/kafka/tcp-proxy.ts';
import { dueEvents, kafkaClients, plainKafka, toKafka } from '../../support/kafka/runs-to-kafka.ts';
import { longHistory } from '../../support/long-history.ts';
import { startTeamEvents, teamEvents } from '../../support/program.ts';
import { createRepo, team } from '../../support/sample-repo.ts';

const history = longHistory();
const isAsked = process.env['TEAM_EVENTS_TEST_LONG'] !== undefined && whyNoKafka() === undefined;

/** A node behind a proxy, of which alone it tells. */
async function start(joins?: KafkaNode) {
  const proxy = await startTcpProxy();
  const node = await startKafka({
    ...(joins && { joins }),
    listeners: [{ name: 'PROXIED', protocol: 'PLAINTEXT', advertised: `127.0.0.1:${proxy.port}` }],
    properties: ['broker.session.timeout.ms=3000', 'broker.heartbeat.interval.ms=500'],
  });
  proxy.target = Number(node.addresses.get('PROXIED')?.split(':')[1]);
  proxy.delayMs = 50; // else all is sent before anything has moved
  onTestFinished(async () => {
    proxy.close();
    await node.stop();
  });
  return { proxy, node };
}

const patient = ['--attempts', '1000', '--retry-delay', '200ms', '--give-up-after', '5m'];

/** Once its replica is in sync again. */
function leadAgain({ address }: KafkaNode, topic: string): void {
  const elect = ['org.apache.kafka.tools.LeaderElectionCommand', '--bootstrap-server', address];
  for (let tries = 0; ; tries++) {
    try {
      runJava([...elect, '--election-type', 'preferred', '--topic', topic, '--partition', '0']);
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

it.skipIf(!isAsked)(
  'a leader that is killed and comes back: each event once, in order',
  { timeout: 600_000 },
  async () => {
    const first = await start();
    const second = await start(first.node);
    const replicas = [second.node.id, first.node.id];
    const topic = await createTopic(first.node.address, 1, {
      replicaAssignment: [{ partition: 0, replicas }],
    });
    let answers = 0;
    let moved: Promise<void> | undefined;
    let isBack = false;
    second.proxy.passes = () => {
      if (++answers === 20)
        moved = second.node
          .kill()
          .then(() => second.node.start())
          .then(() => {
            answers = 1000;
            leadAgain(first.node, topic);
            isBack = true;
          });
      return true;
    };
    const clients = kafkaClients(plainKafka(`127.0.0.1:${first.proxy.port}`, topic));
    const result = await teamEvents(toKafka(history, clients, '--from', 'root', ...patient));
    await moved;
    expect(result).toMatchObject({ code: 0 });
    expect(isBack).toBe(true);
    const printed = (await dueEvents(history)).map(({ id }) => id);
    expect(await idsIn(first.node, topic)).toEqual(printed);
  },
);

it.skipIf(!isAsked)(
  'too few replicas in sync: the reason is told, and each event comes once when there are enough again',
  { timeout: 600_000 },
  async () => {
    const first = await start();
    const second = await start(first.node);
    const replicas = [first.node.id, second.node.id];
    const topic = await createTopic(first.node.address, 1, {
      replicaAssignment: [{ partition: 0, replicas }],
      configEntries: [{ name: 'min.insync.replicas', value: '2' }],
    });
    await second.node.kill();
    const repo = createRepo();
    for (const members of [['x'], ['y'], ['z']]) repo.commit({ 'teams/a.yml': team('a', members) });
    const clients = kafkaClients(plainKafka(`127.0.0.1:${first.proxy.port}`, topic));
    let restarted: Promise<void> | undefined;
    const result = await startTeamEvents(toKafka(repo.directory, clients, '--from', 'root', ...patient), {
      onStderr(text) {
        if (REFUSED.test(text)) restarted ??= second.node.start();
      },
    });
    await restarted;
    expect(result.stderr).toMatch(REFUSED);
    expect(result).toMatchObject({ code: 0 });
    expect(await idsIn(first.node, topic)).toEqual((await dueEvents(repo.directory)).map(({ id }) => id));
  },
);

const REFUSED =
  /fewer replicas are in sync than the topic asks for \(min\.insync\.replicas\) \(NOT_ENOUGH_REPLICAS(_AFTER_APPEND)?\); next try in/;

const idsIn = async ({ address }: KafkaNode, topic: string): Promise<readonly string[]> =>
  (await readTopic(address, topic)).map(({ value }) => (JSON.parse(value) as { id: string }).id);
