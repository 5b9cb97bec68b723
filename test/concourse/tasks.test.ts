/** The tasks of concourse/, each in a container of its own, against a real git server over http. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';
import { clientOf, startReceiver } from '../support/receiver.ts';
import { createRepo, team, tempFolder, type Files } from '../support/sample-repo.ts';
import { HAS_TERMINAL, imageBin, runTask, taskAt, type Artifacts, type Ended } from './containers.ts';
import { host, serveHttp } from './git-servers.ts';
import { POLICY } from './sample-site.ts';

const TOKEN = 'a-very-secret-token';
const NOBODY = 65_534;
/** Whether another user can be tried: the checkout may lie in a folder that only its owner may enter. */
const IS_SHARED =
  process.geteuid?.() === 0 && spawnSync('test', ['-r', PROGRAM], { uid: NOBODY, gid: NOBODY }).status === 0;

type Params = Readonly<Record<string, unknown>>;

async function createTasks(entries: string) {
  const root = tempFolder();
  const teams = host(root, 'teams');
  const bin = imageBin();
  const uri = `${await serveHttp(root, 'oauth2', TOKEN)}/teams.git`;
  const clients = tempFolder();
  writeFileSync(join(clients, 'clients.yml'), `clients:\n${entries}`);
  const artifacts: Artifacts = new Map([['clients', clients]]);
  /** The teams repo as an input: a detached HEAD, and an origin without credentials. */
  const fetchTeams = (): void => {
    const folder = tempFolder();
    const input = createRepo(folder);
    input.git(
      'fetch',
      '--quiet',
      teams.directory,
      'refs/heads/*:refs/remotes/origin/*',
      'refs/tags/*:refs/tags/*',
    );
    input.git('checkout', '--quiet', '--detach', 'origin/main');
    input.git('remote', 'add', 'origin', uri);
    artifacts.set('teams', folder);
  };
  return {
    teams,
    artifacts,
    fetchTeams,
    run: (name: string, params: Params = {}, options: { uid?: number } = {}): Promise<Ended> =>
      runTask({
        task: taskAt(`tasks/${name}/task.yml`),
        artifacts,
        bin,
        env: { GIT_CONFIG_NOSYSTEM: '1' },
        params: {
          TEAM_EVENTS_GIT_TOKEN: TOKEN,
          ...(['notify', 'replay'].includes(name) && { POLICY }),
          ...params,
        },
        ...options,
      }),
  };
}

describe('notify', () => {
  it('takes a token, shows first what it would do, and is in colours on the terminal', async () => {
    const receiver = await startReceiver();
    const { teams, fetchTeams, run } = await createTasks(
      clientOf('all', receiver.url, '    start: snapshot\n'),
    );
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    fetchTeams();
    const shown = await run('notify', { TEAM_EVENTS_INIT: true, TEAM_EVENTS_PRINT_EVENTS: true });
    expect(shown).toMatchObject({ code: 0, output: expect.stringContaining('→ all') });
    expect(receiver.requests).toHaveLength(0);
    const sent = await run('notify', { TEAM_EVENTS_INIT: true, POLICY: JSON.stringify(POLICY) });
    expect(sent).toMatchObject({ code: 0, output: expect.stringContaining('✓ all  1 delivered') });
    // eslint-disable-next-line no-control-regex
    expect(/\u001b\[3/.test(sent.stdout)).toBe(HAS_TERMINAL);
    expect(teams.git('rev-parse', 'team-events/all^{commit}')).toBe(teams.git('rev-parse', 'main'));
    const without = await run('notify', { TEAM_EVENTS_GIT_TOKEN: '' });
    expect(without).toMatchObject({ code: 8, output: expect.stringContaining('TEAM_EVENTS_GIT_TOKEN') });
  });

  it.runIf(IS_SHARED)('works on the inputs of another user, where it may write nothing', async () => {
    const receiver = await startReceiver();
    const { teams, artifacts, fetchTeams, run } = await createTasks(clientOf('all', receiver.url));
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    fetchTeams();
    for (const folder of artifacts.values()) chmodSync(folder, 0o755);
    const options = { uid: NOBODY };
    expect(await run('notify', { TEAM_EVENTS_INIT: true }, options)).toMatchObject({ code: 0 });
    teams.push({ 'teams/a.yml': team('a', ['bob']) });
    fetchTeams();
    chmodSync(artifacts.get('teams') ?? '', 0o755);
    const sent = await run('notify', {}, options);
    expect(sent).toMatchObject({ code: 0, output: expect.stringContaining('2 delivered') });
    expect(await run('status', {}, options)).toMatchObject({ code: 0 });
  });

  it('passes the secrets of clients on, as a mapping, and tells none', async () => {
    const receiver = await startReceiver();
    const more = '    start: snapshot\n    headers: { Authorization: "Bearer ${TOKEN}" }\n';
    const { teams, fetchTeams, run } = await createTasks(clientOf('all', receiver.url, more));
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    fetchTeams();
    const secrets = { all: { TOKEN: 'the-word-of-a-client' } };
    const sent = await run('notify', { TEAM_EVENTS_INIT: 'true', TEAM_EVENTS_SECRETS: secrets });
    expect(sent).toMatchObject({ code: 0 });
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer the-word-of-a-client');
    expect(sent.output).not.toContain('the-word-of-a-client');
  });

  it('refuses an input that was cloned with a depth, and says what to do', async () => {
    const { teams, artifacts, run } = await createTasks(clientOf('all', 'https://hooks.example.com'));
    for (const name of ['ann', 'bob']) teams.push({ 'teams/a.yml': team('a', [name]) });
    const folder = tempFolder();
    createRepo().git('clone', '--quiet', '--depth=1', `file://${teams.directory}`, folder);
    artifacts.set('teams', folder);
    const refused = await run('notify', { TEAM_EVENTS_INIT: true });
    expect(refused).toMatchObject({ code: 6, output: expect.stringContaining('no depth') });
  });
});

describe('a remedy', () => {
  it('names the param of the task beside the flag', async () => {
    const receiver = await startReceiver();
    const { teams, fetchTeams, run } = await createTasks(
      clientOf('all', receiver.url, '    start: snapshot\n'),
    );
    const named = async (task: string, params: Params = {}): Promise<string[]> => {
      const { code, output } = await run(task, params);
      expect(code).not.toBe(0);
      const known = ['notify', task].flatMap((name) =>
        Object.keys(taskAt(`tasks/${name}/task.yml`).params ?? {}),
      );
      return [...new Set(known)].filter((name) => new RegExp(`--[a-z-]+[^(]* \\(or ${name}\\b`).test(output));
    };
    const all = (member: string, content: (id: string) => string | null): Files =>
      Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => [`teams/${member}${at}.yml`, content(`${member}${at}`)]),
      );
    teams.push(all('ann', (id) => team(id, [id])));
    fetchTeams();
    expect(await named('notify')).toEqual(['TEAM_EVENTS_INIT']);
    expect(await named('status')).toEqual(['TEAM_EVENTS_INIT']);
    const begin = { TEAM_EVENTS_INIT: true };
    expect(await named('notify', { ...begin, TEAM_EVENTS_BRANCH: 'other' })).toEqual(['TEAM_EVENTS_BRANCH']);
    expect(await run('notify', begin)).toMatchObject({ code: 0 });

    teams.push({ ...all('ann', () => null), 'teams/z.yml': team('z', ['ann0']) });
    fetchTeams();
    expect(await named('notify')).toEqual(['TEAM_EVENTS_ALLOW_REMOVALS']);
    expect(await named('check', { TEAM_EVENTS_BASE: 'HEAD~1' })).toEqual([
      'TEAM_EVENTS_ALLOW_REMOVALS',
      'TEAM_EVENTS_NOT_RENAMED',
    ]);
    teams.author.git('reset', '--quiet', '--hard', 'HEAD~1');
    teams.author.git('commit', '--quiet', '--amend', '--message', 'Another');
    teams.push({});
    fetchTeams();
    expect(await named('notify')).toEqual(['TEAM_EVENTS_ON_REWRITE']);
  });
});

