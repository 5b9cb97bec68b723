/** Runs in which everything fails and everyone tells what they were sent: no secret is seen anywhere. */
import { createServer as createHttpServer } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leaksOf } from '../../support/leaks.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver, type Answer } from '../../support/receiver.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { startProxy } from '../../support/sample-proxy.ts';
import { tempFolder } from '../../support/sample-repo.ts';

const BASIC = Buffer.from('robot:Pw7/basic"pass&word+42').toString('base64');
const SSH_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAA\nQ2FuYXJ5S2V5TGluZVR3b0V4YW1wbGVPbmx5MTIzNDU2Nzg\n-----END OPENSSH PRIVATE KEY-----\n`;

/** The variables that hold secrets. */
const ENVIRONMENT = {
  TEAM_EVENTS_CLIENT_ECHO__TOKEN: 'Tk1/header"token&<with>+all é9',
  TEAM_EVENTS_CLIENT_ECHO__QUERY: 'Qy2 query/secret+value=&77',
  TEAM_EVENTS_CLIENT_ECHO__SECRET: `whsec_${Buffer.from('canary-of-the-signing-key-0123456').toString('base64')}`,
  TEAM_EVENTS_CLIENT_ECHO__PATH: 'pth3-secret-of-the-path-abcdef',
  TEAM_EVENTS_CLIENT_BASIC__PAIR: BASIC,
  TEAM_EVENTS_CLIENT_HOST__TENANT: 'tenant5-secret-part-of-a-name',
  TEAM_EVENTS_CLIENT_PLAIN__TENANT: 'tenant8-secret-part-of-another-name',
  TEAM_EVENTS_CLIENT_BROKEN__TOKEN: 'Brk6-secret-with\na-line-break-in-it',
  TEAM_EVENTS_CLIENT_BROKEN__SECRET: 'whsec_not8base64!!-but-a-secret-all-the-same',
  TEAM_EVENTS_CLIENT_NOBODY__TOKEN: 'Nb9-secret-of-no-client-at-all',
  TEAM_EVENTS_SECRETS: JSON.stringify({
    cut: { TOKEN: 'Ct4-secret-that-a-line-break-cuts-in-two-parts-somewhere' },
  }),
  TEAM_EVENTS_GIT_TOKEN: 'glpat-Gt8-secret-token-of-git',
};
const PROXY_PASSWORD = 'Px0@secret/of:the-proxy';
const WITH_PROXY = {
  ...ENVIRONMENT,
  ALL_PROXY: `http://robot:${encodeURIComponent(PROXY_PASSWORD)}@127.0.0.1:9`,
};
const SECRETS = [
  ...Object.entries(ENVIRONMENT).flatMap(([name, value]) => (name === 'TEAM_EVENTS_SECRETS' ? [] : [value])),
  'Ct4-secret-that-a-line-break-cuts-in-two-parts-somewhere',
  'canary-of-the-signing-key-0123456',
  'Pw7/basic"pass&word+42',
  'Lt7-unmarked-token-in-clear',
  PROXY_PASSWORD,
];

/** Which of the secrets are told where. */
const leaksIn = (texts: Readonly<Record<string, string>>, secrets: readonly string[] = SECRETS): string[] =>
  Object.entries(texts).flatMap(([where, text]) =>
    secrets.flatMap((secret) => leaksOf(text, secret).map((form) => `${where}: ${secret}, ${form}`)),
  );

/** Every form of what was sent, as a page of errors might repeat it. */
function formsOf(value: string): string {
  const base64 = Buffer.from(value).toString('base64');
  const pair = Buffer.from(`x:${value}`).toString('base64');
  const html = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString(),
    JSON.stringify(value),
    html,
    base64,
    Buffer.from(value).toString('base64url'),
    pair,
    Buffer.from(value).toString('hex'),
  ].join(' | ');
}

const token = ({ TEAM_EVENTS_CLIENT_ECHO__TOKEN }: typeof ENVIRONMENT): string =>
  TEAM_EVENTS_CLIENT_ECHO__TOKEN;
const query = (path: string): string => new URL(`http://x${path}`).searchParams.get('key') ?? '';
const inLines = (text: string, length: number): string =>
  text.replace(new RegExp(`.{${length}}`, 'g'), '$&\r\n  ');

