/** `doctor` and `send`, where the events of a client go to a broker. */
import { describe, expect, it } from 'vitest';
import { startAmqpServer, type AmqpScript } from '../../support/brokers/amqp-server.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { createSite, type SampleSite } from '../../support/sample-site.ts';

const entry = (port: number, more = ''): string =>
  `  - name: a\n    contact: "#a-team"\n    rabbitmq: { url: "amqp://127.0.0.1:${port}/v", auth: { username: u, password: "\${P}" }, exchange: e }\n` +
  `${more}    subscriptions: [{ events: [team.created, team.deleted] }]\n`;

const run = (site: SampleSite, args: readonly string[], allowed = '127.0.0.1'): Promise<Result> =>
  teamEvents([...args, '-C', site.directory, '--clients', site.clientsPath], {
    env: { TEAM_EVENTS_CLIENT_A__P: 's3cret-p', TEAM_EVENTS_ALLOW_HOST: allowed },
  });
const doctor = (site: SampleSite, ...args: readonly string[]): Promise<Result> =>
  run(site, ['doctor', '--cursor', site.store, ...args]);

const refuses: AmqpScript = (moment, { send }) => {
  if (moment !== 'start-ok') return false;
  send('ConnectionClose', { replyCode: 403, replyText: 'ACCESS_REFUSED - no', classId: 0, methodId: 0 });
  return true;
};

describe('doctor', () => {
  it('logs in at a broker and asks for the exchange, and publishes only with --send', async () => {
    const { port, published, open } = await startAmqpServer();
    const site = createSite('file', entry(port));
    const looked = await doctor(site);
    expect(looked.stdout).toContain(
      `✓ receiver  a: rabbitmq 127.0.0.1:${port}/v exchange e: is there, and lets this client in; nothing was sent`,
    );
    expect(published).toEqual([]);
    const sent = await doctor(site, '--send');
    expect(sent.stdout).toContain(`exchange e: took a sample of team.created`);
    expect(published.map(({ routingKey }) => routingKey)).toEqual(['team.created']);
    await expect.poll(() => open.size).toBe(0);
  });

  it('says what a broker says, whom to ask, and where the entry is', async () => {
    const { port } = await startAmqpServer(refuses);
    const site = createSite('file', entry(port));
    const { code, stdout } = await doctor(site);
    expect(stdout).toContain(`127.0.0.1:${port}: ACCESS_REFUSED - no (403)`);
    expect(stdout).toMatch(
      /Ask whoever runs it \(contact: #a-team\)\. Or correct the entry at \S+clients\.yml:4\./,
    );
    expect(stdout).not.toContain('s3cret-p');
    expect(code).toBe(8);
  });

  it('leaves a paused one alone', async () => {
    const { port, count } = await startAmqpServer();
    await doctor(createSite('file', entry(port, '    paused: true\n')));
    expect(count.connections).toBe(0);
  });
});

describe('send', () => {
  it('publishes samples, and has no url in place of a broker', async () => {
    const { port, published } = await startAmqpServer();
    const site = createSite('file', entry(port));
    expect(await run(site, ['send', '--client', 'a', '--type', 'team.deleted'])).toMatchObject({ code: 0 });
    expect(published.map(({ routingKey }) => routingKey)).toEqual(['team.deleted']);
    const elsewhere = await run(site, ['send', '--client', 'a', '--to', 'http://127.0.0.1:1/']);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain(
      'the events of the client a go to a broker, for which --to URL cannot stand in',
    );
  });
});

describe('other commands', () => {
  it('show such a client as any other', async () => {
    const { port } = await startAmqpServer(refuses);
    const site = createSite('file', entry(port, '    start: root\n'));
    const pending = await run(site, ['notify', '--print-events', '--from', 'root']);
    expect(pending.stdout).toContain('→ a');
    expect(pending.stderr).toContain('variables that a run will need: TEAM_EVENTS_CLIENT_A__P');
    expect(await run(site, ['check'])).toMatchObject({ code: 0 });
    const blocked = await run(site, ['notify', '--init', '--cursor', site.store, '--attempts', '1']);
    expect(blocked.code).toBe(3);
    const status = await run(site, ['status', '--cursor', site.store]);
    expect(status.stdout).toMatch(/^✗ a +blocked [^]*: ACCESS_REFUSED - no \(403\)$/m);
    const replayed = await run(site, ['replay', 'root..HEAD', '--cursor', site.store]);
    expect(replayed.code).toBe(0);
  });
});
