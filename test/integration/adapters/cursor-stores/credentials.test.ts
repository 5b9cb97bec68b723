/** How git is let in: by the environment, never by argv or a printed URL. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OpenStoreOptions } from '../../../../src/adapters/cursor-stores/open-cursor-store.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { resolveCommit } from '../../../../src/adapters/git/history/resolve-commit.ts';
import { streamGit } from '../../../../src/adapters/git/stream.ts';
import { bundle, start, type Script } from '../../../support/bundled.ts';
import { createRemote, openTags } from '../../../support/sample-remote.ts';
import { createRepo, gitEnvironment, tempFolder } from '../../../support/sample-repo.ts';

const TOKEN = 'tok-s3cr3t';

interface Gate {
  readonly host: string;
  /** The Authorization header of each request. */
  readonly asked: (string | undefined)[];
}

/** A server that lets nobody in. */
async function gate(onRequest?: () => void): Promise<Gate> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    onRequest?.();
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('no');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Reads a remote that will not let us in, from a repository with these settings; the message. */
async function knock(
  settings: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
  options: Partial<OpenStoreOptions> = {},
): Promise<string> {
  const repo = createRepo();
  for (const [key, value] of Object.entries(settings)) repo.git('config', key, value);
  const store = await openTags(repo.directory, {
    environment: { ...gitEnvironment(), ...variables },
    ...options,
  });
  const error = await store.read().then(
    () => new Error('it was let in'),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ exitCode: 8 });
  return error.message;
}

/** Variables with a configuration of the caller's own. */
function ofCaller(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const file = join(tempFolder(), 'gitconfig');
  for (const [key, value] of Object.entries(settings)) {
    execFileSync('git', ['config', '--file', file, key, value], { env: gitEnvironment() });
  }
  return { GIT_CONFIG_GLOBAL: file };
}

describe('TEAM_EVENTS_GIT_TOKEN', () => {
  it('is the password, of oauth2 where no user is named', async () => {
    const { host, asked } = await gate();
    const message = await knock(
      { 'remote.origin.url': `http://${host}/a.git` },
      { TEAM_EVENTS_GIT_TOKEN: `${TOKEN}\n` },
    );
    expect(asked).toEqual([undefined, basic('oauth2', TOKEN)]);
    expect(message).not.toContain(TOKEN);
    expect(message).toContain('origin');
  });

  it('is masked where the server says it, in any form', async () => {
    const secret = 'to/k+n s3cr3t?é';
    const both = `bot:${secret}`;
    const base64 = Buffer.from(both).toString('base64');
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      base64,
      base64.replace(/=+$/, ''),
      encodeURIComponent(both),
    ];
    const remote = createRemote(1);
    remote.hook(
      'update',
      `cat >&2 <<'END'\n${forms.map((form) => `said <${form}>`).join('\n')}\nEND\nexit 1`,
    );
    const store = await openTags(remote.clone(), {
      environment: {
        ...gitEnvironment(),
        TEAM_EVENTS_GIT_TOKEN: secret,
        TEAM_EVENTS_GIT_USERNAME: 'bot',
      },
    });
    const cursor = { commit: `${remote.commits[0]}` };
    const results = await store.write(new Map([['alpha', { expected: undefined, cursor }]]));
    const told = results.get('alpha');
    const details = told?.kind === 'refused' ? (told.details ?? []) : [];
    expect(details.join('\n').match(/<.*?>/g)).toEqual(forms.map(() => '<***>'));
  });

  it('goes with TEAM_EVENTS_GIT_USERNAME, and before any helper of the caller', async () => {
    const { host, asked } = await gate();
    await knock(
      { 'remote.origin.url': `http://${host}/a.git` },
      {
        ...ofCaller({ 'credential.helper': '!echo password=other; echo username=other; :' }),
        TEAM_EVENTS_GIT_TOKEN: TOKEN,
        TEAM_EVENTS_GIT_USERNAME: 'bot',
      },
    );
    expect(asked.at(-1)).toBe(basic('bot', TOKEN));
  });

  it('counts where CI has put the token of its job into the URL', async () => {
    const { host, asked } = await gate();
    const message = await knock(
      { 'remote.origin.url': `http://gitlab-ci-token:job-s3cr3t@${host}/a.git` },
      { TEAM_EVENTS_GIT_TOKEN: TOKEN },
    );
    expect(asked).toEqual([undefined, basic('oauth2', TOKEN)]);
    expect(message).not.toContain('s3cr3t');
  });

  it.each(['', 'a.git'])(
    'counts where CI rewrites the URL from http://host/%s on, or sends a header',
    async (path) => {
      const { host, asked } = await gate();
      await knock(
        {
          'remote.origin.url': `http://${host}/a.git`,
          [`url.http://ci:job-s3cr3t@${host}/${path}.insteadOf`]: `http://${host}/${path}`,
          [`http.http://${host}/.extraheader`]: 'AUTHORIZATION: basic am9i',
        },
        { TEAM_EVENTS_GIT_TOKEN: TOKEN },
      );
      expect(asked).toEqual([undefined, basic('oauth2', TOKEN)]);
    },
  );
});

