/** Several requests for an event, with the built program and real servers. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientsFile } from '../../support/receiver.ts';
import { client, deliver, people } from '../../support/own-requests.ts';
import { startApi, type ApiAnswer, type ApiRequest } from '../../support/sample-api.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

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
