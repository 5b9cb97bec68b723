/** From a teams repo to its subscribers: what arrives, in which order, and on what bytes. */
import { HTTP, type CloudEvent } from 'cloudevents';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { brief, eventsOf, printedEvents, teamEvents } from '../../support/program.ts';
import { ALL_TYPES, clientOf, startReceiver, clientsFile } from '../../support/receiver.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

/** Two teams, then one changed, one gone, one new. */
function smallHistory(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/core.yml': team('core', ['alice', 'bob']), 'teams/old.yml': team('old', ['carol']) });
  repo.commit({
    'teams/core.yml': team('core', ['alice', 'dave'], 'tags: [critical]\n'),
    'teams/old.yml': null,
    'equipes/paiements.yml': 'id: paiements\nnom: Paiements\nmembres: [erin]\nperimetre: facturation\n',
  });
  return repo;
}

describe('a delivery', () => {
  it('sends each event once, in the order of the log, byte for byte as ndjson prints it', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const clients = clientsFile(clientOf('all', receiver.url));
    const { code, stdout } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      clients,
      ...LOCAL,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ all  7 delivered');

    const { stdout: printed } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--print-events',
      '--format',
      'ndjson',
    ]);
    const direct = printed.split('\n').filter((line) => line !== '' && !line.includes('"impliedBy"'));
    expect(receiver.requests.map(({ body }) => body)).toEqual(direct);
    expect(brief(eventsOf(printed))).toEqual([
      'team.created core',
      'team.created old',
      'team.members.added core',
      'team.members.added old',
      'team.created paiements',
      'team.modified core',
      'team.members.removed core',
      'team.members.removed old',
      'team.members.added core',
      'team.members.added paiements',
      'team.deleted old',
    ]);
  });

  it('carries the documented headers, and each event names the one before it', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const clients = clientsFile(
      clientOf('all', `${receiver.url}/hook?a=1`, '    headers: { X-Team: platform }\n'),
    );
    await teamEvents(['-C', repo.directory, '--from', 'root', '--clients', clients, ...LOCAL]);
    const ids = receiver.requests.map(({ event }) => event.id);
    for (const [index, { headers, path, event, body }] of receiver.requests.entries()) {
      expect(path).toBe('/hook?a=1');
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'webhook-id': event.id,
        'idempotency-key': event.id,
        'x-team': 'platform',
      });
      expect(headers['user-agent']).toMatch(/^team-events\/\d/);
      expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/);
      expect(headers['webhook-previous-id']).toBe(ids[index - 1]);
      expect(headers['webhook-signature']).toBeUndefined();
    }
  });

  it('is a CloudEvent to the CloudEvents SDK, in structured mode too', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const clients = clientsFile(clientOf('all', receiver.url, '    format: cloudevents\n'));
    await teamEvents(['-C', repo.directory, '--from', 'root', '--clients', clients, ...LOCAL]);
    expect(receiver.requests.length).toBe(7);
    for (const { headers, body, event } of receiver.requests) {
      expect(headers['content-type']).toBe('application/cloudevents+json');
      const parsed = HTTP.toEvent({ headers, body }) as CloudEvent;
      expect(parsed.validate()).toBe(true);
      expect(parsed).toMatchObject({
        id: event.id,
        type: event.type,
        subject: event.subject,
        sequence: event.sequence,
      });
      expect(parsed.data).toEqual(event.data);
    }
  });

  it('is signed so that the Standard Webhooks library accepts it with either of two secrets, on retries too', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver((_request, _response, count) => (count === 1 ? 503 : 200));
    const clients = clientsFile(clientOf('all', receiver.url, "    secrets: ['${SECRETS}']\n"));
    const env = { TEAM_EVENTS_CLIENT_ALL__SECRETS: `${SECRET} ${NEXT_SECRET}` };
    const { code } = await teamEvents(
      ['-C', repo.directory, '--from', 'root', '--clients', clients, ...LOCAL],
      { env },
    );
    expect(code).toBe(0);
    expect(receiver.requests.length).toBe(8);
    expect(receiver.requests[1]?.body).toBe(receiver.requests[0]?.body);
    for (const { headers, body, event } of receiver.requests) {
      for (const secret of [SECRET, NEXT_SECRET]) {
        const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
        expect(verified).toEqual(event);
      }
    }
  });

  it('keeps the order over several endpoints of one client: the next waits until the last was accepted', async () => {
    const repo = smallHistory();
    const order: string[] = [];
    let failures = 3;
    const people = await startReceiver(({ event }) => {
      if (failures-- > 0) return 500;
      order.push(event.id);
      return 200;
    });
    const teams = await startReceiver(({ event }) => {
      order.push(event.id);
      return 200;
    });
    const clients = clientsFile(
      `  - name: both\n    subscriptions:\n      - { events: [team.members.added, team.members.removed], url: "${people.url}" }\n` +
        `      - { events: [team.created, team.deleted], url: "${teams.url}" }\n`,
    );
    const { code } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      clients,
      ...LOCAL,
    ]);
    expect(code).toBe(0);
    const printed = await printedEvents(repo.directory, '--from', 'root');
    const wanted = printed.filter(
      ({ type, data }) => type !== 'team.modified' && data.impliedBy === undefined,
    );
    expect(order).toEqual(wanted.map(({ id }) => id));
  });

  it('sends members of new and deleted teams to those who follow members only', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const clients = clientsFile(
      `  - name: people\n    subscriptions:\n      - { events: [team.members.added, team.members.removed], url: "${receiver.url}" }\n`,
    );
    await teamEvents(['-C', repo.directory, '--from', 'root', '--clients', clients, ...LOCAL]);
    const memberships = new Set<string>();
    for (const { event } of receiver.requests) {
      for (const { id } of event.data.added ?? []) memberships.add(`${event.subject}/${id}`);
      for (const { id } of event.data.removed ?? []) memberships.delete(`${event.subject}/${id}`);
    }
    expect([...memberships].sort()).toEqual(['core/alice', 'core/dave', 'paiements/erin']);
  });

  it('never lets one client wait for another', async () => {
    const repo = smallHistory();
    const held: (() => void)[] = [];
    const slow = await startReceiver(
      (_request, response) => void held.push(() => response.writeHead(200).end()),
    );
    const quick = await startReceiver(({ event }) => {
      // The quick lane is through before the slow one gets its first answer.
      if (event.type === 'team.deleted') for (const release of held) release();
      return 200;
    });
    const answered = await startReceiver();
    const clients = clientsFile(
      `  - name: slow\n    subscriptions:\n      - { event: team.deleted, url: "${slow.url}" }\n` +
        clientOf('quick', quick.url) +
        clientOf('third', answered.url),
    );
    const { code, stdout } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      clients,
      ...LOCAL,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ slow\s+1 delivered[^]*✓ quick\s+7 delivered[^]*✓ third\s+7 delivered/);
  });

  it('leaves skipped events out and holds a paused client', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const [first] = await printedEvents(repo.directory, '--from', 'root');
    const clients = clientsFile(
      clientOf('all', receiver.url, `    skip: [${first?.id}]\n`) +
        clientOf('held', receiver.url, '    paused: true\n') +
        clientOf('lacking', receiver.url, `    skip: [${first?.id}]\n    secrets: ['\${SECRET}']\n`),
    );
    const report = join(tempFolder(), 'report.json');
    const { code, stdout } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      clients,
      '--report',
      report,
      ...LOCAL,
    ]);
    expect(code).toBe(2); // lacking has no secret
    // The range form remembers nothing: what a paused client did not get is behind.
    expect(stdout).toMatch(/‖ held\s+0 delivered, 7 pending\s+paused/);
    const { clients: results, events } = JSON.parse(readFileSync(report, 'utf8')) as {
      events: number;
      clients: {
        client: string;
        status: string;
        delivered: number;
        pending: number;
        skipped: number;
        filtered: number;
      }[];
    };
    expect(results.map(({ client, status }) => [client, status])).toEqual([
      ['all', 'done'],
      ['held', 'paused'],
      ['lacking', 'misconfigured'],
    ]);
    for (const { delivered, pending, skipped, filtered } of results) {
      expect(delivered + pending + skipped + filtered).toBe(events);
    }
    // core's creation is skipped, so its first members, implied by it, are sent.
    expect(brief(receiver.requests.map(({ event }) => event))).toContain('team.members.added core');
    expect(results.map(({ skipped }) => skipped)).toEqual([1, 0, 1]);
  });
});

