/** What a subscription can say, with the built program, real git and real receivers. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents, type Result } from '../../support/program.ts';
import { ALL_TYPES, clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const deliver = (
  repo: SampleRepo,
  clients: string,
  env: Readonly<Record<string, string>> = {},
  range = ['--from', 'root'],
): Promise<Result> =>
  teamEvents(
    ['-C', repo.directory, ...range, '--clients', clients, '--allow-host', '127.0.0.1', '--attempts', '1'],
    { env },
  );

const oneTeam = (): SampleRepo => {
  const repo = createRepo();
  repo.commit({ 'teams/core.yml': 'id: core\n' });
  return repo;
};

describe('a subscription', () => {
  it('says where and how: variables anywhere in the url, method, query, headers, auth', async () => {
    const receiver = await startReceiver();
    const { hostname, port } = new URL(receiver.url);
    const clients = clientsFile(
      `  - name: one\n    auth: { basic: { username: ann, password: '\${PASSWORD}' } }\n    subscriptions:\n` +
        `      - event: team.created\n        url: 'http://\${HOST}:\${PORT}/projects/\${PROJECT}/teams?fixed=\${FIXED}'\n` +
        `        method: PUT\n        query: { token: '\${TOKEN}' }\n        headers: { X-Own: 'v \${FIXED}' }\n`,
    );
    const values = {
      HOST: hostname,
      PORT: port,
      PROJECT: 'a%2Fb',
      FIXED: '1',
      TOKEN: 'a&b',
      PASSWORD: 'pass',
    };
    const env = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`TEAM_EVENTS_CLIENT_ONE__${name}`, value]),
    );
    expect(await deliver(oneTeam(), clients, env)).toMatchObject({ code: 0 });
    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request?.path).toBe('/projects/a%2Fb/teams?fixed=1&token=a%26b');
    expect(request?.method).toBe('PUT');
    expect(request?.headers).toMatchObject({
      'x-own': 'v 1',
      authorization: `Basic ${Buffer.from('ann:pass').toString('base64')}`,
    });
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('by %s carries the event all the same', async (method) => {
    const receiver = await startReceiver();
    const clients = clientsFile(
      `  - name: one\n    subscriptions: [{ event: team.created, url: '${receiver.url}', method: ${method} }]\n`,
    );
    expect(await deliver(oneTeam(), clients)).toMatchObject({ code: 0 });
    expect(receiver.requests.map((one) => [one.method, one.event.subject])).toEqual([[method, 'core']]);
  });

  it.each([
    [200, 3, 'status 200 (not listed under success)'],
    [201, 0, '1 delivered'],
    [409, 0, '1 delivered'],
  ])('that lists success and done is answered %i: exit %i', async (status, code, said) => {
    const receiver = await startReceiver(() => status);
    const clients = clientsFile(
      `  - name: one\n    subscriptions: [{ event: team.created, url: '${receiver.url}', success: [201], done: [409] }]\n`,
    );
    const result = await deliver(oneTeam(), clients);
    expect([result.code, result.stdout]).toEqual([code, expect.stringContaining(said)]);
  });
});

describe('filters', () => {
  /** Tags of the team a, commit by commit; b is never in scope. */
  function wandering(): SampleRepo {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), 'teams/b.yml': team('b', ['x']) });
    repo.commit({ 'teams/a.yml': team('a', ['x'], 'tags: [core]\n') });
    repo.commit({
      'teams/a.yml': team('a', ['x', 'y'], 'tags: [core]\n'),
      'teams/b.yml': team('b', ['x', 'y']),
    });
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y'], 'tags: [other]\n') });
    repo.commit({ 'teams/a.yml': team('a', ['x'], 'tags: [other]\n') });
    repo.commit({ 'teams/a.yml': team('a', ['x'], 'tags: [core]\n') });
    repo.commit({ 'teams/a.yml': null, 'teams/b.yml': null });
    return repo;
  }
  const IN_SCOPE = [
    'team.modified a →core',
    'team.members.added a',
    'team.modified a core→other',
    'team.modified a other→core',
    'team.deleted a',
  ];

  it('let a client see a team come into its scope and leave it, and nothing else; in a replay as well', async () => {
    const repo = wandering();
    const receiver = await startReceiver();
    const clients = clientsFile(clientOf('one', receiver.url, '    tags: [core]\n'));
    const seen = (): string[] =>
      receiver.requests.map(({ event: { type, subject, data } }) => {
        const tags = data.changes?.find(({ field }) => field === 'tags');
        return `${type} ${subject}${tags ? ` ${(tags.from as string[]).join()}→${(tags.to as string[]).join()}` : ''}`;
      });
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(seen()).toEqual(IN_SCOPE);
    const args = ['root..main', '--clients', clients, '--allow-host', '127.0.0.1', '--execute'];
    expect(await teamEvents(['replay', '-C', repo.directory, ...args])).toMatchObject({ code: 0 });
    expect(seen()).toEqual([...IN_SCOPE, ...IN_SCOPE]);
  });

  it('are shown by the dry run', async () => {
    const clients = clientsFile(clientOf('one', 'https://example.com', '    teams: ["*", "!a"]\n'));
    const { stdout } = await teamEvents([
      '-C',
      wandering().directory,
      '--print-events',
      'root..main',
      '--clients',
      clients,
    ]);
    const receivers = [
      ...stdout.matchAll(
        /([ab]) (?:created|deleted|modified|members \w+).*\n(?: {6}[-+t].*\n)*? {6}→ (\w+)/g,
      ),
    ];
    expect(receivers.length).toBeGreaterThan(8);
    for (const [, subject, who] of receivers)
      expect([subject, who]).toEqual([
        subject,
        expect.stringMatching(subject === 'a' ? 'nobody' : /one|nobody|told/),
      ]);
  });

  it('of a subscription take the place of the client’s, and what is implied is sent where the implying event is not', async () => {
    const receiver = await startReceiver();
    const clients = clientsFile(
      `  - name: one\n    teams: [a]\n    subscriptions:\n` +
        `      - { event: team.created, url: '${receiver.url}' }\n` +
        `      - { event: team.members.added, url: '${receiver.url}', teams: ['{a,b}'] }\n`,
    );
    const repo = createRepo();
    repo.commit({
      'teams/a.yml': team('a', ['x']),
      'teams/b.yml': team('b', ['x']),
      'teams/c.yml': team('c', ['x']),
    });
    expect(await deliver(repo, clients)).toMatchObject({ code: 0 });
    expect(receiver.requests.map(({ event }) => `${event.type} ${event.subject}`)).toEqual([
      'team.created a',
      'team.members.added b',
    ]);
  });

  it('go on in the middle of a step exactly where a run was stopped', async () => {
    const receiver = await startReceiver((_request, _response, count) => (count === 2 ? 400 : 204));
    const repo = createRepo();
    const folder = tempFolder();
    repo.commit({ 'teams/z.yml': team('z', []) });
    const start = repo.git('rev-parse', 'HEAD');
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    repo.commit(
      Object.fromEntries(
        ids.map((id, index) => [`teams/${id}.yml`, team(id, ['x'], index % 2 === 0 ? 'tags: [core]\n' : '')]),
      ),
    );
    const withTags = (tags: string): string =>
      clientsFile(
        `  - name: one\n    start: ${start}\n    subscriptions:\n` +
          `      - { event: team.created, url: '${receiver.url}'${tags} }\n      - { event: team.members.added, url: '${receiver.url}' }\n`,
      );
    const run = (clients: string): Promise<Result> =>
      teamEvents([
        '-C',
        repo.directory,
        '--cursor',
        `file:${join(folder, 'cursors.json')}`,
        '--init',
        '--clients',
        clients,
        '--allow-host',
        '127.0.0.1',
      ]);
    expect(await run(withTags(', tags: [core]'))).toMatchObject({ code: 3 });
    expect(await run(withTags(', teams: [e, f]'))).toMatchObject({ code: 0 });
    expect(receiver.accepted.map(({ event }) => `${event.type} ${event.subject}`)).toEqual([
      'team.created a',
      'team.created e',
      'team.created f',
      'team.members.added b',
      'team.members.added c',
      'team.members.added d',
    ]);
  });
});

