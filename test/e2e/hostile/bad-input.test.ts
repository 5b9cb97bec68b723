/** What bad input gets: a clear message with place and remedy, the documented exit code, nothing half done. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { brief, copied, eventsOf, startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

function fileOf(text: string | Uint8Array, name = 'file.yml'): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text);
  return path;
}

function sampleRepo(): string {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  return repo.directory;
}

describe('the command line', () => {
  it.each<[name: string, args: string[], said: string]>([
    ['an unknown flag', ['--frm', 'x'], "unknown option '--frm'"],
    ['an unknown command', ['notfiy', '--from', 'root'], 'Is it team-events notify?'],
    ['a word that is no command', ['publish'], 'Expected FROM..TO'],
    ['nothing to do', [], 'nothing is sent without a range or a cursor'],
    ['a wrong format', ['--print-events', '--format', 'xml'], 'Allowed choices are text, json, ndjson'],
    ['an unknown event type', ['--print-events', '--type', 'team.renamed'], 'expected one of team.created'],
    ['a wrong duration', ['--print-events', '--timeout', '5'], 'expected a duration such as 10ms, 2s or 5m'],
    ['a wrong number', ['--print-events', '--attempts', '0'], 'expected a whole number from 1'],
    ['--to without --from', ['--to', 'HEAD'], '--to needs --from'],
    ['two ranges', ['a..b', '--from', 'c'], 'the range is given twice'],
    ['three dots', ['a...b'], 'is neither a range of revisions nor a command'],
  ])('%s: exit 2', async (_name, args, said) => {
    const result = await teamEvents(['-C', sampleRepo(), ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(said);
  });

  it('takes an empty variable as none, and a switch that is set to false as off', async () => {
    const repo = sampleRepo();
    const env = {
      TEAM_EVENTS_FROM: 'root',
      TEAM_EVENTS_TO: '',
      TEAM_EVENTS_POLICY: '',
      TEAM_EVENTS_TYPE: '',
      TEAM_EVENTS_PRINT_EVENTS: 'false',
    };
    const clients = fileOf('clients: []\n');
    expect(await teamEvents(['-C', repo, '--clients', clients], { env })).toMatchObject({
      code: 0,
      stderr: `${clients} names no client: nothing is sent\n`,
    });
    const printed = await teamEvents(['-C', repo], {
      env: { ...env, TEAM_EVENTS_PRINT_EVENTS: 'true', TEAM_EVENTS_FORMAT: 'ndjson' },
    });
    expect(brief(eventsOf(printed.stdout))).toEqual(['team.created a', 'team.members.added a']);
    const odd = await teamEvents(['-C', repo], { env: { TEAM_EVENTS_PRINT_EVENTS: 'maybe' } });
    expect(odd).toMatchObject({
      code: 2,
      stderr: 'error: TEAM_EVENTS_PRINT_EVENTS is "maybe"; expected true or false\n',
    });
  });

  it('shows every option of a command with its variable', async () => {
    const { code, stdout } = await teamEvents(['notify', '--help']);
    expect(code).toBe(0);
    const options = [...stdout.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1] ?? '');
    expect(options.length).toBeGreaterThan(20);
    for (const option of options.filter((name) => name !== '--help' && name !== '--version')) {
      expect(stdout.replace(/\s+/g, ' ')).toContain(
        `env: TEAM_EVENTS_${option.slice(2).toUpperCase().replaceAll('-', '_')}`,
      );
    }
  });

  it('ends with 1 and a stack trace on a bug', async () => {
    const sabotage = fileOf(
      "Date.prototype.toISOString = () => { throw new TypeError('sabotage'); };\n",
      'sabotage.mjs',
    );
    const result = await startTeamEvents(['-C', sampleRepo(), '--print-events'], {
      nodeArgs: ['--import', pathToFileURL(sabotage).href],
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('This is a bug in team-events');
    expect(result.stderr).toContain('TypeError: sabotage');
  });
});

describe('the repository', () => {
  it('that is none, or not there: exit 2', async () => {
    const folder = tempFolder();
    const none = await teamEvents(['-C', folder, '--print-events']);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain(`${folder} is not a git repository`);
    const absent = await teamEvents(['-C', join(folder, 'nowhere'), '--print-events']);
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no directory') as string,
    });
  });

  it('that belongs to someone else and may not be written is read all the same', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '12345:12345', repo.directory]);
    chmodSync(repo.directory, 0o555);
    expect(await teamEvents(['-C', repo.directory, '--print-events'])).toMatchObject({ code: 0, stderr: '' });
    chmodSync(repo.directory, 0o755);
  });

  it('in which no file matches: exit 2, naming the globs', async () => {
    const repo = createRepo();
    repo.commit({ 'README.md': 'x' });
    for (const args of [[], ['--from', 'root']]) {
      const result = await teamEvents(['-C', repo.directory, '--print-events', ...args]);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain('teams/**/*.{yml,yaml}');
    }
  });

  it('whose objects are damaged: exit 6, naming the object', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    const blob = repo.git('rev-parse', 'HEAD:teams/a.yml');
    execFileSync('rm', ['-f', join(repo.directory, '.git/objects', blob.slice(0, 2), blob.slice(2))]);
    const result = await teamEvents(['-C', repo.directory, '--print-events']);
    expect(result.code).toBe(6);
    expect(result.stderr).toContain(`the object ${blob} is missing`);
  });
});