describe('the clients file on disk', () => {
  it('is read again before an attempt: a corrected address works at once, a removed subscription stops at once', async () => {
    const repo = smallHistory();
    const directory = tempFolder();
    const path = join(directory, 'clients.yml');
    const replace = (text: string): void => {
      writeFileSync(`${path}.new`, `clients:\n${text}`);
      renameSync(`${path}.new`, path);
    };
    const right = await startReceiver(({ event }) => {
      // From now on this client wants creations only.
      if (event.type === 'team.created') {
        replace(`  - name: all\n    subscriptions:\n      - { event: team.created, url: "${right.url}" }\n`);
      }
      return 200;
    });
    const wrong = await startReceiver(() => {
      replace(clientOf('all', right.url));
      return 503;
    });
    replace(clientOf('all', wrong.url));
    const { code, stdout } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      path,
      ...LOCAL,
    ]);
    expect(code).toBe(0);
    expect(wrong.requests.length).toBe(1);
    expect(brief(right.requests.map(({ event }) => event))).toEqual([
      'team.created core',
      'team.created old',
      'team.created paiements',
    ]);
    expect(stdout).toContain('✓ all  3 delivered');
  });

  it('stops the run cleanly where it became invalid', async () => {
    const repo = smallHistory();
    const path = join(tempFolder(), 'clients.yml');
    const receiver = await startReceiver((_request, _response, count) => {
      if (count === 2) writeFileSync(path, 'clients: [\n');
      return 200;
    });
    writeFileSync(path, `clients:\n${clientOf('all', receiver.url)}`);
    const { code, stdout, stderr } = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      path,
      ...LOCAL,
    ]);
    expect(code).toBe(2);
    expect(receiver.requests.length).toBe(2);
    expect(stdout).toMatch(/✗ all\s+2 delivered, 5 pending\s+stopped/);
    expect(stderr).toContain(`${path}:2:1`);
  });

  it('gives a client its own variables: from the environment, a file, or the map of all secrets', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    const directory = tempFolder();
    writeFileSync(join(directory, 'token'), 'from-a-file\n');
    const clients = clientsFile(
      ['one', 'two-b', 'three']
        .map(
          (name) =>
            `  - name: ${name}\n    headers: { authorization: "Bearer \${TOKEN}" }\n    subscriptions: [{ event: team.deleted, url: "${receiver.url}/${name}" }]\n`,
        )
        .join(''),
    );
    const { code } = await teamEvents(
      ['-C', repo.directory, '--from', 'root', '--clients', clients, ...LOCAL],
      {
        env: {
          TEAM_EVENTS_CLIENT_ONE__TOKEN: 'from-the-environment',
          TEAM_EVENTS_CLIENT_TWO_B__TOKEN_FILE: join(directory, 'token'),
          TEAM_EVENTS_SECRETS: JSON.stringify({
            three: { TOKEN: 'from-the-map' },
            one: { TOKEN: 'not this one' },
          }),
        },
      },
    );
    expect(code).toBe(0);
    expect(
      Object.fromEntries(receiver.requests.map(({ path, headers }) => [path, headers.authorization])),
    ).toEqual({
      '/one': 'Bearer from-the-environment',
      '/two-b': 'Bearer from-a-file',
      '/three': 'Bearer from-the-map',
    });
  });

  it('is clients.yml at the root of the work tree where none is named, also from a folder inside', async () => {
    const repo = smallHistory();
    const receiver = await startReceiver();
    repo.write({ 'clients.yml': `clients:\n${clientOf('all', receiver.url)}` });
    mkdirSync(join(repo.directory, 'deep/er'), { recursive: true });
    const { code } = await teamEvents(['-C', join(repo.directory, 'deep/er'), 'HEAD~1..HEAD', ...LOCAL]);
    expect(code).toBe(0);
    expect(receiver.requests.length).toBe(5);
    expect(ALL_TYPES).toContain(receiver.requests[0]?.event.type);
  });
});
