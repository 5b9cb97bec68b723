/** `init`: what it shows, what it leaves alone, and that the CI files run. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { copied, PROGRAM, teamEvents } from '../../support/program.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { createRepo, gitEnvironment, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const SQUADS = { 'squads/a.yml': 'people: [alice]\n', 'squads/b.yml': 'people: [bob]\n' };

function squads(more = {}): SampleRepo {
  const repo = createRepo();
  repo.commit({ ...SQUADS, ...more });
  return repo;
}

const init = (repo: { readonly directory: string }, ...args: readonly string[]) =>
  teamEvents(['-C', repo.directory, 'init', ...args]);
const listOf = ({ directory }: SampleRepo): string[] => readdirSync(directory).sort();

describe('init', () => {
  it('without --yes shows what it would write and the command that writes it', async () => {
    const repo = squads();
    const shown = await init(repo, '--ci', 'github');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^[0-9a-f]{12}: 2 files, 2 teams, 2 memberships of 2 people\n {2}files: squads\/\*\.yml\n/,
    );
    expect(shown.stdout).toContain('    members: people');
    expect(listOf(repo)).toEqual(['.git', 'squads']);

    const [, command = ''] = /write them: (.*)/.exec(shown.stdout) ?? [];
    const done = await copied(command);
    expect(done).toMatchObject({ code: 0 });
    // Before it is committed.
    expect(done.stdout).toMatch(
      /Next:\n {2}make an image of your own, and put its name into \.github\/workflows\/team-events\.yml in place of registry\.example\.com\/\S+; in a clone of team-events:\n {4}docker build -f concourse\/Dockerfile -t IMAGE \. && docker push IMAGE\n {2}git /,
    );
    expect(listOf(repo)).toEqual(['.git', '.github', 'clients.yml', 'squads', 'team-events.yml']);
    for (const name of ['team-events.yml', 'clients.yml', '.github/workflows/team-events.yml'])
      for (const line of readFileSync(join(repo.directory, name), 'utf8').split('\n'))
        expect(shown.stdout).toContain(line);
  });

  it('never replaces a file, nor writes through a link out of the repository', async () => {
    const repo = squads({ 'clients.yml': 'clients: []\n' });
    const elsewhere = tempFolder();
    symlinkSync(join(elsewhere, 'nothing'), join(repo.directory, 'team-events.yml'));
    const kept = await init(repo, '--yes', '--ci', 'none');
    expect(kept.stdout).toMatch(
      /· team-events\.yml {2}is there already, left as it is\n· clients\.yml {6}is there/,
    );
    expect(readFileSync(join(repo.directory, 'clients.yml'), 'utf8')).toBe('clients: []\n');

    symlinkSync(elsewhere, join(repo.directory, '.github'));
    const refused = await init(repo, '--yes', '--ci', 'github');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('leads out of the repository');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('leaves .gitlab-ci.yml as it is, and says how to include its own', async () => {
    const repo = squads({ '.gitlab-ci.yml': 'test: { script: [make] }\n' });
    const { stdout } = await init(repo, '--yes');
    expect(stdout).toContain('CI: gitlab (.gitlab-ci.yml)');
    expect(stdout).toContain('include it in .gitlab-ci.yml:  include: [{ local: .gitlab/team-events.yml }]');
    expect(existsSync(join(repo.directory, '.gitlab/team-events.yml'))).toBe(true);
  });

  it.each(['gitlab', 'github', 'gitea', 'concourse'])('changes nothing a second time: %s', async (kind) => {
    const repo = squads();
    await init(repo, '--yes', '--ci', kind);
    const own = (): ReadonlySet<string> =>
      new Set(
        readdirSync(repo.directory, { recursive: true, encoding: 'utf8' }).filter(
          (path) => !path.startsWith('.git/'),
        ),
      );
    const before = own();
    for (const commit of [false, true]) {
      if (commit) repo.commit({});
      const again = await init(repo, '--yes', '--ci', kind);
      expect(again.code).toBe(0);
      expect(again.stdout).not.toMatch(/written$/m);
    }
    expect(own()).toEqual(before);
  });

  it('names other places, and takes the one that --files names', async () => {
    const repo = squads({
      'groups.yml': 'groups: [{ name: x, members: [alice] }, { name: y, members: [bob] }]\n',
    });
    const first = await init(repo, '--ci', 'none');
    const [, command = ''] = /the 2 teams of \S+ are meant: (.*)/.exec(first.stdout) ?? [];
    expect(await copied(command)).toMatchObject({ code: 0 });
    expect(parse(readFileSync(join(repo.directory, 'team-events.yml'), 'utf8'))).not.toEqual({});
    expect(await init(repo, '--files', '*.yml')).toMatchObject({ code: 2 }); // there is a configuration now
  });

  it('says what it looked for where it finds nothing, and writes nothing', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'members: { alice: since 2020 }\n', 'values.yaml': 'a: 1\n' });
    const result = await init(repo, '--yes');
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(
      'no teams were found in the 2 YAML and JSON files that are in this commit',
    );
    expect(result.stderr).toContain('In 1 of them it holds a mapping; write a list instead');
    expect(listOf(repo)).toEqual(['.git', 'teams', 'values.yaml']);
  });

  it.each([
    ['http//x', 'cannot be parsed'],
    ['https://chat.example.com/hook?token=s3cr3t', 'may hold a secret'],
  ])('refuses the url %s, without repeating it', async (url, why) => {
    const result = await init(squads(), '--yes', '--url', url);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(why);
    expect(result.stderr).not.toContain('s3cr3t');
  });

  it('takes the url of the first receiver, which may be a variable', async () => {
    const repo = squads();
    expect(await init(repo, '--yes', '--url', '${URL}', '--ci', 'none')).toMatchObject({ code: 0 });
    const { clients } = parse(readFileSync(join(repo.directory, 'clients.yml'), 'utf8')) as {
      clients: unknown[];
    };
    expect(clients).toMatchObject([{ name: 'first-client', subscriptions: [{ url: '${URL}' }] }]);
    expect(clients[0]).not.toHaveProperty('paused');
    expect(
      (await teamEvents(['-C', repo.directory, 'check', '--config', join(repo.directory, 'team-events.yml')]))
        .stdout,
    ).toContain('needs TEAM_EVENTS_CLIENT_FIRST_CLIENT__URL');
  });

  it('without a CI says how to send for the first time, and those commands do', async () => {
    const repo = squads();
    const receiver = await startReceiver();
    const { stdout } = await init(repo, '--yes', '--url', receiver.url, '--ci', 'none');
    const commands = [...stdout.matchAll(/^ {2}\S.*: (team-events .* --allow-host .*)$/gm)].map(
      ([, command = '']) => command,
    );
    expect(commands.map((command) => command.replace(/^.*? -C \S+ /, ''))).toEqual([
      '--from root --allow-host 127.0.0.1',
      '--cursor tag:team-events --init --allow-host 127.0.0.1',
    ]);
    repo.commit({});
    for (const command of commands) expect((await copied(command)).code).toBe(0);
    expect(receiver.accepted).toHaveLength(2); // the two teams
    expect((await init(squads(), '--yes', '--ci', 'github')).stdout).not.toMatch(/--from root|--init/);
  });

  it('shows the files of a bare repository, which has no place for them; says all as JSON', async () => {
    const repo = squads();
    const bare = join(tempFolder(), 'bare.git');
    repo.git('clone', '--quiet', '--bare', repo.directory, bare);
    const { code, stdout } = await init({ directory: bare }, '--yes', '--format', 'json', '--ci', 'none');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { files: unknown[]; next: string[]; catalogue: unknown };
    expect(report.catalogue).toMatchObject({
      settings: { files: 'squads/*.yml', members: 'people' },
      teams: 2,
    });
    expect(report.files).toMatchObject([
      { path: 'team-events.yml', state: 'planned' },
      { path: 'clients.yml', state: 'planned' },
    ]);
    expect(report.next[0]).toContain('put these files into a clone of it');
  });

  it('ends soon for files whose aliases repeat each other', async () => {
    const keys = (name: string, to: string): string =>
      `${name}: &${name}\n${Array.from({ length: 3000 }, (_, index) => `  k${index}: *${to}`).join('\n')}\n`;
    const repo = createRepo();
    repo.commit({
      ...SQUADS,
      'bomb.yml': `d: &d { members: [alice] }\n${keys('c', 'd')}${keys('b', 'c')}${keys('a', 'b')}`,
    });
    expect(await init(repo, '--ci', 'none')).toMatchObject({ code: 0 });
  });
});

interface Job {
  readonly env: Readonly<Record<string, string>>;
  readonly script: string;
}

/** What a runner takes from each file: the command of the job that sends, and its variables. */
const JOBS: Readonly<Record<string, readonly [path: string, job: (file: never) => Job]>> = {
  gitlab: [
    '.gitlab-ci.yml',
    (file: {
      '.team-events': { variables: Job['env'] };
      'team-events-notify': { variables: Job['env']; script: string[] };
    }) => ({
      env: {
        ...file['.team-events'].variables,
        ...file['team-events-notify'].variables,
        TEAM_EVENTS_INIT: 'true',
      },
      script: file['team-events-notify'].script.join('\n'),
    }),
  ],
  github: ['.github/workflows/team-events.yml', ofActions],
  gitea: ['.gitea/workflows/team-events.yml', ofActions],
  concourse: [
    'ci/team-events.yml',
    (file: {
      jobs: [{ plan: [unknown, { config: { params: Job['env']; run: { path: string; args: string[] } } }] }];
    }) => {
      const { params, run } = file.jobs[0].plan[1].config;
      return { env: params, script: [run.path, ...run.args].join(' ') };
    },
  ],
};

