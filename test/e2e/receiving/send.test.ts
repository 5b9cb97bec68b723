/** `team-events send`: what a consumer tries its endpoint with comes as real events do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { startListener } from '../../support/listener.ts';
import { copied, teamEvents, type Environment, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];

const send = (args: readonly string[], options?: Environment): Promise<Result> =>
  teamEvents(['send', ...args, ...LOCAL], options);

describe('send', () => {
  it('sends a sample of each type in order, signed, in ids that nobody takes for real ones', async () => {
    const receiver = await startReceiver();
    const result = await send(['--to', `${receiver.url}/hook`], { env: { TEAM_EVENTS_SEND_SECRET: SECRET } });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/Carol joins.*\n {2}\+ sample-team members added .*\n {6}\+ carol\n/);
    expect(result.stdout).toMatch(/✓ sample {2}5 delivered\n.*\nexit code 0: everything was delivered\n$/);
    expect(receiver.requests.map(({ event }) => event.type)).toEqual([...EVENT_TYPES]);
    const webhook = new Webhook(SECRET);
    for (const { headers, body, event, path } of receiver.requests) {
      expect(() => webhook.verify(body, headers as Record<string, string>)).not.toThrow();
      expect(path).toBe('/hook');
      expect(event.id).toMatch(/^evt_sample_[0-9a-f]{25}$/);
      expect(headers['webhook-id']).toBe(event.id);
      expect(event.source).toBe('urn:team-events:sample');
    }
    const [first] = receiver.requests;
    expect(first?.headers['webhook-replay']).toBeUndefined();
    expect(first?.event.id.length).toBe('evt_'.length + 32);

    await send(['--to', receiver.url, '--type', 'team.created']);
    expect(receiver.requests).toHaveLength(6);
    expect(receiver.requests[5]?.event.id).not.toBe(first?.event.id); // else it would be a duplicate
  });

  it('retries, and blocks with exit 3, as a run does', async () => {
    const receiver = await startReceiver((_request, _response, count) => (count === 1 ? 503 : 400));
    const result = await send(['--to', receiver.url, '--type', 'team.modified']);
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(
      /^sample: team\.modified sample-team: POST http:\/\/\S+: status 503; next try in /,
    );
    expect(result.stdout).toMatch(/✗ sample {2}0 delivered, 1 pending {2}blocked: .*: status 400/);
    expect(receiver.requests).toHaveLength(2);
  });

  it('is bound by the policy, and prints the command that reaches the host', async () => {
    const receiver = await startReceiver();
    const args = ['send', '--to', `${receiver.url}/events`, '--type', 'team.created'];
    const refused = await teamEvents(args);
    expect([refused.code, receiver.requests.length]).toEqual([3, 0]);
    expect(refused.stdout).toContain('127.0.0.1 is a loopback address: refused unless');
    const again = `team-events ${args.join(' ')} --allow-host 127.0.0.1`;
    expect(refused.stdout).toContain(`\n    If that host may be reached:\n      ${again}\n`);
    expect(await copied(again)).toMatchObject({ code: 0 });
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    [
      '401',
      401,
      [],
      {},
      /It was sent unsigned: set TEAM_EVENTS_SEND_SECRET to .*\n +stty .* export TEAM_EVENTS_SEND_SECRET\n +Then try again:\n/,
    ],
    [
      '401, though it was signed',
      401,
      [],
      { TEAM_EVENTS_SEND_SECRET: SECRET },
      /: status 401\n +To try again:\n/,
    ],
    [
      '401 to a client without a key',
      401,
      ['--client', 'a'],
      {},
      /It was sent unsigned: the entry of this client has no secrets\. To try again:\n/,
    ],
    ['422', 422, [], {}, /: status 422\n +To try again:\n/],
  ])('says what to do about %s, whole and without a secret', async (_, status, more, env, says) => {
    const receiver = await startReceiver(() => status);
    const clients = clientsFile(clientOf('a', receiver.url));
    const chosen = more.length > 0 ? [...more, '--clients', clients] : ['--to', `${receiver.url}/x?key=k-7q`];
    const args = [...chosen, '--type', 'team.deleted'];
    const { code, stdout, stderr } = await send(args, { env });
    expect(code).toBe(3);
    expect(stdout).toMatch(says);
    const shown = ['send', ...args, ...LOCAL]
      .join(' ')
      .replace('/x?key=k-7q', "/x?…'")
      .replace('--to ', "--to '");
    expect(stdout).toContain(`\n      team-events ${shown}\n`);
    expect(stdout + stderr).not.toMatch(new RegExp(`k-7q|${SECRET.slice(6, 20)}`));
  });

  it('shows no secret that stands on the command line', async () => {
    const receiver = await startReceiver(() => 422);
    const { stdout, stderr } = await send(['--to', receiver.url, '--secret', SECRET]);
    expect(stdout).toContain('To try again:');
    expect(stdout + stderr).not.toContain(SECRET.slice(6));
  });

  it('reaches listen on this machine with nothing more said, and no other program there', async () => {
    const listener = await startListener(['--count', '7']);
    const { port } = new URL(listener.url);
    const alone = { env: { TEAM_EVENTS_PORT: port } };
    expect(await teamEvents(['send'], alone)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/✓ sample {2}5 delivered\n/),
    });
    for (const host of ['localhost', '127.0.0.1']) {
      const to = ['--to', `http://${host}:${port}/teams`, '--type', 'team.deleted'];
      expect(await teamEvents(['send', ...to], alone)).toMatchObject({ code: 0 });
    }
    const { stdout } = await listener.output();
    expect(stdout).toContain('#1  200  POST /  team.created sample-team  evt_sample_');
    expect(stdout).toContain('#7  200  POST /teams  team.deleted sample-team  evt_sample_');

    const receiver = await startReceiver();
    const other = await teamEvents(['send', '--to', receiver.url, '--type', 'team.deleted'], alone);
    expect([other.code, receiver.requests.length]).toEqual([3, 0]);
  });

  it('does not go round a policy to reach listen', async () => {
    const listener = await startListener([]);
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, 'network: { deny: [127.0.0.1] }');
    const { port } = new URL(listener.url);
    const result = await teamEvents(['send', '--port', port, '--policy', policy, '--type', 'team.deleted']);
    expect([result.code, result.stdout]).toEqual([3, expect.stringContaining('127.0.0.1')]);
  });

  it('sends as a client is sent to, with its headers and secrets, though it is paused and follows few teams', async () => {
    const receiver = await startReceiver();
    const elsewhere = await startReceiver();
    const clients = clientsFile(
      clientOf('one', 'https://one.example.com') +
        `  - name: two\n    paused: true\n    tags: [core]\n    auth: { bearer: '\${TOKEN}' }\n    secrets: ['\${SECRET}']\n` +
        `    subscriptions:\n      - { event: team.members.added, url: '${receiver.url}/joined', method: PUT }\n` +
        `      - { event: team.deleted, url: '${receiver.url}/gone', query: { a: b } }\n`,
    );
    const env = { TEAM_EVENTS_CLIENT_TWO__TOKEN: 'tok-1', TEAM_EVENTS_CLIENT_TWO__SECRET: SECRET };
    const args = ['--client', 'two', '--clients', clients];
    expect(await send(args, { env })).toMatchObject({ code: 0, stderr: '' });
    expect(
      receiver.requests.map(({ path, event, headers }) => [path, event.type, headers.authorization]),
    ).toEqual([
      ['/joined', 'team.members.added', 'Bearer tok-1'],
      ['/gone?a=b', 'team.deleted', 'Bearer tok-1'],
    ]);
    const moved = await send([...args, '--to', `${elsewhere.url}/try`, '--type', 'team.deleted'], { env });
    expect(moved.stdout).toMatch(/✓ two {2}1 delivered\n.*\nexit code 0: everything was delivered\n$/);
    expect(elsewhere.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/try', 'Bearer tok-1'],
    ]);

    const unset = await send(args);
    expect(unset.code).toBe(2);
    expect(unset.stderr).toMatch(/two is misconfigured:\n {2}.*:\d+: \$\{(TOKEN|SECRET)\} has no value/);
    const foreign = await send([...args, '--type', 'team.created'], { env });
    expect([foreign.code, foreign.stderr]).toEqual([
      2,
      expect.stringContaining(
        'does not subscribe to team.created\nIt subscribes to: team.members.added, team.deleted',
      ),
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ['no endpoint, where nothing listens', ['--port', '9'], 'nothing listens on 127.0.0.1:9\nStart it in '],
    ['a url that is none', ['--to', 'localhost'], '--to: the url '],
    ['a url with credentials', ['--to', 'https://a:b@example.com'], '--to: the url holds credentials'],
    [
      'a secret that is none',
      ['--to', 'https://example.com', '--secret', 'abc'],
      'a secret does not begin with whsec_',
    ],
    ['two clients', ['--client', 'a,b'], 'name one --client'],
    ['a client and a format', ['--client', 'a', '--format', 'slack'], 'leave out --format and --secret'],
    [
      'an unknown format',
      ['--to', 'https://example.com', '--format', 'xml'],
      'Allowed choices are json, cloudevents, ',
    ],
    ['an unknown type', ['--to', 'https://example.com', '--type', 'x'], 'expected one of team.created'],
    ['a file that is not there', ['/nonexistent', '--to', 'https://example.com'], 'there is no such file'],
  ])('refuses %s with exit 2', async (_, args, said) => {
    const result = await send(args);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(said);
  });
});

describe('send with a file', () => {
  /** Two commits, of which the second brings two events. */
  async function printed(): Promise<string> {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['alice']) });
    repo.commit({ 'teams/a.yml': team('a', ['bob'], 'zeta: "$& $1 é"\n') });
    return (await teamEvents(['-C', repo.directory, '--print-events', 'root..main', '--format', 'ndjson']))
      .stdout;
  }

  it('sends what was printed again, as it stands', async () => {
    const receiver = await startReceiver();
    const events = await printed();
    const path = join(tempFolder(), 'events.ndjson');
    writeFileSync(path, `${events}\n`);
    const result = await send([path, '--to', receiver.url]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(receiver.requests.map(({ body }) => `${body}\n`).join('')).toBe(events);
    expect(receiver.requests.map(({ headers }) => headers['webhook-replay'])).toEqual(Array(5).fill('true'));
    await send([path, '--to', receiver.url, '--type', 'team.modified']);
    expect(receiver.requests.slice(5).map(({ event }) => event.type)).toEqual(['team.modified']);
  });

  it('sends what listen has received again', async () => {
    const listener = await startListener(['--count', '5', '--format', 'ndjson']);
    await send(['--to', `${listener.url}/hook`, '--format', 'cloudevents']);
    const { stdout } = await listener.output();
    const path = join(tempFolder(), 'received.ndjson');
    writeFileSync(path, stdout);
    const receiver = await startReceiver();
    expect(await send([path, '--to', receiver.url])).toMatchObject({ code: 0 });
    const bodies = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { body: string }).body);
    expect(receiver.requests.map(({ body }) => body)).toEqual(bodies);
  });

  it.each([
    ['a line that is no JSON', '{"specversion"'],
    ['a line that is no event', '{"id":"evt_1"}'],
    ['an id that could end a header', '{"id":"a\\r\\nx: y"'],
  ])('tells %s with its place, and sends nothing', async (_, wrong) => {
    const receiver = await startReceiver();
    const events = await printed();
    const path = join(tempFolder(), 'events.ndjson');
    const [first = ''] = events.split('\n');
    const line = wrong.startsWith('{"id":"a')
      ? first.replace(/\{"specversion":"1.0","id":"[^"]+"/, wrong)
      : wrong;
    writeFileSync(path, `${first}\n${line}\n`);
    const result = await send([path, '--to', receiver.url]);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(`${path}:2: this is no event`)]);
    expect(receiver.requests).toHaveLength(0);
  });
});