describe("git's own means", () => {
  it('are left as they are: the URL, the header, the helper', async () => {
    const { host, asked } = await gate();
    const message = await knock({ 'remote.origin.url': `http://ci:job-s3cr3t@${host}/a.git` }, {});
    expect(asked.at(-1)).toBe(basic('ci', 'job-s3cr3t'));
    expect(message).not.toContain('s3cr3t');
    await knock(
      {
        'remote.origin.url': `http://${host}/a.git`,
        [`http.http://${host}/.extraheader`]: 'AUTHORIZATION: basic am9i',
      },
      {},
    );
    expect(asked.at(-1)).toBe('basic am9i');
    const helper = (user: string): string => `!echo username=${user}; echo password=p; :`;
    await knock(
      { 'remote.origin.url': `http://${host}/a.git`, 'credential.helper': helper('clone') },
      ofCaller({ 'credential.helper': helper('caller') }),
    );
    expect(asked.at(-1)).toBe(basic('caller', 'p')); // a program that the clone names is never run
  });

  it('are left as they are: variables, also settings by variable', async () => {
    const { host, asked } = await gate();
    const askpass = join(tempFolder(), 'askpass');
    writeFileSync(askpass, '#!/bin/sh\ncase "$1" in User*) echo ann;; *) echo word;; esac\n');
    chmodSync(askpass, 0o755);
    await knock({ 'remote.origin.url': `http://${host}/a.git` }, { GIT_ASKPASS: askpass });
    expect(asked.at(-1)).toBe(basic('ann', 'word'));
    await knock(
      { 'remote.origin.url': 'https://example.invalid/a.git' },
      {
        GIT_ASKPASS: askpass,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.http://eve@${host}/.insteadOf`,
        GIT_CONFIG_VALUE_0: 'https://example.invalid/',
      },
    );
    expect(asked.at(-1)).toBe(basic('eve', 'word'));
  });

  it('never ask a person, and a message holds no credentials of a URL that was asked for', async () => {
    const { host } = await gate();
    const message = await knock({}, {}, { remote: `http://user:s3cr3t@${host}/a.git` });
    expect(message).toContain(`the remote http://${host}/a.git cannot be reached`);
    expect(message).not.toContain('s3cr3t');
    expect(await knock({ 'remote.origin.url': `http://${host}/a.git` }, {})).toMatch(
      /could not read Username/,
    );
  });

  it('do not learn what belongs to clients', async () => {
    const seen = join(tempFolder(), 'seen');
    await knock(
      { 'remote.origin.url': 'ssh://example.invalid/a.git' },
      {
        GIT_SSH_COMMAND: `env > ${seen}; false`,
        TEAM_EVENTS_SECRETS: 'x',
        TEAM_EVENTS_CLIENT_A__TOKEN: 'y',
        GIT_DIR: '/x',
      },
    );
    const names = readFileSync(seen, 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => name?.startsWith('TEAM_EVENTS_') || name === 'GIT_DIR')).toEqual([]);
  });
});

