/** docs/consumers.md begins with a request as the program sends it; and its signature is right. */
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { createVariables } from '../../../src/adapters/files/client-variables.ts';
import { parseClientsFile } from '../../../src/core/clients/file/clients-file.ts';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { startListener } from '../../support/listener.ts';
import { eventsOf, startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientsFile } from '../../support/receiver.ts';
import { createRepo } from '../../support/sample-repo.ts';

const DOCS = readFileSync(new URL('../../../docs/consumers.md', import.meta.url), 'utf8');
const blockOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(DOCS)?.[1] ?? '';
const SHOWN = blockOf('http');
const shownHeader = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(SHOWN)?.[1] ?? '';
const [, SECRET = ''] = /`(whsec_[A-Za-z0-9+/=]+)`/.exec(DOCS) ?? [];

/** Accepts connections of one request each, and keeps all their bytes. */
async function startTap(): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [head = '', body = ''] = text.split('\r\n\r\n');
      if (Buffer.byteLength(body) < Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)) return;
      requests.push(text);
      text = '';
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const TEAM = (members: string): string =>
  `name: Payments\nmembers: [${members}]\ntags: [core]\nperimeter: billing\ncontact: pay@example.com\n`;

function story() {
  const repo = createRepo();
  repo.write({ 'team-events.yml': 'source: https://gitlab.example.com/platform/teams\n' });
  repo.commit({ 'teams/payments.yml': TEAM('alice') }, 'Create payments');
  repo.commit({ 'teams/payments.yml': TEAM('alice, { id: bob, role: lead }') }, 'Bob joins payments');
  return repo;
}

/** What the program sends of the story, as it stands on the wire. */
async function captured(): Promise<string[]> {
  const tap = await startTap();
  const clients = clientsFile(
    `  - name: groups\n    secrets: ["\${SECRET}"]\n    subscriptions:\n      - { events: [${EVENT_TYPES.join(', ')}], url: "${tap.url}/teams" }\n`,
  );
  const { code } = await startTeamEvents(
    ['-C', story().directory, '--from', 'root', '--clients', clients, '--allow-host', '127.0.0.1'],
    { env: { TEAM_EVENTS_CLIENT_GROUPS__SECRET: SECRET } },
  );
  expect(code).toBe(0);
  return tap.requests;
}

/** The events of the five types, each once. */
async function oneOfEach(): Promise<ReadonlyMap<string, TeamEvent>> {
  const repo = story();
  repo.commit({ 'teams/payments.yml': `${TEAM('alice')}phone: 1\n` });
  repo.commit({ 'teams/payments.yml': null });
  const printed = await teamEvents([
    '-C',
    repo.directory,
    '--print-events',
    'root..main',
    '--format',
    'ndjson',
  ]);
  return new Map(eventsOf(printed.stdout).map((event) => [event.type, event]));
}

describe('docs/consumers.md', () => {
  it('begins with a request as the program sends it, but for its host, its time and its signature', async () => {
    const [, second = ''] = await captured();
    const asShown = ['webhook-timestamp', 'webhook-signature', 'host', 'user-agent'].reduce(
      (text, name) => text.replace(new RegExp(`(?<=^${name}: ).*$`, 'im'), shownHeader(name)),
      second.replaceAll('\r\n', '\n'),
    );
    expect(`${asShown}\n`).toBe(SHOWN);
    expect(shownHeader('user-agent')).toMatch(/^team-events\/\d/);
  });

  it('has a test vector: the signature of that request, with the key that it names', () => {
    const [, body = ''] = SHOWN.trimEnd().split('\n\n');
    const content = `${shownHeader('webhook-id')}.${shownHeader('webhook-timestamp')}.${body}`;
    const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
    const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    expect(signature).toBe(shownHeader('webhook-signature'));
    const at = new Date(Number(shownHeader('webhook-timestamp')) * 1000);
    expect(new Webhook(SECRET).sign(shownHeader('webhook-id'), at, body)).toBe(signature);
    expect(DOCS).toContain(`(if told that it is ${shownHeader('webhook-timestamp')})`);
  });

  it('says of each type what it carries', async () => {
    const rows = [...DOCS.matchAll(/^\| `(team\.[a-z.]+)` +\|[^|]*\|([^|]*)\|$/gm)];
    const told = rows.map(([, type, text = '']) => [type, /^ `(\w+)`:/.exec(text)?.[1]]);
    const events = await oneOfEach();
    const common = ['team', 'commit', 'file', 'impliedBy'];
    const carried = EVENT_TYPES.map((type) => [
      type,
      Object.keys(events.get(type)?.data ?? {}).find((key) => !common.includes(key)),
    ]);
    expect(told).toEqual(carried);
  });

  it.skipIf(spawnSync('openssl', ['version']).status !== 0 || spawnSync('curl', ['--version']).status !== 0)(
    'signs a request by hand as the program does',
    async () => {
      const script =
        [...DOCS.matchAll(/```sh\n([^]*?)```/g)].find(([, text = '']) =>
          text.includes('openssl dgst'),
        )?.[1] ?? '';
      const listener = await startListener(['--count', '1'], { TEAM_EVENTS_LISTEN_SECRET: SECRET });
      const env = { PATH: process.env['PATH'], URL: `${listener.url}/` };
      const sent = spawn('sh', ['-ec', script], { env, stdio: 'pipe' });
      let printed = '';
      sent.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      expect((await once(sent, 'close'))[0]).toBe(0);
      expect(printed).toMatch(/^200$/m); // most receivers answer without a body
      expect((await listener.output()).stdout).toMatch(
        /^#1 {2}200 {2}POST \/ .* evt_test .*signature valid$/m,
      );
    },
  );

  it('shows an entry that subscribes to all types, and names the variable of its key', () => {
    const yaml = [...DOCS.matchAll(/```yaml\n([^]*?)```/g)][0]?.[1] ?? '';
    const { clients, misconfigured } = parseClientsFile(yaml, 'clients.yml');
    expect(misconfigured).toEqual([]);
    const [client] = clients;
    expect([...(client?.subscriptions.keys() ?? [])]).toEqual(EVENT_TYPES);
    const [variable = ''] = /TEAM_EVENTS_CLIENT_\w+/.exec(DOCS) ?? [];
    expect(createVariables({ [variable]: SECRET })(client?.name ?? '')('SECRET')).toBe(SECRET);
  });
});
