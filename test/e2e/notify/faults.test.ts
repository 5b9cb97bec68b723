/** What may happen around a delivery while it goes on. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brief, eventsOf, PROGRAM, teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const LOCAL = ['--allow-host', '127.0.0.1', '--retry-delay', '1ms'];

/** Two teams with members in one commit. */
function sampleRepo(): string {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']), 'teams/b.yml': team('b', ['y']) });
  return repo.directory;
}

/** Replaces a file at once, as a careful editor does. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe('the clients file, changed in the middle of a step,', () => {
  it('loses nothing where what implies an event is subscribed to only after its turn', async () => {
    const path = join(tempFolder(), 'clients.yml');
    const subscription = (type: string): string => `      - { event: ${type}, url: "${receiver.url}" }\n`;
    const head = 'clients:\n  - name: one\n    subscriptions:\n';
    const receiver = await startReceiver((_request, _response, count) => {
      if (count > 1) return 200;
      replace(path, head + subscription('team.created') + subscription('team.members.added'));
      return 503;
    });
    writeFileSync(path, head + subscription('team.members.added'));
    const result = await teamEvents(['-C', sampleRepo(), '--from', 'root', '--clients', path, ...LOCAL]);
    expect(result.code).toBe(0);
    expect(brief(receiver.accepted.map(({ event }) => event))).toEqual([
      'team.members.added a',
      'team.members.added b',
    ]);
  });

  it('is asked again once an attempt has its slot: who left meanwhile is not sent to', async () => {
    const path = join(tempFolder(), 'clients.yml');
    const receiver = await startReceiver(() => {
      replace(path, `clients:\n${clientOf('first', receiver.url)}`);
      return 200;
    });
    writeFileSync(
      path,
      `clients:\n${clientOf('first', receiver.url)}${clientOf('second', `${receiver.url}/second`)}`,
    );
    const result = await teamEvents([
      '-C',
      sampleRepo(),
      '--from',
      'root',
      '--clients',
      path,
      '--concurrency',
      '1',
      ...LOCAL,
    ]);
    expect(result.code).toBe(0);
    expect(receiver.requests.map(({ path: where }) => where)).toEqual(['/', '/']);
    expect(result.stdout).toMatch(/‖ second\s+0 delivered, [24] pending\s+removed from the clients file/);
  });

  it('mended, still ends with 2 for who was misconfigured when the run began', async () => {
    const path = join(tempFolder(), 'clients.yml');
    const receiver = await startReceiver(() => {
      replace(path, `clients:\n${clientOf('fine', receiver.url)}${clientOf('wrong', receiver.url)}`);
      return 200;
    });
    writeFileSync(
      path,
      `clients:\n${clientOf('fine', receiver.url)}${clientOf('wrong', receiver.url, '    foo: 1\n')}`,
    );
    const result = await teamEvents(['-C', sampleRepo(), '--from', 'root', '--clients', path, ...LOCAL]);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(
      /✗ wrong\s+0 delivered, 4 pending\s+misconfigured: line \d+: foo: unknown key/,
    );
  });

  it('broken for a moment only, still ends with 2 and its reason', async () => {
    const path = join(tempFolder(), 'clients.yml');
    const good = (): string =>
      `clients:\n${clientOf('one', receiver.url)}${clientOf('two', `${receiver.url}/two`)}`;
    const receiver = await startReceiver(({ path: where }, _response, count) => {
      if (count === 1) replace(path, '{');
      if (where === '/two') replace(path, good());
      return 200;
    });
    writeFileSync(path, good());
    const result = await teamEvents([
      '-C',
      sampleRepo(),
      '--from',
      'root',
      '--clients',
      path,
      '--concurrency',
      '1',
      ...LOCAL,
    ]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('The run was stopped; nothing more was sent.');
    expect(result.stderr).toMatch(/^ {2}team-events check -C \S+ --clients \S+$/m);
  });
});

describe('a reader of the output that is slow', () => {
  it('gets all of it, and nothing is said about that', async () => {
    const repo = createRepo();
    for (let count = 0; count < 24; count++) {
      repo.commit({ 'teams/a.yml': team('a', [], `note: "${String(count).padEnd(200_000, '.')}"\n`) });
    }
    const result = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      'root',
      '--print-events',
      '--format',
      'ndjson',
    ]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(eventsOf(result.stdout).length).toBe(24);
  });
});

describe('a reader of the output that goes away', () => {
  it('does not keep the events from being sent', async () => {
    const receiver = await startReceiver();
    const path = clientsFile(clientOf('one', receiver.url));
    const child = spawn(
      process.execPath,
      [PROGRAM, '-C', sampleRepo(), '--from', 'root', '--clients', path, ...LOCAL],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] },
      },
    );
    child.stdout.destroy();
    child.stderr.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(receiver.requests.length).toBe(2);
  });
});

describe('what contributors write', () => {
  it.each([
    ['a group', '"teams/+(a|a+)b.yml"', 'groups such as +(a|b) are not supported'],
    ['many braces', `"teams/${'{a,b}'.repeat(30)}.yml"`, 'the braces of a glob stand for more than 100'],
    ['nothing', '""', 'a glob is empty'],
    ['nothing to exclude', '"!"', 'a glob is empty'],
  ])('cannot stop a run by a glob of %s: the configuration before it holds', async (_name, glob, said) => {
    const repo = createRepo();
    repo.commit({ [`teams/${'a'.repeat(60)}.yml`]: 'members: []\n' });
    repo.commit({
      'team-events.yml': `catalogue: { files: [${glob}, "teams/*.yml"] }\n`,
      'teams/b.yml': team('b', []),
    });
    const result = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(result.code).toBe(4);
    expect(brief(eventsOf(result.stdout))).toEqual(['team.created b']);
    expect(result.stderr).toContain(`team-events.yml:1:21: catalogue.files: ${said}`);
  });

  it('in the clients file cannot change a byte of what is printed of events', async () => {
    const receiver = await startReceiver();
    const path = clientsFile(
      `  - name: one\n    subscriptions: [{ event: team.deleted, url: "${receiver.url}", query: { a: team, b: "null", c: data } }]\n`,
    );
    const repo = sampleRepo();
    const report = join(tempFolder(), 'report.json');
    const args = ['-C', repo, '--from', 'root', '--clients', path, '--report', report, ...LOCAL];
    const sent = await teamEvents([...args, '--format', 'ndjson']);
    const printed = await teamEvents(['-C', repo, '--from', 'root', '--print-events', '--format', 'ndjson']);
    expect(sent).toMatchObject({ code: 0, stdout: printed.stdout });
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ from: null, events: 4 });
  });

  it('is masked before it is cut: the beginning of a secret is not seen either', async () => {
    const receiver = await startReceiver(({ headers }, response) => {
      response.writeHead(400).end(`${'x'.repeat(185)}${headers.authorization}`);
    });
    const path = clientsFile(
      clientOf('one', receiver.url, '    headers: { Authorization: "Bearer ${TOKEN}" }\n'),
    );
    const env = { TEAM_EVENTS_CLIENT_ONE__TOKEN: 'SuperSecretTokenValue123456' };
    const result = await teamEvents(['-C', sampleRepo(), '--from', 'root', '--clients', path, ...LOCAL], {
      env,
    });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`${'x'.repeat(185)}***`);
    expect(result.stdout).not.toContain('Super');
  });

  it('as a removal that is taken back in the same range stops the lane all the same', async () => {
    const repo = createRepo();
    const members = Array.from({ length: 10 }, (_, index) => `m${index}`);
    const files = (some: readonly string[]) =>
      Object.fromEntries(
        Array.from({ length: 8 }, (_, index) => [`teams/t${index}.yml`, team(`t${index}`, some)]),
      );
    const before = repo.commit(files(members));
    repo.commit(files([]));
    repo.commit(files(members));
    const receiver = await startReceiver();
    const path = clientsFile(clientOf('all', receiver.url));
    const result = await teamEvents(['-C', repo.directory, '--from', before, '--clients', path, ...LOCAL]);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain('take away 80 of 80 memberships');
    expect(result.stdout).toContain('--squash');
    expect(receiver.requests).toEqual([]);
  });
});

describe('what the operator gives', () => {
  it('is refused before anything is sent: a folder as report, a revision that is none, a port that is none', async () => {
    const receiver = await startReceiver();
    const path = clientsFile(clientOf('one', receiver.url));
    const folder = join(tempFolder(), 'folder');
    mkdirSync(folder);
    const args = ['-C', sampleRepo(), '--clients', path, ...LOCAL];
    expect(await teamEvents([...args, '--from', 'root', '--report', folder])).toMatchObject({ code: 2 });
    expect(await teamEvents([...args, '--from', '^HEAD'])).toMatchObject({ code: 6 });
    expect(await teamEvents(['listen', '--port', '70000'])).toMatchObject({ code: 2 });
    expect(await teamEvents([...args, '--from', 'root', '--timeout', '0ms'])).toMatchObject({ code: 2 });
    expect(receiver.requests).toEqual([]);
  });

  it('as a range wins over variables', async () => {
    const env = { TEAM_EVENTS_FROM: 'no-such', TEAM_EVENTS_TO: 'no-such' };
    expect(await teamEvents(['-C', sampleRepo(), '--print-events', 'HEAD..HEAD'], { env })).toMatchObject({
      code: 0,
    });
  });
});