describe('a team file', () => {
  const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${[1, 2, 3, 4, 5, 6, 7, 8]
    .map(
      (n) =>
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]\n`,
    )
    .join('')}`;
  it.each<[name: string, content: string | Uint8Array, place: string, said: string]>([
    ['broken YAML', 'id: b\nmembers: [x\n', '3:1', 'deficient indentation'],
    ['a bomb of aliases', bomb, '1:1', 'expand past'],
    ['50 MB', Buffer.alloc(50_000_000, 'x'), '1:1', 'the file has 50000000 bytes; at most 1048576 are read'],
    ['text that is not UTF-8', Buffer.from([0x69, 0x64, 0x3a, 0x20, 0xff]), '1:5', 'the text is not UTF-8'],
    ['an id twice', '- id: b\n- id: b\n', '2:3', 'appears twice in this file'],
    ['no content', '\n', '1:1', 'the file is empty'],
    ['a member that is a list', 'id: b\nmembers:\n  - [x]\n', '3:5', 'the member is a list'],
    ['a duplicate key', 'id: b\nid: c\n', '2:1', 'duplicated mapping key'],
  ])(
    'with %s is told with path, line, column and commit, and harms no other: exit 4',
    async (_name, content, place, said) => {
      const repo = createRepo();
      repo.commit({ 'teams/a.yml': team('a', []) });
      const commit = repo.commit({ 'teams/b.yml': content });
      const result = await teamEvents([
        '-C',
        repo.directory,
        '--from',
        'root',
        '--print-events',
        '--format',
        'json',
      ]);
      expect(result.code).toBe(4);
      const { events, problems } = JSON.parse(result.stdout) as {
        events: unknown[];
        problems: { path: string; commit: string; message: string }[];
      };
      expect(events.length).toBe(1);
      expect(problems).toMatchObject([
        { path: 'teams/b.yml', commit, message: expect.stringContaining(said) as string },
      ]);
      expect(result.stderr).toContain(`teams/b.yml:${place}: `);
    },
  );

  it('whose team stands in another file too: the first path counts, the other is told', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('same', ['x']), 'teams/b.yml': `# also\n${team('same', ['y'])}` });
    const result = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(result.code).toBe(4);
    expect(eventsOf(result.stdout).map(({ data }) => data.file)).toEqual(['teams/a.yml', 'teams/a.yml']);
    expect(result.stderr).toContain('teams/b.yml:2:1: the team id "same" is also in teams/a.yml');
  });
});