/** What the receiver of each client does with what it knows. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  echo: ({ path, headers }, response, count) => {
    const known = [
      token(ENVIRONMENT),
      query(path),
      `${headers['authorization']}`,
      ENVIRONMENT.TEAM_EVENTS_CLIENT_ECHO__SECRET.slice(6),
    ];
    const body = [path, ...known.map(formsOf)];
    if (count % 2 === 1) response.writeHead(503).end(body.reverse().join(' '));
    else response.writeHead(302, { location: `https://elsewhere.example${path}` }).end(body.join(' '));
  },
  basic: ({ headers }, response) => {
    const pair = Buffer.from(`${headers['authorization']}`.slice(6), 'base64').toString();
    response.writeHead(401).end(`${headers['authorization']} is not ${pair}, ${formsOf(pair.slice(6))}`);
  },
  cut: ({ headers }, response) => {
    const value = String(headers['x-token']);
    const base64 = Buffer.from(`{"token":"${value}"}`).toString('base64');
    response.writeHead(400).end(`${inLines(value, 20)}\n${inLines(base64, 16)}`);
  },
  /** It knows besides what others were sent, and what nobody should have been. */
  literal: ({ headers }, response) => {
    const { TEAM_EVENTS_CLIENT_NOBODY__TOKEN: nobody, TEAM_EVENTS_GIT_TOKEN: git } = ENVIRONMENT;
    const all = [`${headers['authorization']}`.slice(7), nobody, git, PROXY_PASSWORD];
    response
      .writeHead(422)
      .end(all.map((value) => `${value} ${Buffer.from(`x:${value}`).toString('base64')}`).join());
  },
  drops: (_request, response) => void response.destroy(),
};

async function sampleClients(): Promise<string> {
  const at = Object.fromEntries(
    await Promise.all(
      Object.entries(ANSWERS).map(
        async ([name, answer]) => [name, (await startReceiver(answer)).url] as const,
      ),
    ),
  );
  const entries =
    clientOf(
      'echo',
      `"${at['echo']}/\${PATH}?key=\${QUERY}"`,
      '    secrets: ["${SECRET}"]\n    headers: { Authorization: "Bearer ${TOKEN}" }\n',
    ) +
    clientOf('basic', `${at['basic']}`, '    headers: { Authorization: "Basic ${PAIR}" }\n') +
    clientOf('cut', `${at['cut']}`, '    headers: { X-Token: "${TOKEN}" }\n') +
    clientOf(
      'literal',
      `${at['literal']}`,
      '    headers: { Authorization: "Bearer Lt7-unmarked-token-in-clear" }\n',
    ) +
    clientOf('drops', `${at['drops']}/?key=Lt7-unmarked-token-in-clear`) +
    clientOf('host', '"https://${TENANT}.invalid/"') +
    clientOf('plain', '"http://${TENANT}.invalid/"') +
    clientOf(
      'broken',
      '"https://hooks.example/"',
      '    secrets: ["${SECRET}"]\n    headers: { X-Token: "${TOKEN}" }\n',
    ) +
    clientOf('missing', '"https://hooks.example/${NONE}"');
  return clientsFile(entries.replace(/^  - name: .*$/gm, '$&\n    start: snapshot'));
}

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms', '--attempts', '2'];

/** What the file or the tags of cursors hold. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

/** What the processes below this one were started with that are running now. */
function argumentsBelow(): string {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // it has ended
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(
    pids.map((pid) => [pid, / \d+/.exec(read(pid, 'stat').replace(/^.*\) ./s, ''))?.[0].trim()]),
  );
  const isBelow = (pid: string | undefined): boolean =>
    pid !== undefined && (parents.get(pid) === `${process.pid}` || isBelow(parents.get(pid)));
  return pids
    .filter(isBelow)
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '))
    .join('\n');
}

/** For a hook: what the processes above it were started with, up to this one. */
const ARGUMENTS_ABOVE = `pid=$$; while [ $pid -gt 1 ] && [ $pid -ne ${process.pid} ]; do
  tr '\\0' ' ' < /proc/$pid/cmdline; echo; pid=$(sed 's/^.*) . \\([0-9]*\\) .*/\\1/' /proc/$pid/stat); done`;

