/** What is asked first, with the built program and real servers. */
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../support/receiver.ts';
import { client, deliver, people } from '../../support/own-requests.ts';
import { startApi, type ApiAnswer, type ApiRequest } from '../../support/sample-api.ts';
import { createRepo, team } from '../../support/sample-repo.ts';

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
    expect(stdout).toContain(`GET ${api.url}/users: nothing was found for user (each.id: bob)`);
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

  /** Teams with numbers that are given anew; a number is searched by name. */
  async function teams(afterwards: (call: string, ids: Map<string, number>) => void = () => undefined) {
    const ids = new Map<string, number>();
    const api = await startApi(({ method, path, body }) => {
      const [, id = ''] = /^\/teams\/(\d+)/.exec(path) ?? [];
      const name = /^\/org\/7\/search\?q=(.*)$/.exec(path)?.[1];
      if (path === '/org') return { status: 200, body: { id: 7 } };
      if (name !== undefined)
        return { status: 200, body: ids.has(name) ? { data: [{ id: ids.get(name) }] } : { data: [] } };
      const called = body === '' ? '' : (JSON.parse(body) as { name: string }).name;
      if (path === '/teams') {
        ids.set(called, Math.max(0, ...ids.values()) + 1);
        return { status: 201 };
      }
      const known = [...ids].find(([, one]) => String(one) === id);
      if (known === undefined) return { status: 404 };
      if (path === `/teams/${id}`) ids.delete(known[0]);
      if (method === 'PATCH') ids.set(called, known[1]);
      afterwards(`${method} ${path}`, ids);
      return { status: 204 };
    });
    const findBy = (id: string): string =>
      `find: { org: { url: '${api.url}/org', at: id }, ` +
      `team: { url: '${api.url}/org/\${found.org}/search?q=\${${id}}', at: 'data[0].id', none: done } }`;
    const made = `{ event: team.created, url: '${api.url}/teams', body: { name: '\${team.id}' } }`;
    const renamed = `{ event: team.modified, method: PATCH, ${findBy('before.id')}, url: '${api.url}/teams/\${found.team}', body: { name: '\${team.id}' } }`;
    const deleted = `{ event: team.deleted, method: DELETE, ${findBy('team.id')}, url: '${api.url}/teams/\${found.team}', body: none, done: [404] }`;
    const members = (what: string, method: string): string =>
      `{ event: team.members.${what}, each: ${what}, method: ${method}, ${findBy('team.id')}, url: '${api.url}/teams/\${found.team}/\${each.id}', body: none, done: [404] }`;
    return {
      api,
      made,
      renamed,
      deleted,
      left: members('removed', 'DELETE'),
      joined: members('added', 'PUT'),
    };
  }

  it('asks again where what was remembered is gone, and one may name what another found', async () => {
    // Somebody else makes it anew after the first request.
    const { api, made, left } = await teams((call, ids) => {
      if (call === 'DELETE /teams/1/x') ids.set('a', 8);
    });
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y', 'z']) });
    repo.commit({ 'teams/a.yml': team('a', ['y', 'z']) });
    repo.commit({ 'teams/a.yml': team('a', ['z']) });
    expect(await deliver(repo, client(made, left))).toMatchObject({ code: 0 });
    expect(api.calls()).toEqual([
      'POST /teams',
      'GET /org',
      'GET /org/7/search?q=a',
      'DELETE /teams/1/x',
      'DELETE /teams/1/y', // 404: what was remembered is gone
      'GET /org',
      'GET /org/7/search?q=a',
      'DELETE /teams/8/y',
    ]);
  });

  it('forgets what it found of a team that is deleted, and remembers the rest', async () => {
    const { api, made, deleted, left } = await teams();
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y', 'z']), 'teams/b.yml': team('b', ['z']) });
    repo.commit({ 'teams/a.yml': team('a', ['y', 'z']) });
    repo.commit({ 'teams/a.yml': team('a', ['z']) });
    repo.commit({ 'teams/a.yml': null });
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y']) });
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    expect(await deliver(repo, client(made, deleted, left))).toMatchObject({ code: 0 });
    expect(api.calls()).toEqual([
      'POST /teams',
      'POST /teams',
      'GET /org',
      'GET /org/7/search?q=a',
      'DELETE /teams/1/x',
      'DELETE /teams/1/y',
      'GET /org/7/search?q=a',
      'DELETE /teams/1',
      'POST /teams',
      'GET /org/7/search?q=a',
      'DELETE /teams/3/x',
    ]);
  });

  it('forgets what had the id of a team that is renamed: another team has it now', async () => {
    const { api, made, renamed, joined } = await teams();
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/a.yml': null, 'teams/b.yml': team('b', ['x'], 'previously: [a]\n') });
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    expect(await deliver(repo, client(made, renamed, joined))).toMatchObject({ code: 0 });
    expect(api.calls().filter((call) => !call.startsWith('GET'))).toEqual([
      'POST /teams',
      'PUT /teams/1/x',
      'PATCH /teams/1',
      'POST /teams',
      'PUT /teams/2/y',
    ]);
  });

  it('forgets it also where the rename itself is sent as it is', async () => {
    const hook = await startReceiver();
    const { api, joined } = await teams((call, ids) => {
      if (call === 'PUT /teams/1/x')
        [['a', 2] as const, ['b', 1] as const].map(([name, id]) => ids.set(name, id));
    });
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), 'teams/g.yml': team('g', []) });
    repo.commit({ 'teams/a.yml': null, 'teams/b.yml': team('b', ['x'], 'previously: [a]\n') });
    repo.commit({ 'teams/g.yml': null, 'teams/a.yml': team('a', [], 'previously: [g]\n') });
    repo.commit({ 'teams/a.yml': team('a', ['y'], 'previously: [g]\n') });
    await fetch(`${api.url}/teams`, { method: 'POST', body: '{"name":"a"}' });
    const plain = `{ event: team.modified, url: '${hook.url}' }`;
    expect(await deliver(repo, client(plain, joined))).toMatchObject({ code: 0 });
    expect(hook.accepted).toHaveLength(2);
    expect(api.calls().filter((call) => call.startsWith('PUT'))).toEqual([
      'PUT /teams/1/x',
      'PUT /teams/2/y',
    ]);
  });

  it('forgets it also where another client makes and renames the teams', async () => {
    const { api, joined } = await teams((call, ids) => {
      if (call === 'PUT /teams/1/x')
        [['a', 2] as const, ['b', 1] as const].map(([name, id]) => ids.set(name, id));
    });
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/a.yml': null, 'teams/b.yml': team('b', ['x'], 'previously: [a]\n') });
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    await fetch(`${api.url}/teams`, { method: 'POST', body: '{"name":"a"}' });
    expect(await deliver(repo, client(joined))).toMatchObject({ code: 0 });
    expect(api.calls().filter((call) => call.startsWith('PUT'))).toEqual([
      'PUT /teams/1/x',
      'PUT /teams/1/x',
      'PUT /teams/2/y',
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
