/** Clones of all kinds are read, and are left as they are; what cannot be read is told with what mends it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LEAST_GIT } from '../../../src/adapters/git/git-version.ts';
import { importRepo } from '../../support/imported-repo.ts';
import { brief, eventsOf, printedEvents, PROGRAM, teamEvents } from '../../support/program.ts';
import { createRepo, gitEnvironment, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const options = { cwd, env: { ...gitEnvironment(), ...env }, encoding: 'utf8' } as const;
  return execFileSync(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

function script(path: string, ...lines: readonly string[]): string {
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Every file in it, with its size. */
const contents = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

const RESOURCE = fileURLToPath(new URL('../../../concourse/resource-type', import.meta.url));
const COMMITS = 30;

/** A server that is reached by ssh, with the means that a job has; and how often it was asked for objects. */
function createServer() {
  const repo = createRepo();
  for (const key of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
    repo.git('config', key, 'true');
  for (let index = 0; index < COMMITS; index++)
    repo.commit({
      [`teams/t${index % 3}.yml`]: team(`t${index % 3}`, [`m${index}`]),
      'other/big.txt': `${index}`,
    });
  const folder = tempFolder();
  const ssh = script(
    join(folder, 'ssh'),
    'for last; do :; done',
    `echo "$last" >> ${join(folder, 'log')}`,
    'exec sh -c "$last"',
  );
  const means = { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: 'simple' };
  return {
    repo,
    means,
    asked: () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').length,
    clone(...options: readonly string[]): string {
      const directory = join(tempFolder(), 'clone');
      run('git', ['clone', '--quiet', ...options, `ssh://server${repo.directory}`, directory], folder, means);
      return directory;
    },
  };
}

describe('a partial clone', () => {
  it.each([
    ['blob:none', []],
    ['tree:0', ['--no-checkout']],
    ['tree:1', ['--bare']],
    ['blob:limit=10', []],
  ])(
    'by --filter=%s is read, what it lacks in one go, and nothing is written into it',
    async (filter, more) => {
      const server = createServer();
      const directory = server.clone(`--filter=${filter}`, ...more);
      const [before, asked] = [contents(directory), server.asked()];
      const args = ['-C', directory, '--print-events', '--format', 'ndjson', '--from'];
      const { code, stdout, stderr } = await teamEvents([...args, 'root'], { env: server.means });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const told = eventsOf(stdout).map(({ id, sequence }) => ({ id, sequence }));
      const whole = await printedEvents(server.repo.directory, '--from', 'root');
      expect(told).toEqual(whole.map(({ id, sequence }) => ({ id, sequence })));
      expect(server.asked() - asked).toBeLessThanOrEqual(filter.startsWith('tree') ? 3 : 1);
      expect(contents(directory)).toEqual(before);
    },
  );

  it('is checked, and compared with its base', async () => {
    const server = createServer();
    const directory = server.clone('--filter=tree:0', '--no-checkout');
    const { code, stdout } = await teamEvents(['check', '-C', directory, '--base', 'HEAD~2'], {
      env: server.means,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('3 files, 3 teams');
  });

  it('whose remote cannot be reached is told as such, with the commands that complete it: exit 8', async () => {
    const server = createServer();
    const directory = server.clone('--filter=blob:none');
    const args = ['-C', directory, '--print-events', '--from', 'root'];
    const { code, stderr } = await teamEvents(args, { env: { ...server.means, GIT_SSH_COMMAND: 'false' } });
    expect(code).toBe(8);
    expect(stderr).toContain(
      `${directory} is a partial clone (--filter=blob:none) that lacks what has to be read`,
    );
    const command = `git -C ${directory} fetch --refetch --no-filter origin`;
    expect(stderr).toContain(command);
    run('sh', ['-c', `${command} --quiet`], directory, server.means);
    expect((await teamEvents(args, { env: { GIT_SSH_COMMAND: 'false' } })).code).toBe(0);
  });
});

describe('a repository of SHA-256 objects', () => {
  it.each([
    ['2', 'sha1'],
    ['0', 'sha1'],
    ['2', 'sha256'],
  ])(
    'is read by the resource type, by version %s of the protocol, where %s is the default',
    async (protocol, hash) => {
      const directory = tempFolder();
      const repo = createRepo(directory, { objectFormat: 'sha256' });
      const first = repo.commit({ 'teams/a.yml': team('a', ['x']) });
      expect(first).toHaveLength(64);
      const env = {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'protocol.version',
        GIT_CONFIG_VALUE_0: protocol,
        GIT_DEFAULT_HASH: hash,
        TMPDIR: tempFolder(),
      };
      const resource = (name: string, request: object, ...args: string[]): unknown =>
        JSON.parse(
          execFileSync('sh', [join(RESOURCE, name), ...args], {
            input: JSON.stringify({ source: { uri: `file://${directory}`, branch: 'main' }, ...request }),
            env: { ...gitEnvironment(), ...env },
            encoding: 'utf8',
          }),
        );
      const [version] = resource('check', {}) as [Record<string, string>];
      expect(version).toMatchObject({ from: 'root', commit: first });
      const second = repo.commit({ 'teams/b.yml': team('b', []) });
      expect(resource('check', { version })).toEqual([
        version,
        expect.objectContaining({ from: first, commit: second }),
      ]);
      const folder = join(tempFolder(), 'get');
      resource('in', { version }, folder);
      expect(readFileSync(join(folder, 'commit'), 'utf8')).toBe(`${first}\n`);
      expect(brief(await printedEvents(directory, `${first.slice(0, 10)}..main`))).toEqual([
        'team.created b',
      ]);
    },
  );
});

describe('revisions', () => {
  const twoCommits = (): SampleRepo => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/b.yml': team('b', ['y']) });
    return repo;
  };

  it('a name that is a tag and a branch is the tag, with a warning', async () => {
    const repo = twoCommits();
    const [first, second] = [repo.git('rev-parse', 'HEAD~1'), repo.git('rev-parse', 'HEAD')];
    repo.git('tag', 'v1', first);
    repo.git('branch', 'v1', second);
    const { code, stdout, stderr } = await teamEvents(['-C', repo.directory, '--print-events', 'v1..main']);
    expect(code).toBe(0);
    expect(stdout).toContain('b created');
    expect(stderr).toBe(
      `warning: "v1" is a tag and a branch: the tag is taken (refs/tags/v1, ${first.slice(0, 12)}). For the other write refs/heads/v1\n`,
    );
    const exact = await teamEvents(['-C', repo.directory, '--print-events', 'refs/heads/v1..main']);
    expect(exact).toMatchObject({ code: 0, stdout: '' });
  });

  it.each(['0'.repeat(40), '0'.repeat(64)])('%s is told as what CI means by it: exit 6', async (zeros) => {
    const repo = twoCommits();
    for (const args of [
      ['--print-events', '--from', zeros],
      ['check', '--base', zeros],
      ['check', '--to', zeros],
    ]) {
      const { code, stderr } = await teamEvents([...args, '-C', repo.directory]);
      expect(code).toBe(6);
      expect(stderr).toContain('CI passes it where there was nothing before');
      expect(stderr).toContain('root');
    }
  });

  it('an id that begins several is told as such: exit 6', async () => {
    const commits = Array.from({ length: 800 }, (_, index) => ({ 'teams/a.yml': team('a', [`m${index}`]) }));
    const { directory, ids } = importRepo(commits);
    const short = ids.map((id) => id.slice(0, 4));
    const twice = short.find((one, index) => short.indexOf(one) !== index);
    expect(twice).toBeDefined();
    const { code, stderr } = await teamEvents(['-C', directory, '--print-events', `--from=${twice}`]);
    expect(code).toBe(6);
    expect(stderr).toContain(`"${twice}" is the beginning of several commit ids`);
  });

  it('what git understands is understood: expressions, the reflog, the branch of a remote', async () => {
    const repo = twoCommits();
    const directory = join(tempFolder(), 'clone');
    run('git', ['clone', '--quiet', repo.directory, directory], repo.directory);
    run('git', ['reset', '--quiet', '--hard', 'HEAD~1'], directory);
    for (const range of [
      'HEAD..@{upstream}',
      'main..origin/main',
      'HEAD~0..HEAD@{1}',
      'main..ORIG_HEAD',
      ':/Change.1..origin',
    ])
      expect(brief(await printedEvents(directory, range))).toEqual([
        'team.created b',
        'team.members.added b',
      ]);
    const { code, stderr } = await teamEvents(['-C', directory, '--print-events', 'HEAD@{99}..main']);
    expect({ code, stderr }).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('there is no commit "HEAD@{99}"'),
    });
  });
});