describe('no secret is seen', () => {
  it.each(['text', 'json', 'ndjson'])(
    'in what a run prints as %s, in its report and in the file of cursors',
    async (format) => {
      const folder = tempFolder();
      const args = [
        '-C',
        createRemote(1).clone(),
        '--cursor',
        `file:${join(folder, 'cursors.json')}`,
        '--init',
      ];
      const options = [
        '--clients',
        await sampleClients(),
        '--report',
        join(folder, 'report.json'),
        '--format',
        format,
      ];
      for (let run = 1; run <= 2; run++) {
        const { code, stdout, stderr } = await teamEvents([...args, ...options, ...LOCAL], {
          env: WITH_PROXY,
        });
        expect(code).toBe(2);
        expect(leaksIn({ stdout, stderr, ...filesIn(folder) })).toEqual([]);
        expect(stdout + stderr).toContain('***');
        expect(Object.keys(filesIn(folder)).sort()).toEqual(['cursors.json', 'report.json']);
      }
    },
  );

  it('in tags of cursors, in what the server says of them, and in the arguments of git', async () => {
    const remote = createRemote(1);
    const seen = join(tempFolder(), 'arguments');
    const told = formsOf(ENVIRONMENT.TEAM_EVENTS_GIT_TOKEN).replaceAll("'", '');
    remote.hook('update', `(${ARGUMENTS_ABOVE}) >> ${seen}\necho 'remote says ${told}' >&2`);
    const clone = remote.clone();
    const clients = await sampleClients();
    const args = ['--cursor', 'tag:team-events', '--clients', clients];
    const run = await teamEvents(['-C', clone, '--init', ...args, ...LOCAL], { env: WITH_PROXY });
    expect(run.code).toBe(2);
    const status = await teamEvents(['status', '-C', clone, ...args], { env: ENVIRONMENT });
    const shown = await teamEvents(['cursor', 'show', '-C', clone, '--cursor', 'tag:team-events'], {
      env: WITH_PROXY,
    });
    const tags = remote.git('for-each-ref', '--format=%(refname) %(contents)', 'refs/tags');
    const started = readFileSync(seen, 'utf8');
    expect(started).toMatch(/git .*push /);
    expect(tags).toContain('Blocked: ');
    const { stdout, stderr } = run;
    expect(leaksIn({ stdout, stderr, tags, started, status: status.stdout, shown: shown.stdout })).toEqual(
      [],
    );
  });

  it('where git is not let in, by a token, a key or the address of the remote', async () => {
    const samples: string[] = [];
    const server = createHttpServer((request, response) => {
      samples.push(argumentsBelow());
      const sent = Buffer.from(`${request.headers.authorization}`.slice(6), 'base64').toString();
      response
        .writeHead(401, { 'www-authenticate': 'Basic realm="git"' })
        .end(`no: ${formsOf(sent.slice(7))}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const remotes = [
      `http://127.0.0.1:${port}/a.git`,
      `http://robot:Ur9-secret-of-the-url@127.0.0.1:${port}/a.git`,
    ];
    const results = await Promise.all(
      remotes.map(async (url, index) => {
        const clone = createRemote(1).author;
        clone.git('remote', 'set-url', 'origin', url);
        const args = [
          '--cursor',
          'tag:team-events',
          '--init',
          '--clients',
          clientsFile(clientOf('a', 'https://a.example')),
        ];
        const env = { ...(index === 0 && ENVIRONMENT), TEAM_EVENTS_GIT_SSH_KEY: SSH_KEY };
        return teamEvents(['-C', clone.directory, ...args], { env });
      }),
    );
    expect(results.map(({ code }) => code)).toEqual([8, 8]);
    expect(samples.join('\n')).toMatch(/git-remote-http/);
    const lines = SSH_KEY.split('\n').slice(1, 3);
    const said = results.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    const texts = { said, samples: samples.join('\n') };
    expect(leaksIn(texts, [...SECRETS, ...lines, 'Ur9-secret-of-the-url'])).toEqual([]);
  });

  it('where a proxy says what it was sent', async () => {
    const proxy = await startProxy(9, 407);
    const { stdout, stderr } = await teamEvents(
      [
        '-C',
        createRemote(1).clone(),
        '--from',
        'root',
        '--clients',
        clientsFile(clientOf('a', 'https://a.invalid')),
        ...LOCAL,
      ],
      { env: { HTTPS_PROXY: `http://robot:${encodeURIComponent(PROXY_PASSWORD)}@${proxy.host}` } },
    );
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(leaksIn({ stdout, stderr }, [PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD)])).toEqual([]);
  });
});

describe('the search for secrets', () => {
  it('finds each form of each', () => {
    for (const secret of SECRETS) {
      for (const form of formsOf(secret).split(' | '))
        expect([form, leaksOf(`said ${form}!`, secret)]).not.toEqual([form, []]);
      expect(leaksOf(inLines(secret, 5), secret)).toContain('wrapped');
      expect(leaksOf('nothing of it', secret)).toEqual([]);
    }
  });
});
