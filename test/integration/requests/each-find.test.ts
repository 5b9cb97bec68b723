/** Several requests for an event, and what is asked first, with the built program and real servers. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { teamEvents, type Result } from '../../support/program.ts';
import { toLoopback } from '../../support/loopback.ts';
import { clientsFile } from '../../support/receiver.ts';
import { startApi, type ApiAnswer, type ApiRequest } from '../../support/sample-api.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const deliver = (
  repo: SampleRepo,
  clients: string,
  args: readonly string[] = ['--from', 'root'],
  attempts = '3',
): Promise<Result> =>
  teamEvents([...toLoopback(repo.directory, clients, args), '--attempts', attempts], {
    env: { TEAM_EVENTS_CLIENT_ONE__TOKEN: 's3cret' },
  });

const client = (...subscriptions: readonly string[]): string =>
  clientsFile(
    `  - name: one\n    auth: { bearer: '\${TOKEN}' }\n    subscriptions:\n${subscriptions.map((one) => `      - ${one}\n`).join('')}`,
  );

/** a, with alice, bob and carol. */
function people(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['alice', 'bob', 'carol']) });
  return repo;
}

describe('each', () => {
  const ADDED = "event: team.members.added, each: added, method: PUT, body: { role: '${each.role?}' }";

  it('makes one request for each, in order, all with the ids of the event', async () => {
    const api = await startApi();
    const result = await deliver(people(), client(`{ ${ADDED}, url: '${api.url}/\${team.id}/\${each.id}' }`));
    expect(result.stdout).toContain('1 delivered');
    expect(api.calls()).toEqual(['PUT /a/alice', 'PUT /a/bob', 'PUT /a/carol']);
    expect(new Set(api.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('goes on in a run where one was refused for now, and makes all of them again in the next run', async () => {
    let isDown = true;
    const answer = ({ path }: ApiRequest): ApiAnswer => ({
      status: isDown && path.endsWith('bob') ? 503 : 200,
    });
    const api = await startApi(answer);
    const clients = client(`{ ${ADDED}, url: '${api.url}/\${team.id}/\${each.id}' }`);
    const repo = people();
    expect((await deliver(repo, clients, ['--from', 'root'])).code).toBe(3);
    expect(api.calls()).toEqual(['PUT /a/alice', 'PUT /a/bob', 'PUT /a/bob', 'PUT /a/bob']);
    isDown = false;
    expect((await deliver(repo, clients, ['--from', 'root'])).code).toBe(0);
    expect(api.calls().slice(4)).toEqual(['PUT /a/alice', 'PUT /a/bob', 'PUT /a/carol']);
  });

  it('over nobody is accepted without a request', async () => {
    const api = await startApi();
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'id: a\n' });
    const result = await deliver(
      repo,
      client(`{ event: team.created, each: members, url: '${api.url}/\${each.id}' }`),
    );
    expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('1 delivered')]);
    expect(api.requests).toHaveLength(0);
  });

  it('of what the event has not is a problem', async () => {
    const result = await deliver(
      people(),
      client(`{ event: team.created, each: removed, url: 'http://127.0.0.1/\${each.id}' }`),
    );
    expect([result.code, `${result.stdout}${result.stderr}`]).toEqual([
      2,
      expect.stringContaining('team.created has no removed'),
    ]);
  });
});

