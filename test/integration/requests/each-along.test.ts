/** Requests for members whom an event of their team brings or takes along, with the built program and real servers. */
import { describe, expect, it } from 'vitest';
import { toLoopback } from '../../support/loopback.ts';
import { teamEvents } from '../../support/program.ts';
import { clientsFile } from '../../support/receiver.ts';
import { startApi, type ApiRequest } from '../../support/sample-api.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const RENAMED = { 'teams/a.yml': null, 'teams/b.yml': team('b', ['bea', 'cyd'], 'previously: [a]\n') };

/** Made with ann and bea; then renamed, and in the same commit ann leaves and cyd joins. */
function renamed(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['ann', 'bea']) });
  repo.commit(RENAMED);
  return repo;
}

const created = "event: team.created, url: 'URL/teams', body: { name: '${team.id}' }";
const modified =
  "event: team.modified, method: PUT, url: 'URL/teams/${before.id}', body: { name: '${team.id}' }";
const left =
  "event: team.members.removed, each: removed, method: DELETE, url: 'URL/${team.id}/${each.id}', body: none";
const joined =
  "event: team.members.added, each: added, method: PUT, url: 'URL/${team.id}/${each.id}', body: { of: { $eval: len(added) }, type: '${type}', event: '${id}' }";

async function sent(
  repo: SampleRepo,
  subscriptions: readonly string[],
  answer?: (request: ApiRequest) => { status: number },
) {
  const api = await startApi(answer);
  const entries = subscriptions.map((one) => `      - { ${one.replaceAll('URL', api.url)} }\n`).join('');
  const clients = clientsFile(`  - name: one\n    subscriptions:\n${entries}`);
  const args = toLoopback(repo.directory, clients, ['--from', 'root']);
  const { code, stdout } = await teamEvents([...args, '--attempts', '1']);
  return { code, stdout, api, calls: api.calls(), clients };
}

describe('a client that makes requests for members one by one', () => {
  it('makes them for those who come with a team, and who leave or join in the commit that renames it', async () => {
    const { code, stdout, calls, api } = await sent(renamed(), [created, modified, left, joined]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 delivered');
    expect(calls).toEqual([
      'POST /teams',
      'PUT /a/ann',
      'PUT /a/bea',
      'PUT /teams/a',
      'DELETE /b/ann',
      'PUT /b/cyd',
    ]);
    // They are parts of the event that is sent, with its ids.
    const ids = api.requests.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(new Set(ids.slice(3)).size).toBe(1);
    const bodies = [1, 5].map((index) => JSON.parse(api.requests[index]?.body ?? '') as object);
    expect(bodies).toEqual([
      { of: 2, type: 'team.created', event: ids[0] },
      { of: 1, type: 'team.modified', event: ids[3] },
    ]);
  });

  it('makes them after an event that is sent as it is, too', async () => {
    const { code, calls } = await sent(renamed(), ["event: team.created, url: 'URL/events'", joined]);
    expect(code).toBe(0);
    expect(calls).toEqual([
      'POST /events',
      'PUT /a/ann',
      'PUT /a/bea',
      'POST /events',
      'PUT /b/bea',
      'PUT /b/cyd',
    ]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'where the event has an `each` of its own',
      ["event: team.created, each: members, method: PUT, url: 'URL/${each.id}', body: none", joined],
      ['PUT /ann', 'PUT /bea', 'PUT /bea', 'PUT /cyd'],
    ],
    [
      'of teams that the subscription does not cover',
      [created, `${joined}, teams: [b]`],
      ['POST /teams', 'POST /teams', 'PUT /b/bea', 'PUT /b/cyd'],
    ],
    [
      'where one request is for all of them',
      [created, modified, "event: team.members.added, url: 'URL/all', body: { $eval: added }"],
      ['POST /teams', 'PUT /teams/a'],
    ],
    [
      'where nothing is sent that implies them',
      [joined],
      ['PUT /a/ann', 'PUT /a/bea', 'PUT /b/bea', 'PUT /b/cyd'],
    ],
  ])('makes no more of them %s', async (_, subscriptions, calls) => {
    expect(await sent(renamed(), subscriptions)).toMatchObject({ code: 0, calls });
  });

  it('makes none of them where the event before them is refused', async () => {
    const { code, calls } = await sent(renamed(), [created, joined], ({ path }) => ({
      status: path === '/teams' ? 400 : 200,
    }));
    expect({ code, calls }).toEqual({ code: 3, calls: ['POST /teams'] });
  });

  it('is held at one that cannot be made, as the dry run says', async () => {
    const mail =
      "event: team.members.added, each: added, url: 'URL/${team.id}', body: { mail: '${each.email}' }";
    const { code, stdout, calls, clients } = await sent(renamed(), [created, mail]);
    expect({ code, calls }).toEqual({ code: 3, calls: ['POST /teams'] });
    expect(stdout).toContain('each.email');
    const dry = await teamEvents([
      '-C',
      renamed().directory,
      '--print-events',
      '--from',
      'root',
      '--clients',
      clients,
    ]);
    expect(dry.stdout).toContain('each.email');
  });

  it('shows them in the dry run', async () => {
    const repo = renamed();
    repo.commit({ 'teams/c.yml': team('c', ['d', 'e', 'f', 'g', 'h']) });
    const { clients, api } = await sent(createRepo(), [created, modified, left, joined]);
    const args = ['-C', repo.directory, '--print-events', '--from', 'root', '--clients', clients];
    const { stdout } = await teamEvents(args);
    const shown = stdout
      .split('\n')
      .map((line) => line.trim().replace(api.url, ''))
      .filter((line) => line.startsWith('one: '));
    expect(shown.map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'POST /teams',
      'PUT /a/ann',
      'PUT /a/bea',
      'PUT /teams/a',
      'DELETE /b/ann',
      'PUT /b/cyd',
      'POST /teams',
      'PUT /c/d',
      'PUT /c/e',
      'PUT /c/f',
      '… and',
    ]);
    expect(stdout).toContain('one: … and so for 2 more members');
  });
});
