/** What the README shows is what the program prints, and what it says to paste works in an empty folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PROGRAM, teamEvents } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { gitEnvironment, tempFolder } from '../../support/sample-repo.ts';

const README = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
const blockAfter = (text: string, language: string): string =>
  new RegExp(`${text}[^]*?\`\`\`${language}\\n([^]*?)\`\`\``).exec(README)?.[1] ?? '';

/** Ids and days, which are those of another day here, and the address of the receiver. */
const masked = (text: string): string =>
  text
    .replaceAll(/evt_[0-9a-f]{32}/g, 'EVENT')
    .replaceAll(/\b[0-9a-f]{7,12}(?=  ?[A-Z])/g, 'COMMIT')
    .replaceAll(/\(.+?, \d{4}-\d\d-\d\d\)/g, '(WHO, DAY)')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://grafana.example.com');

it('shows a dry run, a run with a client that refuses, and what waits, as they are', async () => {
  const receiver = await startReceiver((request, response) => {
    if (request.path !== '/folders') return 204;
    response
      .writeHead(422, { 'content-type': 'application/json' })
      .end('{"message":"the folder needs an owner"}');
  });
  const { author } = createRemote(1);
  const setTeam = (members: string, tags: string): string => {
    const text = `name: Payments\nmembers: [${members}]\ntags: [${tags}]\n`;
    const title = tags === 'core' ? 'Payments begins' : 'Carol follows Alice in payments';
    const commit = author.commit({ 'teams/payments.yml': text }, title);
    author.git('push', '--quiet', 'origin', 'HEAD:main');
    return commit;
  };
  setTeam('alice, bob', 'core');
  const clients = join(author.directory, 'clients.yml');
  writeFileSync(
    clients,
    `clients:
  - name: gitlab-groups
    subscriptions: [{ events: [team.created, team.members.added, team.members.removed, team.deleted], url: ${receiver.url}/groups }]
  - name: grafana-folders
    contact: '#monitoring'
    subscriptions: [{ events: [team.created, team.modified], url: ${receiver.url}/folders }]
`,
  );
  const at = ['-C', author.directory, '--allow-host', '127.0.0.1'];
  expect((await teamEvents([...at, '--cursor', 'tag:team-events', '--init'])).code).toBe(0);
  setTeam('bob, carol', 'core, pci');

  const shown = blockAfter('A dry run, a real run', 'console').split(/^\$ .*\n/m);
  const dry = await teamEvents([...at, '--print-events', 'HEAD~1..HEAD']);
  expect(masked(shown[1] ?? '')).toBe(masked(dry.stdout));
  const run = await teamEvents([...at, '--cursor', 'tag:team-events']);
  const ours = run.stdout
    .replaceAll(` -C ${author.directory}`, '')
    .replaceAll(' --allow-host 127.0.0.1', '')
    .replaceAll(clients, 'clients.yml');
  expect(masked(ours)).toContain(masked((shown[2] ?? '').replace('…\n', '')));
  author.git('fetch', '--quiet', '--force', 'origin', 'refs/tags/team-events/*:refs/tags/team-events/*');
  const waits = author.git('log', '--oneline', 'team-events/grafana-folders..main');
  expect(masked(shown[3] ?? '').trim()).toBe(masked(waits).trim());
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('leads in six lines from an empty folder to an event at listen', async () => {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(PROGRAM, join(bin, 'team-events'));
  const lines = blockAfter('Six lines to the first event', 'sh');
  expect(lines.trim().split('\n')).toHaveLength(6);
  const port = String(await freePort());
  const pasted = spawnSync('bash', ['-ec', `${lines.replaceAll('8787', port)}wait`], {
    cwd: folder,
    env: { ...gitEnvironment(), PATH: `${bin}:${process.env['PATH']}`, TEAM_EVENTS_PORT: port },
    encoding: 'utf8',
  });
  expect([pasted.status, pasted.stderr]).toEqual([0, expect.stringContaining('listening on')]);
  expect(pasted.stdout).toContain('+ payments created');
  expect(pasted.stdout).toMatch(/^#1 +200 +POST \/ +team\.created payments/m);
  expect(pasted.stdout).toContain('✓ first-client  1 delivered');
});

it('leads on to an event that is signed and verified', async () => {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(PROGRAM, join(bin, 'team-events'));
  const page = readFileSync(
    fileURLToPath(new URL('../../../docs/getting-started.md', import.meta.url)),
    'utf8',
  );
  const [, signed = ''] = /## Signed and verified[^]*?```sh\n([^]*?)```/.exec(page) ?? [];
  const port = String(await freePort());
  const lines = `${blockAfter('Six lines to the first event', 'sh')}wait\n${signed}wait`;
  const pasted = spawnSync('bash', ['-ec', lines.replaceAll('8787', port)], {
    cwd: folder,
    env: { ...gitEnvironment(), PATH: `${bin}:${process.env['PATH']}`, TEAM_EVENTS_PORT: port },
    encoding: 'utf8',
  });
  expect([pasted.status, pasted.stdout.match(/✓ first-client {2}1 delivered/g)]).toEqual([
    0,
    [expect.any(String), expect.any(String)],
  ]);
  expect(pasted.stderr.match(/signatures are not checked/g)).toHaveLength(1);
  expect(pasted.stdout).not.toMatch(/signature (?:is|does|not)/i);
});

it('shows tasks for GitLab and Concourse that are there', () => {
  const included = /file: \/(\S+)/.exec(README)?.[1] ?? '';
  const there = execFileSync(
    'git',
    ['ls-files', included, 'concourse/pipeline.yml', 'concourse/vars.example.yml'],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      encoding: 'utf8',
    },
  );
  expect(there.trim().split('\n')).toHaveLength(3);
});