describe('status and replay', () => {
  it('tell who is behind, and send again what somebody lost', async () => {
    let down = false;
    const receiver = await startReceiver(() => (down ? 503 : 204));
    const { teams, fetchTeams, run } = await createTasks(
      clientOf('all', receiver.url, '    start: snapshot\n'),
    );
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    fetchTeams();
    await run('notify', { TEAM_EVENTS_INIT: true });
    teams.push({ 'teams/b.yml': team('b', []) });
    fetchTeams();
    down = true;
    expect(await run('notify')).toMatchObject({ code: 3 });
    expect(await run('status')).toMatchObject({ code: 3, output: expect.stringContaining('all') });
    expect(await run('status', { TEAM_EVENTS_LATE_AFTER: '24h' })).toMatchObject({ code: 0 });
    down = false;
    expect(await run('notify')).toMatchObject({ code: 0 });

    const accepted = receiver.accepted.length;
    const words = { RANGE: 'HEAD~1..HEAD', TEAM_EVENTS_CLIENT: 'all' };
    expect(await run('replay', words)).toMatchObject({
      code: 0,
      output: expect.stringContaining('+ b created'),
    });
    expect(receiver.accepted).toHaveLength(accepted);
    expect(await run('replay', { ...words, TEAM_EVENTS_CURSOR: '' })).toMatchObject({ code: 0 });
    const replayed = await run('replay', { ...words, EXECUTE: true });
    expect(replayed).toMatchObject({ code: 0 });
    const again = receiver.accepted.slice(accepted);
    expect(again.map(({ headers }) => headers['webhook-replay'])).toEqual(['true']);
    const report = readFileSync(join(replayed.outputs.get('report') ?? '', 'report.json'), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ clients: [{ client: 'all', delivered: 1 }] });
  });
});

describe('check', () => {
  it('shows what a merge request would send, and fails where a file is broken', async () => {
    const { teams, artifacts, fetchTeams, run } = await createTasks(
      clientOf('all', 'https://hooks.example.com'),
    );
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    fetchTeams();
    const proposal = createRepo(artifacts.get('teams') ?? '');
    proposal.write({ 'teams/b.yml': team('b', ['bob']) });
    proposal.git('add', '--all');
    proposal.git('commit', '--quiet', '--message', 'Add b');
    const words = { TEAM_EVENTS_BASE: 'origin/main', REPORT_FORMAT: 'json' };
    const right = await run('check', words);
    expect(right).toMatchObject({ code: 0, output: expect.stringContaining('→ all') });
    expect(
      () => JSON.parse(readFileSync(join(right.outputs.get('report') ?? '', 'report'), 'utf8')) as unknown,
    ).not.toThrow();

    proposal.write({ 'teams/b.yml': 'id: b\nmembers: [\n' });
    proposal.git('commit', '--quiet', '--all', '--message', 'Break b');
    const broken = await run('check', words);
    expect(broken.code).not.toBe(0);
    expect(broken.output).toContain('teams/b.yml:');
  });
});
