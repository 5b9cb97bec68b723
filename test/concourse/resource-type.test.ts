/** The resource type by its protocol: a request on stdin, a folder in argv, JSON on stdout; over http with a password. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printedEvents } from '../support/program.ts';
import { clientOf, startReceiver } from '../support/receiver.ts';
import { team, tempFolder } from '../support/sample-repo.ts';
import { imageBin, runResource, startResource, type Ended, type Script } from './containers.ts';
import { host, HOST_KEY, serveSsh, SSH_KEY } from './git-servers.ts';
import { createResource, keptClone, PASSWORD, type Version } from './sample-resource.ts';
import { POLICY, tenEvents } from './sample-site.ts';

describe('check', () => {
  it('gives the newest event first, then each that comes, in order: ten versions for ten events', async () => {
    const resource = await createResource();
    const { teams, check, source } = resource;
    tenEvents(teams);
    const events = await printedEvents(teams.author.directory, 'root..HEAD');
    const all = await check({ commit: 'root' });
    const sent = events.filter(({ data }) => data.impliedBy === undefined);
    expect(all.map(({ event }) => event)).toEqual(sent.map(({ id }) => id));
    expect(all).toHaveLength(10);
    expect(await check()).toEqual(all.slice(-1));
    for (const index of [0, 2, 9]) {
      expect(await check(all[index])).toEqual(all.slice(index)); // also in the middle of a step
    }
    expect(JSON.stringify(all)).not.toContain(String(source['uri']));

    teams.push({ 'teams/a.yml': team('a', []) });
    const [known, ...more] = await check(all.at(-1));
    expect(known).toEqual(all.at(-1));
    expect(more).toHaveLength(2);
    expect(more[0]?.['from']).toBe(known?.['commit']);
  });

  it('goes on where a merge was made the other way round', async () => {
    const { teams, check, get } = await createResource();
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    teams.push({ 'teams/a.yml': team('a', ['ann', 'bob']) });
    const [version = {}] = await check();
    teams.author.git('checkout', '--quiet', '-b', 'mine', 'HEAD~1');
    teams.author.commit({ 'teams/b.yml': team('b', []) });
    teams.author.git('merge', '--quiet', '--no-ff', '-m', 'Merge main into mine', 'main');
    teams.author.git('push', '--quiet', 'origin', 'HEAD:main');
    const [known, created, ...others] = await check(version);
    expect(known).toEqual(version);
    expect(others).toEqual([]);
    expect(created?.['from']).toBe(version['commit']); // the step of a client whose cursor is there
    expect((await get(created ?? {})).read('type')).toBe('team.created\n');
    expect(await check(created)).toEqual([created]);
  });

  it('keeps its clone from one check to the next, and makes it anew where it is damaged', async () => {
    const { teams, check, temp } = await createResource();
    tenEvents(teams);
    const all = await check({ commit: 'root' });
    const kept = keptClone(temp);
    writeFileSync(join(kept, 'witness'), '');
    expect(await check(all[0])).toEqual(all);
    expect(existsSync(join(kept, 'witness'))).toBe(true);

    const packs = join(kept, 'objects/pack');
    for (const name of readdirSync(packs)) {
      chmodSync(join(packs, name), 0o644);
      writeFileSync(join(packs, name), 'damaged');
    }
    expect(await check(all[0])).toEqual(all);
    expect(existsSync(join(kept, 'witness'))).toBe(false);
    rmSync(join(kept, 'HEAD'));
    expect(await check(all[0])).toEqual(all);
    expect(readdirSync(temp)).toEqual([basename(kept)]);
  });

  it('says what it cannot reach, on stderr, and never a password', async () => {
    const { run, source, teams, temp } = await createResource();
    const empty = await run('check', {});
    expect(empty).toMatchObject({
      code: 6,
      stdout: '',
      output: expect.stringContaining('has no branch main'),
    });
    tenEvents(teams);
    const wrong = await run('check', { source: { ...source, password: 'wrong-password' } });
    expect(wrong).toMatchObject({ code: 8, stdout: '' });
    expect(wrong.output).not.toContain('wrong-password');
    const uri = String(source['uri']).replace('://', `://robot:${PASSWORD}@`);
    const inUri = await run('check', { source: { uri, branch: 'main' } });
    expect(inUri).toMatchObject({ code: 0 });
    expect(readFileSync(join(keptClone(temp), 'config'), 'utf8')).not.toContain(PASSWORD);
    const folder = tempFolder();
    writeFileSync(join(folder, 'clients.yml'), `clients:\n${clientOf('all', 'https://hooks.example.com')}`);
    const request = { source: { uri, branch: 'main' }, params: { clients: 'clients.yml', init: true } };
    const put = await run('out', request, folder);
    expect(put).toMatchObject({ code: 0 });
    expect(`${put.output}${put.stdout}`).not.toContain(PASSWORD);
  });
});

describe('a repository', () => {
  it('may name its commits by SHA-256', async () => {
    const { teams, check, get, put } = await createResource({}, 'sha256');
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    const commit = teams.push({ 'teams/a.yml': team('a', ['ann', 'bob']) });
    expect(commit).toHaveLength(64);
    const [version = {}] = await check();
    expect(version).toMatchObject({ commit });
    expect((await get(version)).read('added')).toBe('bob\n');
    const receiver = await startReceiver();
    const entries = clientOf('all', receiver.url, '    start: snapshot\n');
    expect(await put(entries, { init: true })).toMatchObject({ code: 0 });
    expect(receiver.accepted).toHaveLength(1);
    expect(teams.git('rev-parse', 'team-events/all^{commit}')).toBe(commit);
  });

  it('is reached by ssh from a server whose keys are known, and no other', async () => {
    const root = tempFolder();
    const bin = imageBin();
    serveSsh(root, bin);
    host(root, 'teams').push({ 'teams/a.yml': team('a', ['ann']) });
    const source = { uri: 'git@gitlab.example.com:teams.git', branch: 'main', private_key: SSH_KEY };
    const checkWith = (hosts: string): Promise<Ended> =>
      runResource('check', { source: { ...source, known_hosts: hosts } }, { bin });
    const known = await checkWith(HOST_KEY);
    expect(known).toMatchObject({ code: 0, output: '' });
    const other = await checkWith(HOST_KEY.replace('AAAIAAE', 'AAAIAAF'));
    expect(other).toMatchObject({ code: 8, output: expect.stringContaining('Host key verification failed') });
    const any = await checkWith('');
    expect(any).toMatchObject({ code: 0, output: expect.stringContaining('could impersonate it') });
  });
});

it('says as its scripts start it what it says inside this process', async () => {
  const { teams, source } = await createResource();
  const commit = teams.push({ 'teams/a.yml': team('a', ['ann']) });
  const bin = imageBin();
  const check = { source, version: { commit: 'root' } };
  const started = await startResource('check', check, { bin });
  expect(started).toEqual(await runResource('check', check, { bin }));
  const version = (JSON.parse(started.stdout) as Version[]).at(-1);
  expect(version).toMatchObject({ commit });
  const folders = [tempFolder(), tempFolder()] as const;
  const get = { source, version };
  const got = await startResource('in', get, { bin, folder: folders[0] });
  expect(got).toEqual(await runResource('in', get, { bin, folder: folders[1] }));
  const [first, second] = folders.map((folder) =>
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  expect(first?.length).toBeGreaterThan(3);
  expect(first).toEqual(second);
});

describe('in', () => {
  it('writes the event byte for byte, and what it tells as files', async () => {
    const { teams, check, get, put } = await createResource({ types: ['team.members.added'] });
    teams.push({ 'teams/a.yml': 'id: a\nname: The A\nmembers: [bob]\ntags: [core, web]\ncontact: "#a"\n' });
    teams.push({
      'teams/a.yml': 'id: a\nname: The A\nmembers: [ann, bob]\ntags: [core, web]\ncontact: "#a"\n',
    });
    const [version = {}] = await check();
    const got = await get(version);
    expect(got).toMatchObject({ code: 0 });
    const answer = JSON.parse(got.stdout) as {
      version: Version;
      metadata: { name: string; value: string }[];
    };
    expect(answer.version).toEqual(version);
    expect(answer.metadata).toContainEqual({ name: 'type', value: 'team.members.added' });
    expect(answer.metadata).toContainEqual({ name: 'added', value: 'ann' });
    const read = (name: string): string => got.read(name).trimEnd();
    expect(['type', 'team', 'name', 'id'].map(read)).toEqual([
      'team.members.added',
      'a',
      'The A',
      version['event'],
    ]);
    expect(got.read('members')).toBe('ann\nbob\n');
    expect(got.read('added')).toBe('ann\n');
    expect(got.read('removed')).toBe('');
    expect(got.read('tags')).toBe('core\nweb\n');
    expect(JSON.parse(read('attributes.json'))).toEqual({ contact: '#a' });

    // A client is sent the same bytes.
    const receiver = await startReceiver();
    const subscribed = `    subscriptions: [{ event: team.members.added, url: "${receiver.url}" }]\n`;
    const entries = `  - name: all\n    start: ${version['from']}\n${subscribed}`;
    expect(await put(entries, { init: true })).toMatchObject({ code: 0 });
    expect(receiver.requests.map(({ body }) => body)).toEqual([got.read('event.json')]);
  });
});

describe('out', () => {
  it('tells every client, and gives the run as metadata and a version that can be got', async () => {
    const { teams, put, get, check } = await createResource();
    tenEvents(teams);
    const receiver = await startReceiver();
    const entries = clientOf('all', receiver.url, '    start: snapshot\n');
    const first = await put(entries);
    expect(first).toMatchObject({
      code: 8,
      stdout: '',
      output: expect.stringContaining('all: 2 events first'),
    });

    const done = await put(entries, { init: true });
    expect(done).toMatchObject({ code: 0 });
    const { version, metadata } = JSON.parse(done.stdout) as { version: Version; metadata: object[] };
    expect([version]).toEqual(await check());
    expect(metadata).toContainEqual({ name: 'all', value: '2 delivered' });
    expect((await get(version)).code).toBe(0);
    const message = teams.git('for-each-ref', '--format=%(contents)', 'refs/tags/team-events/all');
    expect(message).toContain(
      'Run: https://concourse.example.com/teams/main/pipelines/groups/jobs/tell/builds/7',
    );

    teams.push({ 'teams/z.yml': team('z', []) });
    const again = await put(entries);
    expect(JSON.parse(again.stdout)).toMatchObject({
      metadata: expect.arrayContaining([{ name: 'all', value: '1 delivered' }]),
    });
  });

  it('fills in the secrets of a client, as a mapping or as text, and shows none', async () => {
    const { teams, put } = await createResource();
    tenEvents(teams);
    const receiver = await startReceiver();
    const token = 'canary-of-the-vault';
    const entries = clientOf(
      'all',
      receiver.url,
      '    start: snapshot\n    headers: {x-token: "${TOKEN}"}\n',
    );
    const without = await put(entries, { init: true });
    expect(without).toMatchObject({ code: 2, output: expect.stringContaining('${TOKEN} has no value') });
    const secrets = { all: { TOKEN: token } };
    const first = await put(entries, { init: true, secrets });
    teams.push({ 'teams/z.yml': team('z', []) });
    const next = await put(entries, { secrets: JSON.stringify(secrets) });
    expect([first.code, next.code]).toEqual([0, 0]);
    expect(receiver.accepted.map(({ headers }) => headers['x-token'])).toEqual([token, token, token]);
    for (const { stdout, output } of [first, next]) expect(stdout + output).not.toContain(token);
  });

  it('fails as the run does, and gives no version', async () => {
    const { teams, put } = await createResource();
    tenEvents(teams);
    const receiver = await startReceiver(() => 503);
    const ended = await put(clientOf('all', receiver.url, '    start: snapshot\n'), { init: true });
    expect(ended).toMatchObject({ code: 3, stdout: '', output: expect.stringContaining('✗ all') });
  });

  it('gives a place in history where there is no event yet', async () => {
    const { teams, put, get, check } = await createResource();
    const commit = teams.push({ 'teams.yml': '[]\n' });
    const ended = await put(clientOf('all', 'https://hooks.example.com'), { init: true });
    const { version } = JSON.parse(ended.stdout) as { version: Version };
    expect(version).toEqual({ commit });
    expect(await check()).toEqual([]);
    const got = await get(version);
    expect(got).toMatchObject({ code: 0 });
    expect(readdirSync(got.folder)).toEqual(['commit']);
    teams.push({ 'teams.yml': '[{ name: a }, { name: b }]\n' });
    expect(await check(version)).toHaveLength(2); // nothing is lost
  });

  it('saves its cursors when it is aborted', async () => {
    const resource = await createResource();
    const { teams, put, source } = resource;
    for (let index = 0; index < 6; index++) teams.push({ 'teams/a.yml': team('a', [`member-${index}`]) });
    let abort = (): void => undefined;
    const receiver = await startReceiver((_, __, count) => {
      if (count === 4) abort();
      return 204;
    });
    const root = teams.git('rev-list', '--max-parents=0', 'main');
    const entries = clientOf('all', receiver.url, `    start: ${root}\n`);
    const folder = tempFolder();
    writeFileSync(join(folder, 'clients.yml'), `clients:\n${entries}`);
    const params = { clients: 'clients.yml', policy: POLICY, init: 'true' };
    const aborted = await startResource(
      'out',
      { source, params },
      {
        bin: imageBin(),
        folder,
        onStart: (how) => (abort = how),
      },
    );
    expect(aborted).toMatchObject({ code: 143, stdout: '' });
    abort = (): void => undefined;
    expect(await put(entries)).toMatchObject({ code: 0 });
    const ids = receiver.accepted.map(({ event }) => event.id);
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(10);
  });
});

describe('what is not known', () => {
  it.each<readonly [Script, object, string]>([
    ['check', { source: { uri: 'u', branch: 'main', brunch: 'x' } }, 'source.brunch: unknown key'],
    ['in', { source: { uri: 'u', branch: 'b' }, params: { depth: 1 } }, 'params.depth: unknown key'],
    [
      'out',
      { source: { uri: 'u', branch: 'b' }, params: { clients: 'c', clint: 'x' } },
      'params.clint: unknown key',
    ],
  ])('is an error of %s that names it: %j', async (script, request, message) => {
    const ended = await startResource(script, request, { bin: imageBin(), folder: tempFolder() });
    expect(ended).toMatchObject({ code: 2, stdout: '', output: expect.stringContaining(message) });
  });
});
