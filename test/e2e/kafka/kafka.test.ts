/** The built program and a real Kafka, where there is one: what arrives, in which order, and what happens when something ends. */
import { CloudEvent, Kafka, type KafkaMessage } from 'cloudevents';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runJava, whyNoKafka } from '../../support/kafka/kafka-node.ts';
import { createTopic, readTopic, topicNames } from '../../support/kafka/kafka-topic.ts';
import { realKafka } from '../../support/kafka/real-kafka.ts';
import { partitionsByJava } from '../../support/kafka/partitions-by-java.ts';
import { dueEvents, kafkaClients, plainKafka, toKafka } from '../../support/kafka/runs-to-kafka.ts';
import { importHistory } from '../../support/long-history.ts';
import { printedEvents, startTeamEvents, teamEvents } from '../../support/program.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';
import { createResource } from '../../concourse/sample-resource.ts';
import { describeLogins } from './logins.ts';
import { describePageConsumers } from './page-consumers.ts';

/** Each but the first fifty makes two events. TEAM_EVENTS_TEST_LONG=1 for 10,000 of them; the suite has fewer. */
const COMMITS = process.env['TEAM_EVENTS_TEST_LONG'] === undefined ? 1000 : 5025;
const why = whyNoKafka();
if (why !== undefined) console.warn(`Tests with a real Kafka are left out: ${why}`);

const idOf = ({ value }: { readonly value: string }): string => (JSON.parse(value) as { id: string }).id;
const firstSights = (ids: readonly string[]): string[] => [...new Set(ids)];