describe('an attempt of several requests', () => {
  it('ends at its deadline, in one line of the journal', async () => {
    const server = createServer((request, response) => {
      if (request.method === 'GET') response.end('{"id":1}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const journal = join(tempFolder(), 'journal.jsonl');
    const clients = client(
      `{ event: team.created, find: { a: { url: '${url}/a', at: id } }, url: '${url}/\${found.a}', body: none }`,
    );
    const args = ['--from', 'root', '--timeout', '1s', '--journal', journal];
    const { code, stdout } = await deliver(people(), clients, args, '1');
    expect(code).toBe(3);
    expect(stdout).toContain(`POST ${url}/1: no answer within 1000 ms`);
    const lines = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([{ place: `POST ${url}/1`, verdict: 'retry', status: null }]);
  });
});

describe('each, with order: team', () => {
  it('goes on team by team: one that is refused holds its own team alone', async () => {
    const api = await startApi(({ path }) => ({ status: path.startsWith('/b/') ? 400 : 204 }));
    const clients = clientsFile(
      `  - name: one\n    order: team\n    subscriptions:\n` +
        `      - { event: team.created, each: members, method: PUT, url: '${api.url}/\${team.id}/\${each.id}', body: none }\n`,
    );
    const repo = createRepo();
    const files = ['a', 'b', 'c'].map((name) => [`teams/${name}.yml`, team(name, ['x', 'y'])]);
    repo.commit(Object.fromEntries(files) as Record<string, string>);
    expect((await deliver(repo, clients)).code).toBe(3);
    const of = (name: string): readonly string[] =>
      api.calls().filter((call) => call.startsWith(`PUT /${name}/`));
    expect([of('a'), of('b'), of('c')]).toEqual([
      ['PUT /a/x', 'PUT /a/y'],
      ['PUT /b/x'],
      ['PUT /c/x', 'PUT /c/y'],
    ]);
  });
});

describe('find', () => {
  const USERS: Readonly<Record<string, number>> = { alice: 1, carol: 3 };
  const users = ({ path }: ApiRequest): ApiAnswer | undefined => {
    const name = /^\/users\?username=(.*)$/.exec(path)?.[1];
    if (name === undefined) return undefined;
    return {
      status: 200,
      body: USERS[name] === undefined ? [] : [{ id: USERS[name], secret: 'never-shown' }],
    };
  };
  const find = (url: string, none: string): string =>
    `find: { user: { url: '${url}/users?username=\${each.id}', at: '[0].id', none: ${none} } }`;

  it('takes a value of the answer, with the own auth of the client, once for each url', async () => {
    const api = await startApi((request) => users(request) ?? { status: 204 });
    const clients = client(
      `{ event: team.members.added, each: added, ${find(api.url, 'done')}, url: '${api.url}/\${team.id}', body: { user: { $eval: found.user } } }`,
      `{ event: team.created, each: members, ${find(api.url, 'done')}, url: '${api.url}/\${team.id}/\${found.user}', body: none }`,
    );
    expect(await deliver(people(), clients)).toMatchObject({ code: 0 });
    const repo = people();
    repo.commit({ 'teams/b.yml': team('b', ['alice']) });
    const before = api.requests.length;
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(api.calls().slice(before)).toEqual([
      'GET /users?username=alice',
      'POST /a/1',
      'GET /users?username=bob', // found nothing, so there is nothing to do for bob
      'GET /users?username=carol',
      'POST /a/3',
      'POST /b/1',
    ]);
    for (const { headers, body } of api.requests.filter(({ method }) => method === 'GET')) {
      expect(headers.authorization).toBe('Bearer s3cret');
      expect(body).toBe('');
    }
  });

  it('that finds nothing where something has to be refuses the event for now', async () => {
    const api = await startApi((request) => users(request) ?? { status: 204 });
    const clients = client(
      `{ event: team.members.added, each: added, ${find(api.url, 'fail')}, url: '${api.url}/\${found.user}', body: none }`,
    );
    const { code, stdout, stderr } = await deliver(people(), clients);
    expect(code).toBe(3);
    expect(stdout).toContain(`GET ${api.url}/users: nothing was found for user`);
    expect(api.calls().filter((call) => call.endsWith('bob'))).toHaveLength(3);
    expect(`${stdout}${stderr}`).not.toMatch(/username|s3cret|never-shown/);
  });

  it.each<[string, ApiAnswer, string]>([
    ['a refusal', { status: 403, body: { message: 'never-shown' } }, 'status 403'],
    ['no JSON', { status: 200, body: '<html>never-shown' }, 'status 200, and the answer is not JSON'],
    [
      'a mapping',
      { status: 200, body: [{ id: { a: 'never-shown' } }] },
      'what is there is a list or mapping, and no value',
    ],
    [
      'a number that is too large',
      { status: 200, body: '[{"id":12345678901234567890}]' },
      'a number too large to be kept exactly',
    ],
    [
      'a very large answer',
      { status: 200, body: [{ id: 1, more: 'x'.repeat(1024 * 1024) }] },
      'the answer is larger than 1 MiB',
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://never-shown.example/' } },
      'status 302 (redirects are never followed)',
    ],
    ['half a character', { status: 200, body: '[{"id":"\\ud800"}]' }, 'found.user is no valid Unicode'],
  ])('answered by %s does nothing, and shows nothing of it', async (_, answer, reason) => {
    const api = await startApi(({ method }) => (method === 'GET' ? answer : { status: 204 }));
    const clients = client(
      `{ event: team.created, find: { user: { url: '${api.url}/u', at: '[0].id' } }, url: '${api.url}/\${found.user}', body: none }`,
    );
    const { code, stdout, stderr } = await deliver(people(), clients, ['--from', 'root'], '1');
    expect(code).toBe(3);
    expect(stdout).toContain(reason);
    expect(`${stdout}${stderr}`).not.toContain('never-shown');
    expect(api.calls()).toEqual(['GET /u']);
  });

  it('asks again where what was remembered is gone, and one may name what another found', async () => {
    // Ids of teams are given anew; a deleted team and a new one of the same name are not the same.
    const ids = new Map<string, number>();
    let last = 0;
    const api = await startApi(({ method, path, body }) => {
      const [, id = ''] = /^\/teams\/(\d+)/.exec(path) ?? [];
      const name = /^\/org\/7\/search\?q=(.*)$/.exec(path)?.[1];
      if (path === '/org') return { status: 200, body: { id: 7 } };
      if (name !== undefined)
        return { status: 200, body: ids.has(name) ? { data: [{ id: ids.get(name) }] } : { data: [] } };
      if (method === 'POST') {
        ids.set((JSON.parse(body) as { name: string }).name, ++last);
        return { status: 201 };
      }
      const known = [...ids].find(([, one]) => String(one) === id);
      if (known === undefined) return { status: 404 };
      if (method === 'DELETE' && path === `/teams/${id}`) ids.delete(known[0]);
      return { status: 204 };
    });
    const found =
      `find: { org: { url: '${api.url}/org', at: id }, ` +
      `team: { url: '${api.url}/org/\${found.org}/search?q=\${team.id}', at: 'data[0].id', none: done } }`;
    const clients = client(
      `{ event: team.created, url: '${api.url}/teams', body: { name: '\${team.id}' } }`,
      `{ event: team.deleted, method: DELETE, ${found}, url: '${api.url}/teams/\${found.team}', body: none, done: [404] }`,
      `{ event: team.members.removed, each: removed, method: DELETE, ${found}, url: '${api.url}/teams/\${found.team}/\${each.id}', body: none, done: [404] }`,
    );
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y']), 'teams/b.yml': team('b', ['z']) });
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    repo.commit({ 'teams/a.yml': null });
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y']) });
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(api.calls()).toEqual([
      'POST /teams',
      'POST /teams',
      'GET /org',
      'GET /org/7/search?q=a',
      'DELETE /teams/1/x',
      'DELETE /teams/1',
      'POST /teams',
      'DELETE /teams/1/x', // 404: what was remembered is of the team that is gone
      'GET /org',
      'GET /org/7/search?q=a',
      'DELETE /teams/3/x',
    ]);
  });

  it('can be three at most', async () => {
    const one = "{ url: 'https://a.example/', at: id }";
    const result = await deliver(
      people(),
      client(
        `{ event: team.created, find: { a: ${one}, b: ${one}, c: ${one}, d: ${one} }, url: 'https://a.example/' }`,
      ),
    );
    expect([result.code, `${result.stdout}${result.stderr}`]).toEqual([
      2,
      expect.stringContaining('find: expected at most 3'),
    ]);
  });
});