it('no secret is given to the git that reads the clone', async () => {
  const remote = createRemote(2);
  const folder = tempFolder();
  const seen = join(folder, 'seen');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\nenv >> ${seen}\nexec ${real} "$@"\n`, { mode: 0o755 });
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  vi.stubEnv('TEAM_EVENTS_SECRETS', '{"a":{"TOKEN":"json-s3cr3t"}}');
  vi.stubEnv('TEAM_EVENTS_CLIENT_A__TOKEN', 'client-s3cr3t');
  vi.stubEnv('TEAM_EVENTS_GIT_TOKEN', 'git-s3cr3t');
  const repository = await openRepository(remote.clone());
  const head = await resolveCommit(repository, 'HEAD');
  const tree = await repository.git('ls-tree', '-r', '--object-only', head);
  for await (const _ of streamGit(repository, ['cat-file', '--batch'], tree).chunks());
  const told = readFileSync(seen, 'utf8');
  expect(told.match(/^GIT_CONFIG_GLOBAL=\/dev\/null$/gm)).toHaveLength(4); // configuration, resolve, ls-tree, cat-file
  expect(told).not.toMatch(/s3cr3t|TEAM_EVENTS_/);
});

describe('a secret', () => {
  /** A git that notes its arguments, in the PATH; what it has noted, and not of the test's own. */
  function notingGit(): { readonly path: string; readonly seen: () => string[] } {
    const folder = tempFolder();
    const log = join(folder, 'arguments');
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$@" >> ${log}\nexec ${git} "$@"\n`);
    chmodSync(join(folder, 'git'), 0o755);
    const before = process.env['PATH'];
    const path = `${folder}:${before}`;
    process.env['PATH'] = path; // where the program itself looks for git
    onTestFinished(() => void (process.env['PATH'] = before));
    const own = 'config remote.origin.url';
    return {
      path,
      seen: () =>
        readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => !line.startsWith(own)),
    };
  }

  it('stands in the arguments of no process', async () => {
    const { host } = await gate();
    const { path, seen } = notingGit();
    await knock(
      { 'remote.origin.url': `http://ci:job-s3cr3t@${host}/a.git` },
      { PATH: path, TEAM_EVENTS_GIT_TOKEN: TOKEN },
    );
    expect(seen().join('\n')).toContain('ls-remote');
    expect(seen().filter((line) => line.includes('s3cr3t'))).toEqual([]);
  });

  it.runIf(existsSync('/proc/self/cmdline'))(
    'stands in the arguments of no program that git starts for the URL of the remote',
    async () => {
      const commands: string[] = [];
      const { host, asked } = await gate(() => {
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
          try {
            commands.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
          } catch {
            // it has ended
          }
        }
      });
      const remote = `http://ci%40x:url%2Fs3cr3t%zz@${host}/a.git`;
      const message = await knock({}, {}, { remote });
      expect(asked.at(-1)).toBe(basic('ci@x', 'url/s3cr3t%zz'));
      expect(message).not.toContain('s3cr3t');
      await knock({}, { TEAM_EVENTS_GIT_TOKEN: TOKEN }, { remote });
      expect(asked.at(-1)).toBe(basic('oauth2', TOKEN));
      const programs = commands.filter((command) => command.includes(host));
      expect(programs.join('\n')).toContain('remote-http');
      expect(programs.filter((command) => command.includes('s3cr3t'))).toEqual([]);
    },
  );

  it('stands in no arguments of git where it came with the URL of the remote', async () => {
    const { host, asked } = await gate();
    const { path, seen } = notingGit();
    const alias = ofCaller({ [`url.http://${host}/.insteadOf`]: 'https://example.invalid/' });
    await knock({}, { PATH: path }, { remote: `http://ci:url-s3cr3t@${host}/a.git` });
    expect(asked.at(-1)).toBe(basic('ci', 'url-s3cr3t'));
    await knock({}, { PATH: path, ...alias }, { remote: 'https://example.invalid/a.git' });
    expect(asked.at(-1)).toBe(undefined);
    await knock(
      {},
      { PATH: path, GIT_SSH_COMMAND: 'false' },
      { remote: 'ssh://ci:url-s3cr3t@x.invalid/a.git' },
    );
    await knock({}, { PATH: path }, { remote: 'http://ci:url/s3cr3t@x.invalid/a.git' });
    expect(seen().join('\n')).toContain('ls-remote --get-url');
    expect(seen().filter((line) => line.includes('s3cr3t'))).toEqual([]);
  });
});

/** Opens a store, and stays. */
const RUN = `
  import { openCursorStore } from './src/adapters/cursor-stores/open-cursor-store.ts';
  import { openRepository } from './src/adapters/git/clone/repository.ts';
  void openRepository(process.argv[2] ?? '')
    .then((repository) =>
      openCursorStore('tag:team-events', { repository, environment: process.env, now: Date.now }),
    )
    .then(() => process.stdout.write('open\\n'));
  setInterval(() => undefined, 60_000);
`;