describe('where a clone lies', () => {
  const names = async (directory: string, ...args: string[]): Promise<string[]> =>
    brief(await printedEvents(directory, ...args));

  it('in a work tree of another, in a submodule, in a bare repository, and below any of them', async () => {
    const repo = createRepo();
    const first = repo.commit({ 'teams/a.yml': team('a', []), 'clients.yml': 'clients: []\n' });
    repo.git('branch', 'other');
    repo.commit({ 'teams/b.yml': team('b', []) });
    const folder = tempFolder();
    repo.git('worktree', 'add', '--quiet', join(folder, 'linked'), 'other');
    run('git', ['clone', '--quiet', '--bare', repo.directory, join(folder, 'bare.git')], folder);
    const outer = createRepo();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo.directory, 'inner');
    const all = ['team.created a', 'team.created b'];
    expect(await names(repo.directory, 'root..HEAD')).toEqual(all);
    expect(await names(join(repo.directory, 'teams'), 'root..HEAD')).toEqual(all);
    expect(await names(join(folder, 'linked', 'teams'), 'root..HEAD')).toEqual(['team.created a']);
    expect(await names(join(folder, 'linked'), `${first}..main`)).toEqual(['team.created b']);
    expect(await names(join(folder, 'bare.git'), 'root..HEAD')).toEqual(all);
    expect(await names(join(folder, 'bare.git', 'objects'), 'root..HEAD')).toEqual(all);
    expect(await names(join(outer.directory, 'inner', 'teams'), 'root..HEAD')).toEqual(all);
    // The clients file at the root of the work tree is found from below, too.
    const below = await teamEvents(['check', '-C', join(folder, 'linked', 'teams')]);
    expect(below).toMatchObject({ code: 0, stdout: expect.stringContaining('clients.yml') });
  });

  it('nowhere: exit 2', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, '.git'));
    for (const [directory, why] of [
      [folder, 'is not a git repository'],
      [join(folder, 'gone'), 'there is no directory'],
      [PROGRAM, 'there is no directory'],
    ] as const) {
      const { code, stderr } = await teamEvents(['-C', directory, '--print-events']);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
    }
  });

  it('in a form that this git does not know: exit 2, in its words', async () => {
    for (const [key, value] of [
      ['core.repositoryFormatVersion', '99'],
      ['extensions.fromTomorrow', 'true'],
    ] as const) {
      const repo = createRepo();
      repo.commit({ 'teams/a.yml': team('a', []) });
      repo.git('config', 'core.repositoryFormatVersion', '1');
      repo.git('config', key, value);
      const { code, stderr } = await teamEvents(['-C', repo.directory, '--print-events', '--from', 'root']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/is not a git repository that can be read: (?:.|\n)*(?:99|fromtomorrow)/);
    }
  });
});