describe('an event that a format cannot carry', () => {
  it('blocks its lane with the reason until it is skipped, and never half of it is sent', async () => {
    const receiver = await startReceiver();
    const repo = createRepo();
    repo.commit({
      'teams/big.yml': team('big', [], `notes: ${'x'.repeat(70_000)}\n`),
      'teams/ok.yml': team('ok', []),
    });
    const client = (more: string): string =>
      clientsFile(
        `  - name: one\n    format: github-dispatch\n${more}    subscriptions: [{ events: ${ALL_TYPES}, url: '${receiver.url}' }]\n`,
      );
    const foreseen = await deliver(repo, client(''), {}, ['--from', 'root', '--print-events']);
    expect(foreseen.code).toBe(3);
    expect(foreseen.stdout).toMatch(/big created .*\n +✗ one blocked/);
    expect(foreseen.stdout).toMatch(
      /^✗ one .* blocked: team\.created big \(evt_\w+\): it makes a client_payload of/m,
    );
    expect(receiver.requests).toEqual([]);
    const blocked = await deliver(repo, client(''));
    expect(blocked.code).toBe(3);
    expect(blocked.stdout).toMatch(
      /✗ one {2}0 delivered, 2 pending {2}blocked: team\.created big \((evt_[0-9a-f]{32})\): POST \S+: it makes a client_payload of \d+ bytes, and GitHub takes 65535/,
    );
    const id = /\((evt_[0-9a-f]{32})\)/.exec(blocked.stdout)?.[1];
    expect(await deliver(repo, client(`    skip: [${id}]\n`))).toMatchObject({ code: 0 });
    expect(receiver.requests.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { event_type: 'team.created', client_payload: { event: { subject: 'ok' } } },
    ]);
    expect(receiver.requests[0]?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'content-type': 'application/json',
    });
  });
});
