/** `team-events listen`, with the program itself as its sender. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OrderCheck } from '../../../src/commands/listen/order-check.ts';
import { startListener } from '../../support/listener.ts';
import { startRawServer } from '../../support/raw-server.ts';
import { copied, teamEvents, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

/** Sends the events of a range to the clients of this file. */
function deliver(
  repo: SampleRepo,
  range: readonly string[],
  clients: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const options = ['--clients', clients, '--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
  return teamEvents(['-C', repo.directory, ...range, ...options], { env });
}

/** Sends one event. */
async function send(url: string, env: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  const secrets = Object.keys(env).length > 0 ? '    secrets: ["${SECRET}"]\n' : '';
  const { code } = await deliver(repo, ['--from', 'root'], clientsFile(clientOf('one', url, secrets)), env);
  return code;
}

/** Four commits: teams a and b come, b gets a member, c comes. */
function growingRepo(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  repo.commit({ 'teams/b.yml': team('b', ['x']) });
  repo.commit({ 'teams/b.yml': team('b', ['x', 'y']) });
  repo.commit({ 'teams/c.yml': team('c', ['x']) });
  return repo;
}

const checksOf = (ndjson: string): OrderCheck[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly check: OrderCheck }).check);

const samplesTo = (url: string): string =>
  `samples come here by: team-events send --port ${new URL(url).port}\n`;

