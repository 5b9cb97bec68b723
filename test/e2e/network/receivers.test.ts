/** What receivers may do to us. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver, type Answer, clientsFile } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms', '--attempts', '3'];

/** One commit with one team without members: one event. */
function oneEvent(): string {
  const repo = createRepo();
  repo.commit({ 'teams/core.yml': 'id: core\n' });
  return repo.directory;
}

const send = (repo: string, clients: string, ...args: string[]) =>
  teamEvents(['-C', repo, '--from', 'root', '--clients', clients, ...LOCAL, ...args]);

describe('an answer', () => {
  it.each<[status: number, requests: number, code: number, said: string]>([
    [200, 1, 0, '1 delivered'],
    [204, 1, 0, '1 delivered'],
    [301, 1, 3, '/elsewhere (redirects are never followed)'],
    [307, 1, 3, '/elsewhere (redirects are never followed)'],
    [400, 1, 3, 'status 400'],
    [401, 1, 3, 'status 401'],
    [404, 3, 3, 'status 404 (given up: 3 attempts)'],
    [408, 3, 3, 'status 408 (given up: 3 attempts)'],
    [409, 3, 3, 'status 409 (given up: 3 attempts)'],
    [410, 1, 3, 'gone; remove the client from the clients file'],
    [422, 1, 3, 'status 422'],
    [425, 3, 3, 'status 425 (given up: 3 attempts)'],
    [500, 3, 3, 'status 500 (given up: 3 attempts)'],
    [503, 3, 3, 'status 503 (given up: 3 attempts)'],
  ])('of status %i is attempted %i times and ends with exit %i', async (status, requests, code, said) => {
    const elsewhere = await startReceiver();
    const receiver = await startReceiver((_request, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/elsewhere?token=1` }).end();
    });
    const result = await send(oneEvent(), clientsFile(clientOf('one', receiver.url)));
    expect(result.stdout).toContain(said);
    expect([receiver.requests.length, result.code, elsewhere.requests.length]).toEqual([requests, code, 0]);
  });

  it('that the subscription lists as done counts as accepted', async () => {
    const receiver = await startReceiver(() => 409);
    const clients = clientsFile(
      `  - name: one\n    subscriptions: [{ event: team.created, url: "${receiver.url}", done: [409] }]\n`,
    );
    expect(await send(oneEvent(), clients)).toMatchObject({ code: 0 });
    expect(receiver.requests.length).toBe(1);
  });

  it.each<[name: string, answer: Answer]>([
    [
      'whose body hangs',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('ok');
      },
    ],
    [
      'whose connection breaks after the status',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('ok', () => response.destroy());
      },
    ],
    [
      'of 300 MB',
      (_request, response) => {
        response.writeHead(200);
        const chunk = Buffer.alloc(1 << 20);
        let sent = 0;
        const more = (): void => {
          while (sent++ < 300) if (!response.write(chunk)) return void response.once('drain', more);
          response.end();
        };
        response.on('close', () => (sent = 300));
        more();
      },
    ],
  ])('%s is accepted: the status decides', async (_name, answer) => {
    const receiver = await startReceiver(answer);
    const result = await send(oneEvent(), clientsFile(clientOf('one', receiver.url)));
    expect(result).toMatchObject({ code: 0 });
    expect(receiver.requests.length).toBe(1);
  });

  it.each<[name: string, status: number, headers: Record<string, string>]>([
    ['429', 429, {}],
    ['429 with Retry-After', 429, { 'retry-after': '0' }],
    ['403 with Retry-After', 403, { 'retry-after': '0' }],
    ['403 where no request is left', 403, { 'x-ratelimit-remaining': '0' }],
  ])('of %s is no failed attempt: the next comes later', async (_name, status, headers) => {
    const limited = await startReceiver((_request, response, count) => {
      response.writeHead(count < 6 ? status : 204, headers).end();
    });
    expect(await send(oneEvent(), clientsFile(clientOf('one', limited.url)))).toMatchObject({ code: 0 });
    expect(limited.requests.length).toBe(6);
    const always = await startReceiver(
      (_request, response) => void response.writeHead(status, headers).end(),
    );
    const result = await send(
      oneEvent(),
      clientsFile(clientOf('one', always.url)),
      '--give-up-after',
      '100ms',
    );
    expect(result.stdout).toContain(`status ${status} (given up: the time for retries is used up`);
    expect(result.code).toBe(3);
  });

  it('of Retry-After beyond the time for retries blocks the lane at once', async () => {
    const receiver = await startReceiver((_request, response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end('maintenance\nsecond line');
    });
    const result = await send(oneEvent(), clientsFile(clientOf('one', receiver.url)));
    expect(receiver.requests.length).toBe(1);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(
      'status 503: maintenance second line (given up: the time for retries is used up; it asked to wait 3600 s)',
    );
  });

  // A client's own timeout of 500 hours held the run, and with a file of cursors every later one.
  it.each(['', '    timeout: 500h\n'])(
    'that never comes ends at the deadline of the attempt %j',
    async (own) => {
      const receiver = await startReceiver(() => undefined);
      const result = await send(
        oneEvent(),
        clientsFile(clientOf('one', receiver.url, own)),
        '--timeout',
        '1s',
        '--attempts',
        '2',
      );
      expect(result.code).toBe(3);
      expect(result.stdout).toMatch(
        /no answer within 1000 ms: 127\.0\.0\.1:\d+ accepted .* \(given up: 2 attempts\)/,
      );
    },
  );
});

describe('a receiver', () => {
  it('that cannot be reached blocks its lane, and only its lane', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const fine = await startReceiver();
    const clients = clientsFile(
      clientOf('down', `http://127.0.0.1:${port}`, '    contact: "#down-team"\n') +
        clientOf('fine', fine.url),
    );
    const report = join(tempFolder(), 'report.json');
    const result = await send(oneEvent(), clients, '--report', report);
    expect(result.code).toBe(3);
    expect(fine.requests.length).toBe(1);
    expect(result.stdout).toMatch(
      /✗ down {2}0 delivered, 1 pending {2}blocked: team\.created core \(evt_[0-9a-f]{32}\): .*ECONNREFUSED.*\[#down-team\]/,
    );
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      exitCode: 3,
      events: 1,
      clients: [
        {
          client: 'down',
          status: 'blocked',
          delivered: 0,
          pending: 1,
          attempts: 3,
          problem: { event: { type: 'team.created' } },
        },
        { client: 'fine', status: 'done', delivered: 1, pending: 0 },
      ],
    });
  });

  it('whose name cannot be resolved is told by that name', async () => {
    const result = await send(
      oneEvent(),
      clientsFile(clientOf('one', 'https://no-such-host.invalid/x?token=verysecret')),
      '--attempts',
      '1',
    );
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/: no-such-host\.invalid: .*name.* \((?:ENOTFOUND|EAI_AGAIN)\)/);
    expect(result.stdout + result.stderr).not.toContain('verysecret');
  });

  it('that closes kept-alive connections in silence is tried again at once', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []), 'teams/b.yml': team('b', []), 'teams/c.yml': team('c', []) });
    const broken = new Set<string>();
    const receiver = await startReceiver(({ event }, response) => {
      if (event.subject === 'b' && !broken.has(event.id)) {
        broken.add(event.id);
        response.destroy();
        return undefined;
      }
      return 200;
    });
    const clients = clientsFile(clientOf('one', receiver.url));
    const result = await send(repo.directory, clients, '--retry-delay', '30s', '--give-up-after', '5s');
    expect(result).toMatchObject({ code: 0 });
    expect(receiver.accepted.map(({ event }) => event.subject)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['loopback', [], 'http://127.0.0.1:9/', '127.0.0.1 is a loopback address'],
    ['a name of loopback', [], 'http://localhost:9/', 'localhost (127.0.0.1) is a loopback address'],
    ['loopback in another spelling', [], 'http://2130706433:9/', '127.0.0.1 is a loopback address'],
    ['plain http', [], 'http://10.255.255.1/', 'http:// to 10.255.255.1 is not encrypted'],
    [
      'a metadata service, whatever is allowed',
      ['--allow-host', '169.254.0.0/16'],
      'http://169.254.169.254/',
      'metadata service: always refused',
    ],
    [
      'an unspecified address, whatever is allowed',
      ['--allow-host', '0.0.0.0/0'],
      'http://0.0.0.0:9/',
      'unspecified address: always refused',
    ],
  ])('behind %s is not dialled', async (_name, args, url, said) => {
    const result = await teamEvents([
      '-C',
      oneEvent(),
      '--from',
      'root',
      '--clients',
      clientsFile(clientOf('one', url)),
      ...args,
    ]);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(said);
  });

  it('may be allowed by the policy file, and attempts bounded there', async () => {
    const receiver = await startReceiver(() => 500);
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, 'network: { allow: [127.0.0.0/8] }\ndelivery: { attempts: 2, retryDelay: 1ms }\n');
    const clients = clientsFile(clientOf('one', receiver.url));
    const result = await teamEvents([
      '-C',
      oneEvent(),
      '--from',
      'root',
      '--clients',
      clients,
      '--policy',
      policy,
    ]);
    expect(result.code).toBe(3);
    expect(receiver.requests.length).toBe(2);
  });
});

describe('a signal', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends the run in order with exit %i', async (signal, code) => {
    const receiver = await startReceiver(() => 503);
    const clients = clientsFile(clientOf('one', receiver.url));
    const result = await startTeamEvents(
      [
        '-C',
        oneEvent(),
        '--from',
        'root',
        '--clients',
        clients,
        '--allow-host',
        '127.0.0.1',
        '--retry-delay',
        '30s',
        '--attempts',
        '9',
      ],
      { onStderr: (text, kill) => text.includes('next try') && kill(signal) },
    );
    expect(result.code).toBe(code);
    expect(result.stdout).toMatch(/✗ one {2}0 delivered, 1 pending {2}stopped/);
  });
});