describe('the clients file', () => {
  const send = (clients: string, env = {}) =>
    teamEvents(['-C', sampleRepo(), '--from', 'root', '--clients', clients, '--allow-host', '127.0.0.1'], {
      env,
    });

  it.each([
    ['empty', '', 'the file is empty'],
    ['no document of clients', 'hello\n', 'cannot be used'],
    ['broken', 'clients:\n  - name: [\n', 'file.yml:3:1'],
    [
      'a file with two clients of one name',
      `clients:\n${clientOf('a', 'https://a.example')}${clientOf('a', 'https://b.example')}`,
      'the client a is already on line 2',
    ],
  ])('that is %s stops the run before anything is sent: exit 2', async (_name, text, said) => {
    const result = await send(fileOf(text));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(said);
  });

  it('that is not there: exit 2 with the flag that names one', async () => {
    const result = await send('/nonexistent/clients.yml');
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(
      'cannot read the clients file /nonexistent/clients.yml: there is no such file\nName it with --clients FILE.',
    );
  });

  it('that is not at the root: exit 2 with the command that writes one', async () => {
    const directory = sampleRepo();
    const run = () => teamEvents(['-C', directory, '--from', 'root']);
    const { code, stderr } = await run();
    expect(code).toBe(2);
    const [, how = '', command = ''] = stderr.split('\n');
    expect(how).toMatch(/^If clients are served already, .*--clients FILE.* -C DIR\./);
    expect(command).toBe(`  team-events init -C ${directory} --ci none --yes`);
    await teamEvents(command.trim().split(' ').slice(1));
    expect((await run()).stderr).not.toContain('there is no such file');
  });

  it('leaves out who is misconfigured, serves the others, and ends with 2 and all problems with their lines', async () => {
    const receiver = await startReceiver();
    const path = fileOf(
      `clients:
  - name: wrong
    colour: red
    headers: { Host: evil, X-Ok: "1" }
    subscriptions:
      - { event: team.renamed, url: "https://a.example" }
  - name: reaches
    headers: { Authorization: "Bearer \${TEAM_EVENTS_CLIENT_FINE__TOKEN}\${CI_JOB_TOKEN}" }
    subscriptions:
      - { event: team.created, url: "${receiver.url}/reaches" }
${clientOf('fine', `${receiver.url}/fine`, '    headers: { Authorization: "Bearer ${TOKEN}" }\n')}`,
    );
    const report = join(tempFolder(), 'report.json');
    const result = await teamEvents(
      [
        '-C',
        sampleRepo(),
        '--from',
        'root',
        '--clients',
        path,
        '--allow-host',
        '127.0.0.1',
        '--report',
        report,
      ],
      { env: { TEAM_EVENTS_CLIENT_FINE__TOKEN: 'fine-secret', CI_JOB_TOKEN: 'ci-secret' } },
    );
    expect(result.code).toBe(2);
    expect(receiver.requests.map(({ path: where }) => where)).toEqual(['/fine']);
    const { clients } = JSON.parse(readFileSync(report, 'utf8')) as {
      clients: { client: string; status: string; problem?: { message: string } }[];
    };
    expect(clients.map(({ client, status }) => [client, status])).toEqual([
      ['wrong', 'misconfigured'],
      ['reaches', 'misconfigured'],
      ['fine', 'done'],
    ]);
    expect(clients[0]?.problem?.message).toMatch(
      /line 3: colour: unknown key; expected name, .*; line 4: headers\.Host: .*; line 6: subscriptions\[0\]\.event: expected one of/,
    );
    expect(clients[1]?.problem?.message).toContain('TEAM_EVENTS_CLIENT_REACHES__CI_JOB_TOKEN');
    expect(clients[1]?.problem?.message).toContain(
      'TEAM_EVENTS_CLIENT_REACHES__TEAM_EVENTS_CLIENT_FINE__TOKEN',
    );
    for (const secret of ['fine-secret', 'ci-secret'])
      expect(result.stdout + result.stderr).not.toContain(secret);
  });

  it('needs no variables for a dry run, which names those that a run will need and who would get what', async () => {
    const path = fileOf(
      `clients:\n${clientOf('one', 'https://one.example/${ID}', '    secrets: ["${SECRET}"]\n')}`,
    );
    const result = await teamEvents(['-C', sampleRepo(), '--print-events', '--clients', path]);
    expect(result.code).toBe(0);
    expect(result.stderr).toBe(
      'variables that a run will need: TEAM_EVENTS_CLIENT_ONE__ID, TEAM_EVENTS_CLIENT_ONE__SECRET\n',
    );
    expect(result.stdout).toMatch(
      /\+ a created .*\n\s+→ one\n.*members added.*\n\s+\+ x\n\s+→ told by team\.created/,
    );
  });

  it('has no client of that name: exit 2, naming those it has', async () => {
    const path = fileOf(`clients:\n${clientOf('one', 'https://one.example')}`);
    const result = await teamEvents([
      '-C',
      sampleRepo(),
      '--from',
      'root',
      '--clients',
      path,
      '--client',
      'two',
    ]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('no client is called two');
    expect(result.stderr).toContain('Its clients are: one');
  });

  it('never shows a secret that a receiver sends back', async () => {
    const secret = 'correct horse/battery+staple';
    const receiver = await startReceiver((_request, response) => {
      response
        .writeHead(400)
        .end(`bad ${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}`);
    });
    const path = fileOf(
      `clients:\n${clientOf('one', receiver.url, '    headers: { X-Token: "${TOKEN}" }\n')}`,
    );
    const result = await send(path, { TEAM_EVENTS_CLIENT_ONE__TOKEN: secret });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('status 400: bad *** *** ***');
  });
});

describe('the removal guard', () => {
  /** 20 teams, 15 of them deleted one by one, one commit before and one after. */
  function purged(): { repo: SampleRepo; before: string } {
    const repo = createRepo();
    const ids = Array.from({ length: 20 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const before = repo.commit(Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, ['x'])])));
    repo.commit({ 'teams/t19.yml': team('t19', ['x', 'y']) });
    for (const id of ids.slice(0, 15)) repo.commit({ [`teams/${id}.yml`]: null });
    repo.commit({ 'teams/t19.yml': team('t19', ['x']) });
    return { repo, before };
  }

  it('stops a lane before the first removal, exit 7, until a person allows it', async () => {
    const { repo, before } = purged();
    const receiver = await startReceiver();
    const creations = await startReceiver();
    const clients = fileOf(
      `clients:\n${clientOf('all', receiver.url)}  - name: creations\n    subscriptions: [{ event: team.created, url: "${creations.url}" }]\n`,
    );
    const args = ['-C', repo.directory, '--from', before, '--clients', clients, '--allow-host', '127.0.0.1'];
    const stopped = await teamEvents(args);
    expect(stopped.code).toBe(7);
    expect(brief(receiver.requests.map(({ event }) => event))).toEqual(['team.members.added t19']);
    expect(stopped.stdout).toMatch(
      /✗ all\s+1 delivered, 16 pending\s+stopped by the removal guard[^]*✓ creations\s+0 delivered/,
    );
    expect(stopped.stdout).toContain(
      'delete 15 of 20 teams: t00, t01, t02, t03, t04, t05, t06, t07, t08, t09 and 5 more',
    );
    const allowed = /--allow-removals ([0-9a-f]{40})/.exec(stopped.stdout)?.[1] ?? '';
    expect(await teamEvents([...args, '--allow-removals', allowed])).toMatchObject({ code: 0 });
    expect(receiver.requests.length).toBe(1 + 17);
  });

  it('names the way out where the removal was taken back', async () => {
    const { repo, before } = purged();
    repo.git('checkout', before, '--', 'teams');
    repo.commit({}, 'Take it back');
    const receiver = await startReceiver();
    const clients = fileOf(`clients:\n${clientOf('all', receiver.url)}`, "it's the file.yml");
    const result = await teamEvents([
      '-C',
      repo.directory,
      '--from',
      before,
      '--clients',
      clients,
      '--allow-host',
      '127.0.0.1',
    ]);
    expect(result.code).toBe(7);
    const command = /^ *(team-events .*--squash)$/m.exec(result.stdout)?.[1] ?? '';
    expect((await copied(command)).code).toBe(0);
    expect(receiver.requests.filter(({ event }) => event.type === 'team.deleted')).toEqual([]);
  });
});
