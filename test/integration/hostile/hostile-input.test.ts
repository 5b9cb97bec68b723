/** What people who may edit teams or clients, and those who run receivers, can try: it gains them nothing. */
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HOSTILE_LITERALS } from '../../support/hostile-hosts.ts';
import { eventsOf, teamEvents } from '../../support/program.ts';
import { ALL_TYPES, clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

/** One commit with one team without members: one event. */
function oneEvent(): string {
  const repo = createRepo();
  repo.commit({ 'teams/core.yml': 'id: core\n' });
  return repo.directory;
}

const ONCE = ['--allow-host', '127.0.0.1', '--attempts', '1'];
const send = (repo: string, clients: string, ...args: string[]) =>
  teamEvents(['-C', repo, '--from', 'root', '--clients', clients, ...args]);

/** A policy with the most that an operator can allow, but loopback. */
function generousPolicy(): string {
  const path = join(tempFolder(), 'policy.yml');
  writeFileSync(path, 'network: { http: true, allow: [10.0.0.0/8, 169.254.0.0/16, "fe80::/10"] }\n');
  return path;
}

describe('a hostile host', () => {
  it('in any spelling is not reached by the program, and its rule is told', async () => {
    const receiver = await startReceiver();
    const clients = clientsFile(
      HOSTILE_LITERALS.map(({ host }, index) =>
        clientOf(`c${index}`, `'http://${host}:${receiver.port}/hook'`),
      ).join(''),
    );
    const { code, stdout } = await send(
      oneEvent(),
      clients,
      '--policy',
      generousPolicy(),
      '--format',
      'text',
    );
    expect(code).toBe(2);
    const lines = stdout.split('\n').filter((line) => line.startsWith('✗'));
    expect(lines.length).toBe(HOSTILE_LITERALS.length);
    for (const [index, { host, kind }] of HOSTILE_LITERALS.entries()) {
      const said =
        kind === 'invalid' ? /misconfigured: .*the url/ : new RegExp(`blocked: .*${kind}.*refused`);
      expect([host, lines[index]]).toEqual([host, expect.stringMatching(said)]);
    }
    expect(receiver.requests).toEqual([]);
  });
});

describe('an ordinary host', () => {
  const [own] = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.'));

  it.skipIf(own === undefined).each([
    ['as it is', (address: string) => address],
    ['mapped into IPv6', (address: string) => `[::ffff:${address}]`],
    [
      'as one number',
      (address: string) => String(Buffer.from(address.split('.').map(Number)).readUInt32BE()),
    ],
  ])('of this machine, but not its loopback, is reached: %s', async (_name, spelled) => {
    let reached = 0;
    const server = createHttpServer((request, response) => {
      reached++;
      request.resume().on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const url = `'http://${spelled(own?.address ?? '')}:${port}/'`;
    const result = await send(oneEvent(), clientsFile(clientOf('one', url)), '--policy', generousPolicy());
    expect([result.code, reached]).toEqual([0, 1]);
  });
});

describe('a receiver that', () => {
  /** A server that does this with each connection. */
  async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  /** Writes a piece every few milliseconds, for ever. */
  const drip = (socket: Socket, piece: string): void => {
    const timer = setInterval(() => socket.writable && socket.write(piece), 5);
    socket.on('close', () => clearInterval(timer));
  };

  it.each<[name: string, status: number, said: RegExp, serve: (socket: Socket) => void]>([
    [
      'drips its status line',
      3,
      /no answer within 400 ms/,
      (socket) => {
        socket.write('HTTP/1.1 200 O');
        drip(socket, 'K');
      },
    ],
    [
      'drips headers without end',
      3,
      /no answer within 400 ms|HPE_HEADER_OVERFLOW|Header overflow/,
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        drip(socket, 'x-a: b\r\n');
      },
    ],
    [
      'has 1 MB of headers',
      3,
      /Header overflow|HPE_HEADER_OVERFLOW|ECONNRESET/i,
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'b'.repeat(1 << 20)}\r\n\r\n`),
    ],
    [
      'drips its body after it has accepted',
      0,
      /1 delivered/,
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
        drip(socket, 'z');
      },
    ],
    ['speaks no HTTP', 3, /Parse Error|HPE_/, (socket) => void socket.end('220 mail.example ESMTP\r\n')],
    [
      'answers with headers of its own for us',
      3,
      /status 400: one \\u001b\[31mred\\u009b2J and \\u202ewen/,
      (socket) =>
        void socket.end(
          'HTTP/1.1 400 Bad\r\ncontent-type: text/html\r\n\r\none \u001b[31mred\u009b2J and \u202ewen',
        ),
    ],
  ])('%s', async (_name, code, said, serve) => {
    const result = await send(
      oneEvent(),
      clientsFile(clientOf('one', await rawServer(serve))),
      ...ONCE,
      '--timeout',
      '400ms',
    );
    expect([result.code, result.stdout]).toEqual([code, expect.stringMatching(said)]);
    expect(result.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('names, tags and everything else of a team', () => {
  const EVIL =
    'a\r\nX-Evil: 1\r\n\r\n\u001b[2J\u001b]8;;http://evil.example\u0007\u009b31m\u202e\u2028<script>[x](http://evil.example)`';
  /** None but line breaks, and at most those that `lines` bring with them. */
  const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
  const quoted = JSON.stringify(EVIL);
  /** As an id, a member or a tag may be. */
  const plain = JSON.stringify([...EVIL].filter((one) => one !== '\n' && !CONTROL.test(one)).join(''));
  const FILES = {
    'teams/evil.yml':
      `id: ${plain}\nname: ${quoted}\ntags: [${plain}]\nperimeter: ${quoted}\n` +
      `members: [${plain}, { id: b, ${quoted}: ${quoted} }]\n${quoted}: { ${quoted}: ${quoted} }\n`,
    'teams/ev\u001bil.yml': 'id: [\n',
    'teams/forged.yml': `id: ${quoted}\nmembers: [${quoted}]\ntags: [${quoted}, { a: b }]\n`,
  };

  it('end up in the body alone, as JSON: no header holds any of it', async () => {
    const repo = createRepo();
    repo.commit(FILES, `t ${EVIL.replace(/[\r\n]+/g, ' ')}`);
    const receiver = await startReceiver();
    const result = await send(
      repo.directory,
      clientsFile(clientOf('one', receiver.url)),
      ...ONCE,
      '--on-rewrite',
      'fail',
    );
    expect(result.code).toBe(4);
    const [request] = receiver.requests;
    expect(request?.event.data.team.name).toBe(EVIL);
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'idempotency-key']
        .concat(['user-agent', 'webhook-id', 'webhook-remaining', 'webhook-timestamp'])
        .filter((name) => name in (request?.headers ?? {})),
    );
    expect(JSON.stringify(request?.headers)).not.toContain('vil');
  });

  it('are shown without control characters, in a run, a dry run and what is told of problems', async () => {
    const repo = createRepo();
    repo.commit(FILES, `t ${EVIL.replace(/[\r\n]+/g, ' ')}`);
    repo.commit({ 'teams/evil.yml': `id: ${plain}\nname: "\\u001b[31m"\nmembers: ["9b1m"]\n` });
    const receiver = await startReceiver(() => 400);
    const contact = clientOf('one', receiver.url, `    contact: ${quoted}\n`);
    const printed = await teamEvents(['-C', repo.directory, '--print-events', '--from', 'root']);
    const sent = await send(repo.directory, clientsFile(contact), ...ONCE);
    expect([printed.code, sent.code]).toEqual([4, 3]);
    for (const text of [printed.stdout, printed.stderr, sent.stdout, sent.stderr]) {
      expect(text).not.toMatch(CONTROL);
      expect(text).not.toMatch(/^X-Evil/m);
    }
    expect(sent.stdout).toContain('\\u001b[2J');
  });

  it('are escaped in the JSON that is printed', async () => {
    const repo = createRepo();
    repo.commit(FILES);
    const { stdout } = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(eventsOf(stdout)[0]?.data.team.name).toBe(EVIL);
    expect(eventsOf(stdout)[0]?.subject).toBe(JSON.parse(plain));
  });
});

describe('an entry of the clients file', () => {
  it.each([
    ['a header with a line break', 'headers: { X-A: "a\\r\\nX-Evil: 1" }', /without line breaks/],
    ['a header name with a line break', 'headers: { "X-A\\r\\nX-Evil": a }', /this is not a header name/],
    ['a header name with a colon', 'headers: { "X-A: b": a }', /this is not a header name/],
    ['a header of the connection', 'headers: { Transfer-Encoding: chunked }', /set by team-events itself/],
    ['the header of a proxy', 'headers: { Proxy-Authorization: a }', /set by team-events itself/],
    ['the key __proto__', '__proto__: { paused: true }', /__proto__/],
    ['the key constructor', 'constructor: { name: a }', /constructor: unknown key/],
    ['a header called constructor', 'headers: { constructor: a }', /headers\.constructor: unknown key/],
    ['a name with a line break', 'name: "a\\r\\nb"', /expected lower case letters|duplicated mapping key/],
  ])('with %s harms nobody: exit 2, and nothing is sent for it', async (_name, line, said) => {
    const receiver = await startReceiver();
    const result = await send(
      oneEvent(),
      clientsFile(clientOf('one', receiver.url, `    ${line}\n`)),
      ...ONCE,
    );
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).toMatch(said);
    expect(receiver.requests).toEqual([]);
  });

  it.each(['\\r\\nX-Evil: 1', '\\n', '\\u0000', '\\u2028'])(
    'whose variable holds %j sends no header of it, and does not tell it',
    async (end) => {
      const receiver = await startReceiver();
      const value = JSON.parse(`"verysecret${end}"`) as string;
      const result = await teamEvents(
        ['-C', oneEvent(), '--from', 'root', '--clients']
          .concat(clientsFile(clientOf('one', receiver.url, '    headers: { X-Token: "${TOKEN}" }\n')))
          .concat(ONCE),
        { env: { TEAM_EVENTS_SECRETS: JSON.stringify({ one: { TOKEN: value } }) } },
      );
      expect(result.code).toBe(2);
      expect(result.stdout).toContain('holds a line break or a character that no header can carry');
      expect(result.stdout + result.stderr).not.toContain('verysecret');
      expect(receiver.requests).toEqual([]);
    },
  );

  it('is given nothing by names that every object has', async () => {
    const receiver = await startReceiver();
    const clients = ['constructor', 'valueof', 'proto']
      .map((name) => clientOf(name, `"${receiver.url}/\${TOKEN}"`))
      .join('');
    const secrets = '{"__proto__": {"TOKEN": "x1234"}, "proto": {"__proto__": {"TOKEN": "x1234"}}}';
    const result = await teamEvents(
      ['-C', oneEvent(), '--from', 'root', '--clients', clientsFile(clients), ...ONCE],
      { env: { TEAM_EVENTS_SECRETS: secrets } },
    );
    expect(result.code).toBe(2);
    expect(receiver.requests).toEqual([]);
  });
});

describe('a clients file', () => {
  /** With an entry for each number, in which one subscribes to creations. */
  const crowd = (count: number, more = ''): string =>
    Array.from(
      { length: count },
      (_, index) =>
        `  - name: c${index}\n${more}    headers: { Authorization: "Bearer \${TOKEN}" }\n` +
        `    subscriptions: [{ events: ${ALL_TYPES}, url: "https://hooks.example/c${index}" }]\n`,
    ).join('');

  it('with 10,000 clients is read, told and served', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/core.yml': team('core', ['alice']) });
    const receiver = await startReceiver();
    const clients = clientsFile(crowd(9_999) + clientOf('last', receiver.url));
    const dry = await teamEvents(['-C', repo.directory, '--print-events', '--clients', clients]);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain('c9998, last');
    const sent = await send(repo.directory, clients, ...ONCE, '--client', 'last', '--client', 'c5000');
    expect(sent.code).toBe(2);
    expect(sent.stdout).toMatch(
      /✗ c5000 +0 delivered.*TEAM_EVENTS_CLIENT_C5000__TOKEN[^]*✓ last +1 delivered/,
    );
    expect(receiver.accepted.length).toBe(1);
  });

  it('of 5 MB is read, with every problem told at its line', async () => {
    const long = `    contact: "${'x'.repeat(1000)}"\n`;
    const clients = clientsFile(`${crowd(4_200, long)}  - name: Wrong\n    colour: red\n`);
    const result = await teamEvents(['-C', oneEvent(), '--print-events', '--clients', clients]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(':16803:13: client Wrong: colour: unknown key');
  });
});
