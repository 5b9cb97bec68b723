/** What speaks to brokers is in files of its own, which a run loads only if a client of it has such a broker. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startAmqpServer } from '../../support/brokers/amqp-server.ts';
import { BUNDLE, startTeamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

/** Which files beside the bundle a run has loaded. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const folder = tempFolder();
  const [preload, list] = [join(folder, 'preload.cjs'), join(folder, 'list')];
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, Object.keys(require.cache).join('\\n')));\n`,
  );
  expect(await startTeamEvents(args, { nodeArgs: ['--require', preload] })).toMatchObject({ code: 0 });
  return readFileSync(list, 'utf8')
    .split('\n')
    .filter((path) => path.startsWith(dirname(BUNDLE)))
    .map((path) => path.slice(dirname(BUNDLE).length + 1));
}

it('is loaded by runs that publish to a broker, and by no other', async () => {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['alice']) }, 'One');
  const [receiver, broker] = [await startReceiver(), await startAmqpServer()];
  const entry = `{ url: "amqp://127.0.0.1:${broker.port}", auth: { username: u, password: p }, exchange: e }`;
  const exchange = `  - { name: b, rabbitmq: ${entry}, subscriptions: [{ event: team.created }] }\n`;
  const both = clientsFile(`${clientOf('a', receiver.url)}${exchange}`);
  const common = ['-C', repo.directory, '--allow-host', '127.0.0.1', '--from', 'root', '--clients'];
  expect(await loadedBy([...common, clientsFile(clientOf('a', receiver.url))])).toEqual([]);
  expect(await loadedBy([...common, both, '--client', 'a'])).toEqual([]);
  expect(await loadedBy([...common, both, '--print-events'])).toEqual([]);
  expect(await loadedBy(['check', '-C', repo.directory, '--clients', both])).toEqual([]);
  expect(await loadedBy([...common, both])).toEqual(['team-events-rabbitmq.cjs']);
});

it('is in no other file of the program', () => {
  const PROTOCOL = /ConnectionStartOk|kafkajs/i;
  for (const file of ['team-events.cjs', 'team-events-resource.cjs'])
    expect(readFileSync(join(dirname(BUNDLE), file), 'utf8')).not.toMatch(PROTOCOL);
  expect(existsSync(join(dirname(BUNDLE), 'team-events-rabbitmq.cjs'))).toBe(true);
});
