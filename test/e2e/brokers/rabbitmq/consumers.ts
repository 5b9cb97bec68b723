/** Exchange, queue and consumers as docs/brokers.md has them. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { makeExchange, urlOf } from '../../../support/brokers/exchange.ts';
import { ADMIN, NOBODY, pika, type Rabbitmq } from '../../../support/brokers/rabbitmq-node.ts';
import { entryOf, sampleRepo, sendRange } from '../../../support/brokers/rabbitmq-run.ts';
import { CONSUMERS } from '../../../support/consumer.ts';
import { brief, printedEvents } from '../../../support/program.ts';
import { tempFolder } from '../../../support/sample-repo.ts';

const text = readFileSync(fileURLToPath(new URL('../../../../docs/brokers.md', import.meta.url)), 'utf8');
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

export function consumers(rabbitmq: Rabbitmq): void {
  it.skipIf(pika === undefined)('make the exchange, and a queue that gets what is published', async () => {
    const { node } = await rabbitmq();
    const setup = blocks('python').find((block) => block.includes('exchange_declare')) ?? '';
    const made = spawnSync(pika ?? '', ['-c', setup], {
      encoding: 'utf8',
      env: { ...process.env, AMQP_URL: urlOf(node.port, 'tmj') },
    });
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const [rights = ''] = blocks('sh').flatMap((block) => /set_permissions.*/.exec(block) ?? []);
    node.ctl(...rights.replaceAll("'", '').replace('provisioning', NOBODY).split(' '));
    const url = `amqp://127.0.0.1:${node.port}/tmj`;
    const entry = entryOf({ url, exchange: 'team-events', user: NOBODY, events: '[team.members.added]' });
    expect(await sendRange(sampleRepo(), entry)).toMatchObject({ code: 0 });
    const peek =
      'import os, pika; c = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel(); print(c.basic_get("provisioning")[0].routing_key)';
    const got = spawnSync(pika ?? '', ['-c', peek], {
      encoding: 'utf8',
      env: { ...process.env, AMQP_URL: urlOf(node.port, 'tmj') },
    });
    expect(got.stdout).toBe('team.members.added\n');
  });

  it.each<[name: string, command: string | undefined, file: string]>([
    ['Node', process.execPath, 'rabbitmq.mjs'],
    ['Python', pika, 'rabbitmq_consumer.py'],
  ])('are consumed in %s, each event once and in order', async (name, command, file) => {
    if (command === undefined) return;
    const { node } = await rabbitmq();
    const queue = `consumed-${name}`;
    const exchange = await makeExchange(node, queue);
    const repo = sampleRepo();
    const entry = entryOf({ url: `amqp://127.0.0.1:${node.port}`, exchange: queue, user: ADMIN });
    await sendRange(repo, entry);
    await sendRange(repo, entry); // all of it again, with the same ids
    const child = spawn(command, [join(CONSUMERS, file)], {
      env: { ...process.env, AMQP_URL: urlOf(node.port), QUEUE: queue, INBOX: join(tempFolder(), 'inbox') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    const expected = (await printedEvents(repo.directory, '--from', 'root')).filter(
      (event) => !JSON.stringify(event).includes('"impliedBy"'),
    );
    await expect.poll(() => said.split('\n').length - 1, { timeout: 20_000 }).toBe(expected.length);
    await expect.poll(() => exchange.count(), { timeout: 20_000 }).toBe(0);
    expect(said.trim().split('\n')).toEqual(brief(expected));
    await exchange.close();
  });
}