function ofActions(file: { jobs: { notify: { steps: { run?: string; env?: Job['env'] }[] } } }): Job {
  const step = file.jobs.notify.steps.find(({ run }) => run !== undefined);
  return { env: step?.env ?? {}, script: step?.run ?? '' };
}

describe.each(Object.entries(JOBS))('the file for %s', (kind, [path, jobOf]) => {
  it('runs: each client begins, and its tag is at the remote', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    expect(
      await init({ directory: clone }, '--yes', '--ci', kind, '--url', 'https://receiver.example.com/x'),
    ).toMatchObject({ code: 0 });
    const { env, script } = jobOf(parse(readFileSync(join(clone, path), 'utf8')) as never);
    // The image has the program on its PATH.
    const bin = tempFolder();
    symlinkSync(PROGRAM, join(bin, 'team-events'));
    const filled = Object.entries(env).map(([name, value]) => {
      if (name === 'TEAM_EVENTS_INIT') return [name, 'true'];
      return [name, /\{\{|\(\(/.test(value) || name.includes('GIT_USERNAME') ? '' : value];
    });
    const folder = kind === 'concourse' ? join(clone, '..') : clone;
    const output = execFileSync('sh', ['-ec', script.replace('-C teams', '-C clone')], {
      cwd: folder,
      env: { ...gitEnvironment(), ...Object.fromEntries(filled), PATH: `${bin}:${process.env['PATH']}` },
      encoding: 'utf8',
    });
    expect(output).toContain('first-client');
    expect(remote.git('tag', '--list').split('\n')).toContain('team-events/first-client');
  });
});
