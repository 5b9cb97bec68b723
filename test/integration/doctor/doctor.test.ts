/** `doctor`: what it tries, what it leaves alone, and what it says where nothing can be pasted. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFileStore } from '../../../src/adapters/cursor-stores/file-store.ts';
import { createAuthority } from '../../support/certificates.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { listing } from '../../support/sample-remote.ts';
import { createRepo, gitEnvironment, team, tempFolder } from '../../support/sample-repo.ts';
import { createSite, type SampleSite } from '../../support/sample-site.ts';

const doctor = (site: SampleSite, ...args: readonly string[]): Promise<Result> =>
  teamEvents(
    ['-C', site.directory, 'doctor', '--cursor', site.store, '--clients', site.clientsPath].concat(args),
    { env: { TEAM_EVENTS_CLIENT_A__TOKEN: 'tok-e7n', TEAM_EVENTS_ALLOW_HOST: '127.0.0.1' } },
  );
const AUTH = '    contact: "#a-team"\n    auth: { bearer: "${TOKEN}" }\n';

describe('doctor', () => {
  it.each(['tag', 'file'] as const)('changes nothing and sends nothing, cursors in a %s', async (kind) => {
    const receiver = await startReceiver();
    const site = createSite(kind, clientOf('a', receiver.url));
    expect((await site.notify()).code).toBe(0);
    site.remote.advance();
    const before = [site.raw(), listing(site.remote.directory), listing(site.directory)];
    const { code, stdout } = await doctor(site);
    expect(stdout).toMatch(/✓ cursors {3}\S+ holds 1 cursor\n/);
    expect(stdout).toMatch(
      /✓ receiver {2}a: POST http:\/\/127\.0\.0\.1:\d+\/: \S+ accepts connections; nothing was sent\n/,
    );
    expect(stdout).toMatch(
      kind === 'tag' ? /✓ push {6}origin lets this account push/ : /✓ push {6}\S+ is writable/,
    );
    expect(code).toBe(0);
    expect([site.raw(), listing(site.remote.directory), listing(site.directory)]).toEqual(before);
    expect(receiver.requests).toEqual([]);
  });

  it('tells who holds the cursor file, and leaves the lock alone', async () => {
    const site = createSite('file', clientOf('a', (await startReceiver()).url));
    await site.notify();
    const held = openFileStore(site.store.replace('file:', ''));
    const { code, stdout } = await doctor(site);
    expect(held.holds?.()).toBe(true);
    expect(stdout).toMatch(/^! cursors {3}another run holds \S+: process \d+ on .*\n {4}Wait for it to end/m);
    expect(code).toBe(0);
    await held.close();
    expect((await doctor(site)).stdout).not.toContain('another run holds');
  });

  it('sends one sample to each endpoint only with --send', async () => {
    const receiver = await startReceiver();
    const more = `      - event: team.created\n        url: ${receiver.url}/b\n`;
    const members = clientOf('a', `${receiver.url}/a`, AUTH).replace(
      /\[.*\]/,
      '[team.members.added, team.deleted]',
    );
    const site = createSite('tag', members + more);
    await site.notify();
    const { code, stdout } = await doctor(site, '--send');
    expect(stdout).toContain('accepted a sample of team.members.added');
    expect(stdout).toContain('accepted a sample of team.created');
    expect(stdout).not.toContain('tok-e7n');
    expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer tok-e7n');
    for (const { event } of receiver.requests) expect(event.id).toMatch(/^evt_sample_/);
    expect(code).toBe(8); // it has no cursor: its variable was missing when the others began
  });

  it('says what a receiver answers to a sample, without the token that it repeats', async () => {
    const receiver = await startReceiver((request, response) => {
      response.writeHead(401).end(JSON.stringify({ message: `bad ${request.headers.authorization}` }));
    });
    const site = createSite('tag', clientOf('a', receiver.url, AUTH));
    for (const format of ['text', 'json']) {
      const { stdout } = await doctor(site, '--send', '--format', format);
      expect(stdout).toMatch(/status 401: bad /);
      expect(stdout).toContain('contact: #a-team');
      expect(stdout).toMatch(/team-events send -C \S+ --client a .*--allow-host 127\.0\.0\.1/);
      expect(stdout).not.toContain('tok-e7n');
    }
  });

  it('tells a receiver whose clock is another, by its answer to a sample', async () => {
    const receiver = await startReceiver((_, response) => {
      response.writeHead(200, { date: new Date(Date.now() - 600_000).toUTCString() }).end();
    });
    const site = createSite('tag', clientOf('a', receiver.url));
    const { stdout } = await doctor(site, '--send');
    expect(stdout).toMatch(/! clock {5}a: POST \S+: its clock is \d{3} s behind this one/);
  });

  it('also tries where a token and values are asked for, and sends no sample there', async () => {
    const receiver = await startReceiver();
    const oauth2 = '{ url: "http://127.0.0.1:1/token", id: me, secret: "${TOKEN}" }';
    const find = `{ user: { url: "${receiver.url}/users?name=\${team.id}", at: "[0].id", none: done } }`;
    const site = createSite(
      'tag',
      `${clientOf('a', `${receiver.url}/teams/\${team.id}?key=k-7q`, `    auth: { oauth2: ${oauth2} }\n`)}        body: none\n        find: ${find}\n`,
    );
    const { stdout } = await doctor(site, '--format', 'json');
    const told = (JSON.parse(stdout) as { findings: { message: string }[] }).findings.map(
      ({ message }) => message,
    );
    expect(told).toContainEqual(
      expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:1\/token: .*accepts no connection/),
    );
    expect(told).toContainEqual(expect.stringMatching(/^GET \S+\/users: \S+ accepts connections/));
    expect(told).toContainEqual(
      expect.stringMatching(/^POST \S+\/teams\/\$\{team\.id\}: \S+ accepts connections/),
    );
    expect(stdout).not.toMatch(/tok-e7n|k-7q/);
    expect(receiver.requests).toEqual([]);
  });

  it('tells certificates that have expired, or soon will', async () => {
    const authority = createAuthority();
    const [old, soon] = await Promise.all(
      [-1, 5].map((days) => startReceiver(() => 204, authority.issue('127.0.0.1', days))),
    );
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, `network: { ca: ${authority.file} }\n`);
    const site = createSite('tag', clientOf('old', old?.url ?? '') + clientOf('soon', soon?.url ?? ''));
    const { code, stdout } = await doctor(site, '--policy', policy);
    expect(stdout).toMatch(/✗ receiver {2}old: .*its certificate has expired/);
    expect(stdout).toMatch(/! receiver {2}soon: .*its certificate expires at \d{4}-/);
    expect(code).toBe(8);
  });

  it('waits for no receiver longer than an attempt may take', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const site = createSite('tag', clientOf('a', `https://127.0.0.1:${port}/`));
    const { stdout } = await doctor(site, '--timeout', '200ms');
    expect(stdout).toMatch(
      /✗ receiver {2}a: .*no connection within 200 ms: \S+ accepted (?:the connection and did not answer|no connection)/, // it may be told late
    );
  });

  it.each([
    ['https://169.254.169.254/', 'a metadata service: always refused', 'correct the url'],
    ['http://nobody.invalid/', 'nobody.invalid', 'Correct the url at'],
    ['https://127.0.0.1:1/', 'accepts no connection on this port', 'Ask whoever runs it'],
  ])('says of %s what it is and what to do', async (url, what, remedy) => {
    const site = createSite('tag', clientOf('a', url));
    const { stdout } = await doctor(site);
    expect(stdout).toContain(what);
    expect(stdout).toContain(remedy);
  });

  it('tries no receiver of a client that is paused, and lets one be chosen', async () => {
    const paused = clientOf('p', 'https://127.0.0.1:1/', '    paused: true\n');
    const site = createSite('tag', paused + clientOf('a', 'https://127.0.0.1:1/'));
    expect((await doctor(site)).stdout).toContain('· receiver  p: paused: not tried');
    const { code, stdout } = await doctor(site, '--client', 'p');
    expect(stdout).not.toContain('a: POST');
    expect(code).toBe(0);
  });

  it('goes on where something is wrong, and ends with the code of a run', async () => {
    const site = createSite('tag', `${clientOf('a', 'nonsense')}  - name: b\n    subscriptions: 7\n`);
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, 'network: { alow: [x] }\n');
    const { code, stdout } = await doctor(site, '--policy', policy);
    expect(stdout).toMatch(
      /✗ policy {4}the policy file cannot be used:\n +\S+policy\.yml:1:18: network\.alow/,
    );
    expect(stdout).toMatch(/✗ clients {3}a: \S+:5:\d+: /);
    expect(stdout).toMatch(/✗ clients {3}b: \S+:7:\d+: /);
    expect(code).toBe(2);
  });

  it('asks a remote only for cursors that are tags, and names its address without the password', async () => {
    const site = createSite('file', clientOf('a', 'https://127.0.0.1:1/', '    paused: true\n'));
    site.remote.author.git('remote', 'set-url', 'origin', 'http://me:pass-w0rd@127.0.0.1:1/x.git');
    expect(await doctor(site)).toMatchObject({ code: 0 });
    const { code, stdout } = await doctor(site, '--cursor', 'tag:team-events');
    expect(code).toBe(8);
    expect(stdout).toMatch(/✗ remote {4}the remote origin cannot be reached/);
    expect(stdout).toContain(
      `Its address is http://127.0.0.1:1/x.git. To set another: git -C ${site.directory} remote set-url origin ADDRESS\n`,
    );
    expect(stdout).not.toContain('pass-w0rd');
  });

  it('tells where there is no repository, no remote, no store, or a clock that is slow', async () => {
    const nowhere = await teamEvents(['-C', tempFolder(), 'doctor']);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.stdout).toMatch(/^✗ git .*is not a git repository.*\n {4}Name a clone/);

    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), 'clients.yml': 'clients: []\n' });
    const date = `${Math.round(Date.now() / 1000) + 3600} +0000`;
    const options = { cwd: repo.directory, env: { ...gitEnvironment(), GIT_COMMITTER_DATE: date } };
    execFileSync('git', ['commit', '--quiet', '--allow-empty', '--message', 'Tomorrow'], options);
    const { stdout } = await teamEvents(['-C', repo.directory, 'doctor']);
    expect(stdout).toMatch(/✓ remote {4}none: cursors are tags of this repository itself/);
    expect(stdout).toContain('export TEAM_EVENTS_CURSOR=tag:team-events');
    expect(stdout).toMatch(/! clock {5}HEAD was committed \d+ minutes from now/);
  });
});
