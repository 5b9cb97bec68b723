/**
 * A real Kafka with a quota for producers: TEAM_EVENTS_TEST_LONG=1 npx vitest run test/e2e/kafka/quotas.test.ts
 * It takes as long as the quota says, so only where it is asked for.
 */
import { afterAll, expect, it } from 'vitest';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { runJava, startKafka, whyNoKafka, type KafkaNode } from '../../support/kafka/kafka-node.ts';
import { createTopic, readTopic } from '../../support/kafka/kafka-topic.ts';
import { dueEvents, kafkaClients, plainKafka, toKafka } from '../../support/kafka/runs-to-kafka.ts';
import { longHistory } from '../../support/long-history.ts';
import { startTeamEvents } from '../../support/program.ts';

const history = longHistory();
const isAsked = process.env['TEAM_EVENTS_TEST_LONG'] !== undefined && whyNoKafka() === undefined;

let started: Promise<KafkaNode> | undefined;
afterAll(async () => (await started)?.stop());

async function limitedKafka(): Promise<KafkaNode> {
  const node = await startKafka();
  const quota = '--entity-type clients --entity-default --add-config producer_byte_rate=800000';
  runJava(['kafka.admin.ConfigCommand', '--bootstrap-server', node.address, '--alter', ...quota.split(' ')]);
  return node;
}

it.skipIf(!isAsked).each(['all', 'team'])(
  'a quota makes a lane with order: %s slower, and is no failure',
  { timeout: 600_000 },
  async (order) => {
    const node = await (started ??= limitedKafka());
    const topic = await createTopic(node.address);
    const clients = kafkaClients(plainKafka(node.address, topic), `order: ${order}`);
    const result = await startTeamEvents(toKafka(history, clients, '--from', 'root', '--attempts', '1'));
    expect(result).toMatchObject({ code: 0 });
    const events = (await readTopic(node.address, topic)).map(({ value }) => JSON.parse(value) as TeamEvent);
    const due = await dueEvents(history);
    const byTeam = (some: readonly TeamEvent[]): readonly TeamEvent[] =>
      order === 'all' ? some : some.toSorted((one, other) => one.subject.localeCompare(other.subject));
    expect(byTeam(events)).toEqual(byTeam(due));
  },
);