describe('listen', () => {
  it('says how to take another port where one is taken, and then how samples come there', async () => {
    const { url } = await startReceiver();
    const { port } = new URL(url);
    const refused = await teamEvents(['listen', '--port', port, '--count', '5']);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        `error: cannot listen on 127.0.0.1:${port}: another program has this port`,
        'To take any free port; it then says which, and how to send to it:',
        '  team-events listen --count 5 --port 0',
        'exit code 2',
        '',
      ].join('\n'),
    });
    const listener = await startListener(['--count', '5']);
    const [, command = ''] = /samples come here by: (.*)/.exec(listener.said) ?? [];
    expect(await copied(command)).toMatchObject({ code: 0 });
    expect((await listener.output()).stdout).toContain('#5  200  POST /  team.deleted sample-team');
  });

  it('prints what arrives, verifies it, and fails as it is told to', async () => {
    const listener = await startListener(['--respond', '503,500,200', '--count', '3'], {
      TEAM_EVENTS_LISTEN_SECRET: SECRET,
    });
    expect(await send(`${listener.url}/hook`, { TEAM_EVENTS_CLIENT_ONE__SECRET: SECRET })).toBe(0);
    const { code, stdout, summary } = await listener.output();
    expect(code).toBe(0);
    expect(stdout.replace(/evt_[0-9a-f]{32}/g, 'evt_ID').replace(/^( +)[0-9a-f]{12}/m, '$1COMMIT')).toBe(
      '#1  503  POST /hook  team.created a  evt_ID  signature valid\n' +
        '      + x\n' +
        '      COMMIT  Change 1  (Ann Author, 2026-01-05)\n' +
        '#2  500  POST /hook  team.created a  evt_ID  retry  signature valid\n' +
        '#3  200  POST /hook  team.created a  evt_ID  retry  signature valid\n',
    );
    expect(summary).toBe('3 requests, 1 accepted, 2 retries, 0 duplicates, 0 gaps, 0 out of order\n');
  });

  it('refuses a list without any event, and counts it as a fault', async () => {
    const listener = await startListener(['--count', '2']);
    const post = (body: string) =>
      fetch(listener.url, { method: 'POST', body, headers: { 'webhook-id': 'evt_1' } });
    expect([(await post('[]')).status, (await post('{}')).status]).toEqual([400, 200]);
    const { stdout, summary } = await listener.output();
    expect(stdout).toContain(
      '#1  400  POST /  2 bytes that are no event  evt_1  an empty list: a batch holds at least one event',
    );
    expect(summary).toBe(
      '2 requests, 1 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order, 1 empty list\n',
    );
  });

  it('says that it checks no signature, at its start and of each request that has one', async () => {
    const without = await startListener(['--count', '2']);
    expect(without.said).toBe(
      `listening on ${without.url}\nsignatures are not checked: neither --secret nor TEAM_EVENTS_LISTEN_SECRET names a key\n${samplesTo(without.url)}`,
    );
    await send(without.url, { TEAM_EVENTS_CLIENT_ONE__SECRET: SECRET });
    await send(`${without.url}/unsigned`);
    const [signed, , , unsigned] = (await without.output()).stdout.split('\n');
    expect([signed, unsigned]).toEqual([
      expect.stringMatching(/ signature not checked$/),
      expect.not.stringContaining('signature'),
    ]);
    const having = await startListener([], { TEAM_EVENTS_LISTEN_SECRET: SECRET });
    expect(having.said).toBe(`listening on ${having.url}\n${samplesTo(having.url)}`);
  });

  it('tells a wrong signature and a missing one', async () => {
    const listener = await startListener(['--count', '2', '--format', 'ndjson'], {
      TEAM_EVENTS_LISTEN_SECRET: SECRET,
    });
    await send(listener.url, {
      TEAM_EVENTS_CLIENT_ONE__SECRET: `whsec_${Buffer.alloc(24, 4).toString('base64')}`,
    });
    await send(listener.url);
    const { stdout } = await listener.output();
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { signature: string }).signature);
    expect(verdicts).toEqual(['wrong', 'missing']);
  });

  it('tells retries, a run that is repeated, and a range sent too late', async () => {
    const listener = await startListener(['--respond', '503,200', '--count', '9', '--format', 'ndjson']);
    const repo = growingRepo();
    const clients = clientsFile(clientOf('one', `${listener.url}/hook`));
    for (const range of ['main~2..main', 'main~2..main', 'main~3..main~2', 'main~2..main']) {
      expect(await deliver(repo, [range], clients)).toMatchObject({ code: 0 });
    }
    repo.commit({ 'teams/c.yml': null });
    expect(await deliver(repo, ['main~1..main'], clients)).toMatchObject({ code: 0 });
    const { stdout, summary } = await listener.output();
    const again = { verdict: 'again', sameBytes: true };
    expect(checksOf(stdout)).toEqual([
      { verdict: 'first' },
      { verdict: 'retry', sameBytes: true },
      { verdict: 'in order' },
      again,
      again,
      { verdict: 'out of order', overtakenBy: expect.stringMatching(/^evt_/) as string },
      again,
      again,
      { verdict: 'first' },
    ]);
    expect(summary).toBe('9 requests, 8 accepted, 1 retry, 4 duplicates, 0 gaps, 1 out of order\n');
  });

  it('tells a gap where an event of the lane went elsewhere', async () => {
    const listener = await startListener(['--count', '3']);
    const elsewhere = await startReceiver();
    const clients = clientsFile(
      `  - name: one\n    subscriptions:\n      - { event: team.created, url: '${listener.url}' }\n` +
        `      - { event: team.members.added, url: '${elsewhere.url}' }\n`,
    );
    expect(await deliver(growingRepo(), ['--from', 'root'], clients)).toMatchObject({ code: 0 });
    const { stdout, summary } = await listener.output();
    const missing = elsewhere.accepted[0]?.event.id;
    const requests = stdout.split('\n').filter((line) => line.startsWith('#'));
    expect(requests.map((line) => /evt_[0-9a-f]{32}(.*)$/.exec(line)?.[1])).toEqual([
      '',
      '',
      `  gap: ${missing} is missing before it`,
    ]);
    expect(summary).toBe('3 requests, 3 accepted, 0 retries, 0 duplicates, 1 gap, 0 out of order\n');
  });

  it('forwards to a local program, bytes and headers as they came, and answers what that answers', async () => {
    const app = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        arrived.push({
          path: request.url,
          raw: request.rawHeaders,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        response
          .writeHead(arrived.length === 1 ? 503 : 201, { 'X-App': 'yes', 'Retry-After': '0' })
          .end('from the app');
      });
    });
    const arrived: {
      readonly path: string | undefined;
      readonly raw: readonly string[];
      readonly body: string;
    }[] = [];
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void app.close());
    const { port } = app.address() as AddressInfo;
    const listener = await startListener(['--forward', String(port), '--count', '3', '--format', 'ndjson']);
    expect(await send(`${listener.url}/hook?a=b%20c`)).toBe(0);
    const answer = await fetch(`${listener.url}/raw`, {
      method: 'PUT',
      headers: { 'x-own-case': 'v' },
      body: Buffer.from([0, 255, 10]),
    });
    expect([answer.status, answer.headers.get('x-app'), await answer.text()]).toEqual([
      201,
      'yes',
      'from the app',
    ]);
    const { stdout } = await listener.output();
    const seen = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: number; body: string; check: OrderCheck });
    expect(seen.map(({ status, check }) => [status, check.verdict])).toEqual([
      [503, 'first'],
      [201, 'retry'],
      [201, 'unchecked'],
    ]);
    expect(arrived.map(({ path }) => path)).toEqual(['/hook?a=b%20c', '/hook?a=b%20c', '/raw']);
    expect(arrived[0]?.body).toBe(seen[0]?.body);
    const names = arrived[0]?.raw.filter((_, index) => index % 2 === 0) ?? [];
    expect(names).toEqual(expect.arrayContaining(['content-type', 'webhook-id', 'user-agent']));
    expect(names.filter((name) => name.toLowerCase() === 'content-length')).toHaveLength(1);
    expect(arrived[2]?.raw).toContain('x-own-case');
  });

  it('forwards all to the one path that is named, and takes no other answers beside', async () => {
    const app = await startReceiver();
    const listener = await startListener(['--forward', `${app.url}/app?own=1`, '--count', '1']);
    expect(await send(`${listener.url}/hook`)).toBe(0);
    expect(app.requests.map(({ path }) => path)).toEqual(['/app?own=1']);
    expect((await listener.output()).summary).toContain('1 request, 1 accepted');
    const both = await teamEvents(['listen', '--port', '0', '--forward', '3000', '--respond', '503']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
  });

  it('answers 502 where the local program changes to another protocol', async () => {
    const { port } = await startRawServer(
      (socket) =>
        void socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
        ),
    );
    const listener = await startListener(['--forward', String(port), '--count', '1']);
    const answer = await fetch(`${listener.url}/hook`, { method: 'POST', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('status 101')]);
    expect((await listener.output()).stdout).toContain('not forwarded: status 101');
  });

  it('answers 502 and says why where nothing listens there', async () => {
    const listener = await startListener(['--forward', 'http://127.0.0.1:9/app', '--count', '1']);
    const answer = await fetch(`${listener.url}/hook`, { method: 'POST', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([
      502,
      'could not be forwarded to http://127.0.0.1:9: ECONNREFUSED\n',
    ]);
    expect((await listener.output()).stdout).toBe(
      '#1  502  POST /hook  1 bytes that are no event  no webhook-id  not forwarded: ECONNREFUSED\n',
    );
  });

  it.each([
    'https://localhost:3000',
    'http://example.com',
    'http://localhost.example.com',
    'http://169.254.169.254/',
    'http://10.0.0.1',
    'http://user:pass@localhost',
    'http://0.0.0.0:80',
    'http://[::ffff:10.0.0.1]/',
    '99999',
    'ftp://localhost',
    'localhost:3000',
  ])('forwards to nowhere but this machine: %s', async (target) => {
    const { code, stderr } = await teamEvents(['listen', '--port', '0', '--forward', target]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('expected a port, or an http:// URL of localhost'),
    ]);
  });

  it('ends with 0 when it is told to stop', async () => {
    const listener = await startListener([]);
    listener.child.kill('SIGINT');
    expect(await listener.output()).toEqual({
      code: 0,
      stdout: '',
      summary: '0 requests, 0 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order\n',
    });
  });
});