describe.skipIf(why !== undefined)('a real Kafka', () => {
  const kafka = realKafka();
  describeLogins(kafka);
  describePageConsumers(kafka);
  const history = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  beforeAll(() => importHistory(history, COMMITS), 60_000);
  afterAll(() => rmSync(history, { recursive: true, force: true }));
  afterEach(async () => {
    const { proxy } = await kafka();
    proxy.passes = () => true;
  });

  it('gets thousands of events in order, byte for byte as they are printed', async () => {
    const { node } = await kafka();
    const topic = await createTopic(node.address);
    const result = await teamEvents(
      toKafka(history, kafkaClients(plainKafka(node.address, topic)), '--from', 'root'),
    );
    expect(result).toMatchObject({ code: 0 });
    const records = await readTopic(node.address, topic);
    expect(records.map(({ value }) => value)).toEqual(
      (await dueEvents(history)).map((event) => JSON.stringify(event)),
    );
    expect(records).toHaveLength(2 * COMMITS - 50);
    for (const { key, value } of records.slice(0, 100))
      expect(key).toBe((JSON.parse(value) as { subject: string }).subject);
  });

  it('shows bytes, key and headers to others, as CloudEvents', async () => {
    const { node } = await kafka();
    const topic = await createTopic(node.address);
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('équipe', ['alice']) });
    await teamEvents(
      toKafka(repo.directory, kafkaClients(plainKafka(node.address, topic)), '--from', 'root'),
    );
    const [event] = await printedEvents(repo.directory, '--from', 'root');
    const text = JSON.stringify(event);
    const asked = `--bootstrap-server ${node.address} --topic ${topic} --from-beginning --max-messages 1 --timeout-ms 30000`;
    const form = ['print.key=true', 'print.headers=true', 'key.separator=|', 'headers.separator=;'];
    const shown = runJava([
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...asked.split(' '),
      ...form.flatMap((property) => ['--property', property]),
    ]);
    const [headers, key, value] = shown.trim().split('|');
    expect([key, value]).toEqual(['équipe', text]);
    expect(headers?.split(';')).toEqual(
      expect.arrayContaining([
        'content-type:application/cloudevents+json',
        `ce_id:${event?.id}`,
        'ce_subject:équipe',
      ]),
    );
    const [record] = await readTopic(node.address, topic);
    const parsed = Kafka.toEvent(record as unknown as KafkaMessage<string>) as CloudEvent<unknown>;
    expect(parsed.validate()).toBe(true);
    expect(parsed.id).toBe(event?.id);
  });

  it('gets every team in the partition where Java puts it, in order', async () => {
    const { node } = await kafka();
    const topic = await createTopic(node.address, 3);
    const repo = createRepo();
    const ids = [
      'a',
      'ab',
      'abc',
      'payments',
      'équipe/café',
      'chaîne',
      '日本',
      '😀',
      ...Array.from({ length: 40 }, (_, i) => `team-${i}`),
    ];
    const files = (members: string[]) =>
      Object.fromEntries(ids.map((id, index) => [`teams/${index}.yml`, team(id, members)]));
    for (const members of [['x'], ['x', 'y'], ['y'], ['y', 'z']]) repo.commit(files(members));
    const clients = kafkaClients(plainKafka(node.address, topic), 'order: team');
    expect(await teamEvents(toKafka(repo.directory, clients, '--from', 'root'))).toMatchObject({ code: 0 });
    const records = await readTopic(node.address, topic);
    expect(new Map(records.map(({ key, partition }) => [key, partition]))).toEqual(partitionsByJava(ids, 3));
    const printed = await dueEvents(repo.directory);
    expect(records).toHaveLength(printed.length);
    for (const id of ids)
      expect(records.filter(({ key }) => key === id).map(idOf)).toEqual(
        printed.filter(({ subject }) => subject === id).map((event) => event.id),
      );
  });

  it('gets the events of a put to the resource type of Concourse', async () => {
    const { node } = await kafka();
    const topic = await createTopic(node.address);
    const { teams, put } = await createResource();
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    const entry = `  - { name: stream, start: root, kafka: ${plainKafka(node.address, topic)}, subscriptions: [{ event: team.created }] }\n`;
    expect(await put(entry, { init: true })).toMatchObject({ code: 0 });
    expect((await readTopic(node.address, topic)).map(({ key }) => key)).toEqual(['a']);
  });

  it('gets each event once, although answers are lost on the way', async () => {
    const { node, proxy } = await kafka();
    const topic = await createTopic(node.address);
    let answers = 0;
    proxy.passes = () => {
      if (++answers % 5 !== 0) return true;
      proxy.cut();
      return false;
    };
    const clients = kafkaClients(plainKafka(`127.0.0.1:${proxy.port}`, topic));
    const result = await teamEvents(toKafka(history, clients, '--from', 'root'));
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toMatch(/closed the connection before it had answered; next try in/);
    const printed = await dueEvents(history);
    expect((await readTopic(node.address, topic)).map(idOf)).toEqual(printed.map(({ id }) => id));
  });

  it('gets everything in order although the run is killed again and again', async () => {
    const { node, proxy } = await kafka();
    const topic = await createTopic(node.address);
    const clients = kafkaClients(plainKafka(`127.0.0.1:${proxy.port}`, topic), 'start: root');
    const args = toKafka(
      history,
      clients,
      '--cursor',
      `file:${tempFolder()}/cursors.json`,
      '--init',
      '--branch',
      'main',
    );
    for (const answersUntilKilled of [6, 9, 12, 15]) {
      let answers = 0;
      await startTeamEvents(args, {
        onStart(kill) {
          proxy.passes = () => {
            if (++answers === answersUntilKilled) kill('SIGKILL');
            return true;
          };
        },
      });
      expect(answers).toBeGreaterThanOrEqual(answersUntilKilled);
    }
    proxy.passes = () => true;
    expect(await teamEvents(args)).toMatchObject({ code: 0 });
    const printed = (await dueEvents(history)).map(({ id }) => id);
    const ids = (await readTopic(node.address, topic)).map(idOf);
    expect(firstSights(ids)).toEqual(printed);
    expect(ids.length).toBeGreaterThan(printed.length);
  });

  it('gets everything in order although the broker is killed, and comes back', async () => {
    const { node, proxy } = await kafka();
    const topic = await createTopic(node.address);
    const clients = kafkaClients(plainKafka(`127.0.0.1:${proxy.port}`, topic));
    let answers = 0;
    let restarted: Promise<void> | undefined;
    proxy.passes = () => {
      if (++answers === 10) restarted = node.kill().then(() => node.start());
      return true;
    };
    const patient = ['--attempts', '1000', '--retry-delay', '200ms', '--give-up-after', '5m'];
    const result = await teamEvents(toKafka(history, clients, '--from', 'root', ...patient));
    await restarted;
    expect(result).toMatchObject({ code: 0 });
    const printed = (await dueEvents(history)).map(({ id }) => id);
    expect((await readTopic(node.address, topic)).map(idOf)).toEqual(printed);
  });

  it('creates no topic, although the broker would', async () => {
    const { node } = await kafka();
    const result = await teamEvents(
      toKafka(
        history,
        kafkaClients(plainKafka(node.address, 'nobody-made-it')),
        '--from',
        'root',
        '--attempts',
        '2',
      ),
    );
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(
      /there is no such topic, or the user may not see it.*UNKNOWN_TOPIC_OR_PARTITION/,
    );
    expect(await topicNames(node.address)).not.toContain('nobody-made-it');
  });

  it('holds only the team whose event is too large, with order: team', async () => {
    const { node } = await kafka();
    const topic = await createTopic(node.address, 3, {
      configEntries: [{ name: 'max.message.bytes', value: '3000' }],
    });
    const repo = createRepo();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    repo.commit(
      Object.fromEntries(
        ids.map((id) => [
          `teams/${id}.yml`,
          team(id, ['x'], id === 'c' ? `notes: ${'n'.repeat(4000)}\n` : ''),
        ]),
      ),
    );
    repo.commit(
      Object.fromEntries(
        ids.map((id) => [`teams/${id}.yml`, team(id, ['x', 'y'], id === 'c' ? `notes: short\n` : '')]),
      ),
    );
    const clients = kafkaClients(plainKafka(node.address, topic), 'order: team');
    const result = await teamEvents(toKafka(repo.directory, clients, '--from', 'root'));
    expect(result.code).toBe(3);
    expect(result.stderr + result.stdout).toMatch(/larger than the topic .*MESSAGE_TOO_LARGE/);
    const records = await readTopic(node.address, topic);
    const printed = await dueEvents(repo.directory);
    const expected = printed.filter(({ subject }) => subject !== 'c').map(({ id }) => id);
    expect(records.map(idOf).sort()).toEqual(expected.sort());
  });
});