describe('TEAM_EVENTS_GIT_SSH_KEY', () => {
  let key = '';
  beforeAll(() => {
    key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEA'.repeat(3)}\n-----END OPENSSH PRIVATE KEY-----`;
  });

  /** What ssh was called with, and the key as it found it. */
  async function call(variables: NodeJS.ProcessEnv): Promise<{ args: string; key: string; mode: string }> {
    const folder = tempFolder();
    const ssh = join(folder, 'ssh');
    writeFileSync(
      ssh,
      `#!/bin/sh
echo "$*" > ${folder}/args
while [ $# -gt 0 ]; do
  if [ "$1" = -i ]; then cp "$2" ${folder}/key; stat -c %a "$2" > ${folder}/mode; fi
  shift
done
exit 255
`,
    );
    chmodSync(ssh, 0o755);
    const environment = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value?.replace('$SSH', ssh)]),
    );
    await knock(
      { 'remote.origin.url': 'git@example.invalid:a.git' },
      { PATH: `${folder}:${process.env['PATH']}`, ...environment },
    );
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { args: read('args'), key: read('key'), mode: read('mode').trim() };
  }

  it('may be the text, which goes to a file that only we can read', async () => {
    const found = await call({ TEAM_EVENTS_GIT_SSH_KEY: key.replaceAll('\n', '\r\n') });
    expect(found.key).toBe(`${key}\n`);
    expect(found.mode).toBe('600');
    expect(found.args).toMatch(
      /^-o StrictHostKeyChecking=accept-new -i \/\S+\/ssh-key -o IdentitiesOnly=yes -o BatchMode=yes /,
    );
    const file = /-i (\S+)/.exec(found.args)?.[1] ?? '';
    expect(existsSync(file)).toBe(true);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  it('is removed by the next run where its own was killed, and by none while it lives', async () => {
    const script = join(tempFolder(), 'run.cjs');
    writeFileSync(script, await bundle(RUN));
    const repo = createRepo();
    const temporary = tempFolder();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('TMPDIR', temporary);
    vi.stubEnv('TEAM_EVENTS_GIT_SSH_KEY', key);
    const run = async (): Promise<Script> => {
      const started = start(process.execPath, [script, repo.directory]);
      onTestFinished(() => void started.child.kill('SIGKILL'));
      expect(await started.line()).toBe('open');
      return started;
    };
    const [killed, living] = [await run(), await run()];
    const keys = (): string[] =>
      readdirSync(temporary).filter((name) => existsSync(join(temporary, name, 'ssh-key')));
    expect(keys()).toHaveLength(2);
    killed.child.kill('SIGKILL');
    await killed.ended;
    // What only looks like one, or whose run cannot be judged from here, stays.
    const [dead = ''] = keys().filter((name) => name.startsWith(`team-events-${killed.child.pid}-`));
    const others = [dead.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`), 'team-events-mine'];
    for (const name of others) mkdirSync(join(temporary, name));
    const file = `${dead.slice(0, -6)}abcdef`;
    writeFileSync(join(temporary, file), '');

    const stores = await Promise.all([openTags(repo.directory), openTags(repo.directory)]);
    expect(keys()).toEqual([expect.stringMatching(`^team-events-${living.child.pid}-`)]);
    expect(readdirSync(temporary)).toEqual(expect.arrayContaining([...others, file]));
    await Promise.all(stores.map((store) => store.close()));
    expect(readdirSync(temporary)).toHaveLength(others.length + 4);
  });

  it('may be the path of a file', async () => {
    const file = join(tempFolder(), "key's file");
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    const found = await call({ TEAM_EVENTS_GIT_SSH_KEY: file });
    expect(found.args).toContain(`-i ${file} -o`);
  });

  it('goes with a GIT_SSH_COMMAND of the caller, which decides on hosts', async () => {
    const found = await call({
      TEAM_EVENTS_GIT_SSH_KEY: key,
      GIT_SSH_COMMAND: '$SSH -o UserKnownHostsFile=/x',
    });
    expect(found.args).toMatch(/^-o UserKnownHostsFile=\/x -i /);
    expect(found.args).not.toContain('StrictHostKeyChecking');
  });

  it.each(['/nonexistent/key', 'b3BlbnNzaC1rZXktdjEA', 'two\nlines'])(
    'that is neither is exit 2: %j',
    async (value) => {
      const repo = createRepo();
      const opening = openTags(repo.directory, {
        environment: { ...gitEnvironment(), TEAM_EVENTS_GIT_SSH_KEY: value },
      });
      await expect(opening).rejects.toMatchObject({
        exitCode: 2,
        message: expect.not.stringContaining(value),
      });
    },
  );
});
