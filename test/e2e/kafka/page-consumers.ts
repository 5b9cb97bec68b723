/** The consumers of docs/brokers.md, as they stand there, with the real Kafka. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createTopic } from '../../support/kafka/kafka-topic.ts';
import type { RealKafka } from '../../support/kafka/real-kafka.ts';
import { dueEvents, kafkaClients, plainKafka, toKafka } from '../../support/kafka/runs-to-kafka.ts';
import { teamEvents } from '../../support/program.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const PYTHON = process.env['TEAM_EVENTS_TEST_PYTHON'] ?? 'python3';
const hasLibrary = spawnSync(PYTHON, ['-c', 'import kafka']).status === 0;
const PROGRAMS = [
  { language: 'js', command: process.execPath, file: 'consumer.mjs', isThere: true },
  { language: 'python', command: PYTHON, file: 'consumer.py', isThere: hasLibrary },
];

export function describePageConsumers(kafka: () => Promise<RealKafka>): void {
  for (const { language, command, file, isThere } of PROGRAMS)
    it.skipIf(!isThere)(`the ${language} consumer of the page tells each event once, in order`, async () => {
      const { node } = await kafka();
      const topic = await createTopic(node.address);
      const repo = createRepo();
      const commit = (...members: readonly string[]): string =>
        repo.commit({ 'teams/a.yml': team('a', members), 'teams/b.yml': team('b', []) });
      const clients = kafkaClients(plainKafka(node.address, topic));
      const send = (from: string) => teamEvents(toKafka(repo.directory, clients, '--from', from));
      for (const members of ['x', 'y']) commit(members);
      for (const _ of ['once', 'twice']) expect(await send('root')).toMatchObject({ code: 0 });
      commit('z');
      expect(await send('HEAD~1')).toMatchObject({ code: 0 });
      const due = await dueEvents(repo.directory);
      const expected = due.map(({ id, type, subject }) => `${id} ${type} ${subject}`);
      const said = await saidBy(command, programIn(language, file), expected.length, {
        KAFKA_BROKERS: node.address,
        KAFKA_TLS: 'no',
        KAFKA_TOPIC: topic,
      });
      expect(said).toEqual(expected);
    });
}

/** The program of the page, with a group of its own, in a folder where it finds kafkajs. */
function programIn(language: string, file: string): string {
  const page = readFileSync('docs/brokers.md', 'utf8');
  const section = page.slice(page.indexOf('## Kafka'));
  const [, program = ''] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(section) ?? [];
  const folder = tempFolder();
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const path = join(folder, file);
  writeFileSync(path, program.replace('my-team-tool', `group-${language}`));
  return path;
}

/** Its first lines; it is ended then. */
function saidBy(command: string, program: string, lines: number, env: NodeJS.ProcessEnv): Promise<string[]> {
  return new Promise((done, failed) => {
    const child = spawn(command, [program], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, wrong] = ['', ''];
    const told = (): string[] => said.split('\n').filter((line) => line.startsWith('evt_'));
    child.stderr.on('data', (text: Buffer) => (wrong += text.toString()));
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (told().length >= lines) child.kill('SIGKILL');
    });
    child.on('error', failed);
    child.on('close', () => (told().length >= lines ? done(told()) : failed(new Error(wrong + said))));
  });
}
