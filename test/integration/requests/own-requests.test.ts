/** Requests in the receiver's own shape, with the built program, real git and real servers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { teamEvents, type Result } from '../../support/program.ts';
import { toLoopback } from '../../support/loopback.ts';
import { clientsFile } from '../../support/receiver.ts';
import { startApi } from '../../support/sample-api.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const ALL = '[team.created, team.modified, team.members.removed, team.members.added, team.deleted]';
const SECRET = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;

const deliver = (
  repo: SampleRepo,
  clients: string,
  args: readonly string[] = ['--from', 'root'],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> => teamEvents(toLoopback(repo.directory, clients, args), { env });

function oneTeam(more = ''): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/pay.yml': team('Pay/1', ['alice', 'bob'], more) });
  return repo;
}

/** A client with these subscriptions, each a mapping in one line. */
const client = (subscriptions: readonly string[], more = ''): string =>
  clientsFile(
    `  - name: one\n${more}    subscriptions:\n${subscriptions.map((one) => `      - ${one}\n`).join('')}`,
  );

describe('a request of its own', () => {
  it('has url, query, headers, content type and body filled in, and is signed as it is sent', async () => {
    const api = await startApi();
    const clients = client(
      [
        `{ event: team.created, method: PUT, url: '${api.url}/\${SPACE}/teams/x%2F\${team.id}?by=\${commit.author.name}', ` +
          "query: { name: '${team.name}' }, headers: { X-Team: '${slug(team.id)}' }, contentType: application/merge-patch+json, " +
          "body: { uid: '${slug(team.id, 20)}', people: { $map: { $eval: team.members }, 'each(m)': 'oidc:${m.id}' }, token: '${TOKEN}' } }",
      ],
      "    secrets: ['${SECRET}']\n",
    );
    const repo = oneTeam('name: \'{a: 1} & "x"\'\n');
    const env = {
      TEAM_EVENTS_CLIENT_ONE__SPACE: 'a',
      TEAM_EVENTS_CLIENT_ONE__TOKEN: 't0ken',
      TEAM_EVENTS_CLIENT_ONE__SECRET: SECRET,
    };
    expect(await deliver(repo, clients, ['--from', 'root'], env)).toMatchObject({ code: 0 });
    const [request] = api.requests;
    expect(api.calls()).toEqual(['PUT /a/teams/x%2FPay%2F1?by=Ann%20Author&name=%7Ba%3A+1%7D+%26+%22x%22']);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/merge-patch+json',
      'x-team': expect.stringMatching(/^pay-1-h[0-9a-f]{12}$/),
    });
    expect(request?.body).toBe(
      '{"uid":"pay-1-hf875ff14d17d","people":["oidc:alice","oidc:bob"],"token":"t0ken"}',
    );
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(request?.body ?? '', headers)).toBeDefined();
  });

  it('without a body sends none, and is signed all the same', async () => {
    const api = await startApi();
    const clients = client(
      [`{ event: team.created, method: DELETE, url: '${api.url}/\${team.id}', body: none }`],
      `    secrets: ['${SECRET}']\n`,
    );
    expect(await deliver(oneTeam(), clients)).toMatchObject({ code: 0 });
    const [request] = api.requests;
    expect(request?.body).toBe('');
    expect(request?.headers).not.toHaveProperty('content-type');
    const [id = '', timestamp = '', signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
      (name) => String(request?.headers[name]),
    );
    expect(new Webhook(SECRET).sign(id, new Date(Number(timestamp) * 1000), '')).toBe(signature);
  });

  it('with its url alone filled in carries the event', async () => {
    const api = await startApi();
    const clients = client([`{ event: team.created, url: '${api.url}/\${team.id}' }`]);
    expect(await deliver(oneTeam(), clients)).toMatchObject({ code: 0 });
    expect(api.calls()).toEqual(['POST /Pay%2F1']);
    expect(JSON.parse(api.requests[0]?.body ?? '')).toMatchObject({ type: 'team.created', subject: 'Pay/1' });
  });

  it('is the same, byte for byte, at each attempt and in a replay', async () => {
    const api = await startApi((_, count) => ({ status: count < 3 ? 503 : 200 }));
    const clients = client([
      `{ events: ${ALL}, url: '${api.url}/\${before.id}', body: {} }`.replace(ALL, '[team.modified]'),
      `{ event: team.created, url: '${api.url}/\${id}', body: { $eval: team } }`,
    ]);
    const repo = oneTeam('tags: [b, a]\n');
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(await deliver(repo, clients, ['replay', 'root..HEAD', '--execute'])).toMatchObject({ code: 0 });
    expect(api.requests).toHaveLength(4);
    expect(new Set(api.requests.map(({ path, body }) => `${path} ${body}`)).size).toBe(1);
  });

  it('names the id before a rename', async () => {
    const api = await startApi();
    const clients = client([
      `{ event: team.modified, method: PUT, url: '${api.url}/\${before.id}', body: { id: '\${team.id}' } }`,
    ]);
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'id: a\n' });
    repo.commit({ 'teams/a.yml': 'id: a\ntags: [x]\n' });
    repo.commit({ 'teams/a.yml': 'id: b\ntags: [x]\npreviously: [a]\n' });
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(api.requests.map(({ path, body }) => `${path} ${body}`)).toEqual([
      '/a {"id":"a"}',
      '/a {"id":"b"}',
    ]);
  });
});