describe('on a git server', () => {
  it('a hook before the push is accepted sees what is pushed, and can refuse it', async () => {
    const server = createRepo();
    const bare = join(tempFolder(), 'server.git');
    run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare], server.directory);
    server.git('remote', 'add', 'origin', bare);
    server.commit({ 'teams/a.yml': team('a', ['x']) });
    server.git('push', '--quiet', 'origin', 'main');
    mkdirSync(join(bare, 'hooks'), { recursive: true });
    script(
      join(bare, 'hooks', 'pre-receive'),
      'while read old new ref; do',
      `  ${process.execPath} ${PROGRAM} check --base $old --to $new >&2 || exit 1`,
      'done',
    );
    server.commit({ 'teams/a.yml': 'id: a\nmembers: [x\n' });
    expect(() => server.git('push', 'origin', 'main')).toThrow(/teams\/a\.yml:3:1: error/);
    server.commit({ 'teams/a.yml': team('a', ['x', 'y']) });
    server.git('push', '--quiet', 'origin', 'main');
    expect(run('git', ['rev-parse', 'main'], bare).trim()).toBe(server.git('rev-parse', 'HEAD'));
  });
});

describe('the git that is found', () => {
  const repo = (): string => {
    const made = createRepo();
    made.commit({ 'teams/a.yml': team('a', []) });
    return made.directory;
  };

  it.each([
    [`echo 'git version 1.8.3.1'`, '1.8.3.1'],
    [`echo '{"event":"version","evt":"3","exe":"2.30.9"}' >&2`, '2.30.9'],
    [`echo '{"event":"version","evt":"3","exe":"2.33.0.windows.1"}' >&2; exit 1`, '2.33.0.windows.1'],
    ['echo "what?"', 'unknown'],
  ])('is too old: %s; exit 2', async (git, version) => {
    const folder = tempFolder();
    script(join(folder, 'git'), git);
    const env = { PATH: `${folder}${delimiter}${process.env['PATH']}` };
    for (const args of [['--print-events'], ['check'], ['status', '--cursor', 'tag:x']]) {
      const { code, stderr } = await teamEvents([...args, '-C', repo()], { env });
      expect(code).toBe(2);
      expect(stderr).toContain(`team-events needs git ${LEAST_GIT} or newer; this is ${version}`);
    }
  });

  it('is none: exit 2', async () => {
    const { code, stderr } = await teamEvents(['--print-events', '-C', repo()], {
      env: { PATH: tempFolder() },
    });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no git in PATH'),
    });
  });
});