describe('an answer', () => {
  it.each([
    [400, 'Path has already been taken', 0],
    [400, 'name is missing', 3],
    [200, 'status: ok', 0],
    [200, 'status: error', 3],
  ])('%i with "%s" is judged by a piece of its body: exit %i', async (status, body, code) => {
    const api = await startApi(() => ({ status, body }));
    const clients = client([
      `{ event: team.created, url: '${api.url}', success: [{ status: 200, body: 'ok' }], done: [{ status: 400, body: already been taken }] }`,
    ]);
    expect((await deliver(oneTeam(), clients)).code).toBe(code);
  });
});

describe('an answer whose body comes late', () => {
  it('is judged when that is there, if a piece of it decides', async () => {
    // The piece is sent when the first has been read, and later than an answer is waited for whose status says all.
    const server = createServer((_, response) => {
      response.writeHead(400).write('{"message":"');
      setTimeout(() => response.end('has already been taken"}'), 1500);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clients = client([
      `{ event: team.created, url: '${url}', done: [{ status: 400, body: already been taken }] }`,
    ]);
    expect((await deliver(oneTeam(), clients)).code).toBe(0);
  });
});

describe('an event that makes no such request', () => {
  it.each([
    [
      'a value that it lacks',
      "url: 'URL', body: { site: '${team.attributes.site}' }",
      "it has no team.attributes.site; team.attributes.site? gives null in place of it, { $if: 'team.attributes.site?', then: … } leaves it out",
    ],
    [
      'a value that a member lacks',
      "url: 'URL', body: { $map: { $eval: team.members }, 'each(m)': '${m.email}' }",
      'it has no m.email (m is "alice"); m.email? gives null in place of it, { $if: \'m.email?\', then: … } leaves it out',
    ],
    [
      'a value that it lacks, where null would be no segment',
      "url: 'URL/${team.attributes.site}', body: none",
      'it has no team.attributes.site; name in its place what is always there, such as an id (null cannot stand there)',
    ],
    [
      'a segment that is empty',
      "url: 'URL/${team.attributes.none?}', body: none",
      'team.attributes.none? is empty, and would lead to another path of the url',
    ],
    [
      'a segment of dots',
      "url: 'URL/${team.attributes.dots}', body: none",
      'team.attributes.dots is "..", and would lead to another path of the url',
    ],
    [
      'a header with a line break',
      "url: 'URL', headers: { X-A: '${team.attributes.lines}' }",
      'team.attributes.lines holds a character that the header x-a cannot carry',
    ],
  ])('for %s blocks its lane with the reason, and the dry run says so', async (_, subscription, reason) => {
    const api = await startApi();
    const clients = client([`{ event: team.created, ${subscription.replace('URL', api.url)} }`]);
    const repo = oneTeam('dots: ..\nlines: "a\\nb"\n');
    const run = await deliver(repo, clients);
    expect(run.code).toBe(3);
    expect(run.stdout).toContain(reason);
    expect(api.requests).toHaveLength(0);
    const dry = await deliver(repo, clients, ['--from', 'root', '--print-events']);
    expect(`${dry.stdout}${dry.stderr}`).toContain(reason);
  });
});

describe('a client whose request says too much', () => {
  it('is misconfigured, with the place, and the others are served', async () => {
    const api = await startApi();
    const clients = clientsFile(
      '  - name: one\n    subscriptions:\n' +
        `      - event: team.created\n        url: https://\${team.id}.example.com/\n        body:\n          a: '\${team.nme}'\n` +
        '          b: { $fromNow: 1 day }\n          c: "{{team.id}}"\n' +
        `  - name: two\n    subscriptions: [{ event: team.created, url: '${api.url}' }]\n`,
    );
    const { code, stderr, stdout } = await deliver(oneTeam(), clients);
    expect(code).toBe(2);
    const said = `${stdout}${stderr}`;
    expect(said).toContain('line 5: ${team.id} stands before the path of the url');
    expect(said).toContain('line 7: team has no nme');
    expect(said).toContain('line 8: "$fromNow" is not part of the language');
    expect(said).toContain('line 9: {{team.id}} is not a variable');
    expect(api.requests).toHaveLength(1);
    const check = await teamEvents(['check', '-C', oneTeam().directory, '--clients', clients]);
    expect(check.stdout).toMatch(/:7:14: .*team has no nme/);
  });
});
