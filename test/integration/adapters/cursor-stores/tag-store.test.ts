/** Cursors as tags at a real remote: what is read, what a clone must not notice, and who wins. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';
import type { CursorChange, CursorStore, WriteResult } from '../../../../src/core/cursor/cursor-store.ts';
import { formatTag } from '../../../../src/adapters/cursor-stores/tag-message.ts';
import { objectFolderOf } from '../../../../src/adapters/git/remote/object-folder.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { isAncestor, resolveCommit } from '../../../../src/adapters/git/history/resolve-commit.ts';
import { readSteps } from '../../../../src/adapters/git/history/history.ts';
import { planRange } from '../../../../src/run/event-log/plan-steps.ts';
import { teamEvents } from '../../../support/program.ts';
import { createRemote, listing, openStore, openTags } from '../../../support/sample-remote.ts';
import { createRepo, gitEnvironment, tempFolder } from '../../../support/sample-repo.ts';

const change = (commit: string | undefined, expected?: string, more: Partial<Cursor> = {}): CursorChange => ({
  expected,
  cursor: { commit: commit ?? '', ...more },
});

/** Writes one client's cursor and gives the result. */
const write = async (
  store: CursorStore,
  client: string,
  to: CursorChange,
): Promise<WriteResult | undefined> => (await store.write(new Map([[client, to]]))).get(client);

/** For a reference-transaction hook: what the server does once alpha's cursor is moved, and nobody knows it yet. */
const onCursor = (command: string): string =>
  `test "$1" = committed || exit 0; while read -r _ _ ref; do test "$ref" != refs/tags/team-events/alpha || { ${command}; }; done`;

const commitOf = async (store: CursorStore, client: string): Promise<string | undefined> => {
  const stored = (await store.read()).cursors.get(client);
  return stored?.kind === 'cursor' ? stored.cursor.commit : undefined;
};

describe('a tag made by hand', () => {
  it('is a cursor: lightweight, annotated, and what moves it is the tag object', async () => {
    const remote = createRemote();
    const [first, second] = remote.commits;
    remote.git('tag', 'team-events/light', `${first}`);
    remote.git('tag', '--annotate', '--message', 'Go on from here', 'team-events/annotated', `${second}`);
    const store = await openTags(remote.clone());
    const { cursors, known, empty } = await store.read();
    expect(cursors.get('light')).toEqual({ kind: 'cursor', cursor: { commit: first }, version: first });
    expect(cursors.get('annotated')).toEqual({
      kind: 'cursor',
      cursor: { commit: second },
      version: remote.git('rev-parse', 'team-events/annotated'),
    });
    expect(known).toEqual(new Set(['light', 'annotated']));
    expect(empty).toBe(false);
    for (const [client, stored] of cursors) {
      expect(await write(store, client, change(remote.commits[2], stored.version))).toMatchObject({
        kind: 'written',
      });
    }
    // Both have begun from now on, as any other.
    remote.git('tag', '--delete', 'team-events/light', 'team-events/annotated');
    expect((await store.read()).known).toEqual(new Set(['light', 'annotated']));
  });

  it('on a tree, a blob or another tag is corrupt, and blocks its client only', async () => {
    const remote = createRemote();
    remote.git('tag', 'team-events/tree', 'main^{tree}');
    remote.git('tag', 'team-events/blob', 'main:teams/a.yml');
    remote.git('tag', '--annotate', '--message', 'x', 'team-events/tagged-tree', 'main^{tree}');
    remote.git('tag', '--annotate', '--message', 'x', 'base', 'main');
    remote.git('tag', '--annotate', '--message', 'x', 'team-events/nested', 'base');
    remote.git('tag', '--annotate', '--message', 'x\n\nSequence: 1', 'team-events/trailer', 'main');
    const long = join(tempFolder(), 'message');
    writeFileSync(long, 'x'.repeat(1_100_000));
    remote.git('tag', '--annotate', '--file', long, 'team-events/long', 'main');
    remote.git('tag', 'team-events/fine', 'main');
    const { cursors } = await (await openTags(remote.clone())).read();
    const told = [...cursors].map(([client, stored]) => [
      client,
      stored.kind === 'corrupt' ? stored.message : stored.kind,
    ]);
    expect(Object.fromEntries(told)).toEqual({
      tree: 'the tag team-events/tree is not a cursor: it is on a tree, not on a commit',
      blob: 'the tag team-events/blob is not a cursor: it is on a blob, not on a commit',
      'tagged-tree':
        'the tag team-events/tagged-tree is not a cursor: it is a tag of a tree, not of a commit',
      nested: 'the tag team-events/nested is not a cursor: it is a tag of a tag, not of a commit',
      trailer: expect.stringContaining('step'),
      long: 'the tag team-events/long is not a cursor: it is far too long',
      fine: 'cursor',
    });
  });

  it('whose name can be no client is left alone and told', async () => {
    const remote = createRemote();
    for (const name of ['Big', 'a--b', 'deep/er', '_clients', '_begun/x/y'])
      remote.git('tag', `team-events/${name}`, 'main');
    remote.git('tag', 'team-events-too', 'main');
    const { cursors, known, empty, others } = await (await openTags(remote.clone())).read();
    expect([cursors.size, known.size, empty]).toEqual([0, 0, true]);
    expect(new Set(others)).toEqual(
      new Set(
        ['Big', 'a--b', 'deep/er', '_clients', '_begun/x/y'].map((name) => `refs/tags/team-events/${name}`),
      ),
    );
  });
});

describe('the tag that a run writes', () => {
  it('is on the commit, says what it is, and is as strict as git makes them', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    const hostile = 'run "1"\n\nNonce: no\u0000\u2028\u202e\ud800';
    const cursor: Partial<Cursor> = {
      run: hostile,
      claim: { run: hostile, until: '2026-01-05T09:05:00Z' },
      blocked: { event: 'evt_1', status: hostile, since: '2026-01-05T09:00:00Z' },
    };
    await write(store, 'alpha', change(remote.commits[0], undefined, cursor));
    expect(remote.git('rev-parse', 'team-events/alpha^{commit}')).toBe(remote.commits[0]);
    expect(remote.git('log', '--format=%H', 'team-events/alpha..main').split('\n')).toHaveLength(2);
    const text = remote.git('cat-file', 'tag', 'team-events/alpha');
    expect(text).toContain('alpha has been sent every event up to this commit.');
    const id = execFileSync('git', ['mktag', '--strict'], {
      cwd: remote.directory,
      input: `${text}\n`,
      env: gitEnvironment(),
      encoding: 'utf8',
    });
    expect(id.trim()).toBe(remote.git('rev-parse', 'team-events/alpha'));
    expect(
      remote.git(
        'for-each-ref',
        '--format=%(contents:trailers:key=Nonce,valueonly)',
        'refs/tags/team-events/alpha',
      ),
    ).toMatch(/^[0-9a-f]{32}$/);
    expect(remote.git('fsck', '--strict')).not.toContain('error');
  });

  it('is another object each time, so that of two runs with the same cursor one wins', async () => {
    const remote = createRemote();
    const [one, two] = [await openTags(remote.clone()), await openTags(remote.clone())];
    const first = await write(one, 'alpha', change(remote.commits[0]));
    if (first?.kind !== 'written') throw new Error('not written');
    const next = change(remote.commits[1], first.version);
    expect(await write(one, 'alpha', next)).toMatchObject({ kind: 'written' });
    expect(await write(two, 'alpha', next)).toEqual({ kind: 'moved' });
  });

  it('moves for a hundred clients in one push', async () => {
    const remote = createRemote();
    remote.hook('pre-receive', 'wc -l >> "$GIT_DIR/pushes"');
    const store = await openTags(remote.clone());
    const clients = Array.from({ length: 100 }, (_, index) => `client-${index}`);
    const begun = await store.write(new Map(clients.map((client) => [client, change(remote.commits[0])])));
    const version = (client: string): string => {
      const result = begun.get(client);
      return result?.kind === 'written' ? result.version : '';
    };
    const moved = await store.write(
      new Map(clients.map((client) => [client, change(remote.commits[1], version(client))])),
    );
    expect([...moved.values()].filter(({ kind }) => kind === 'written')).toHaveLength(100);
    const pushes = execFileSync('cat', [join(remote.directory, 'pushes')], { encoding: 'utf8' });
    expect(pushes.trim().split(/\s+/)).toEqual(['100', '100', '100']); // cursors, their marks; cursors
    expect((await (await openTags(remote.clone())).read()).cursors.size).toBe(100);
  });

  it('is written by ten runs at once for as many clients, none in the way of another', async () => {
    const remote = createRemote();
    const stores = await Promise.all(Array.from({ length: 10 }, () => openTags(remote.clone())));
    const results = await Promise.all(
      stores.map((store, index) =>
        store.write(
          new Map([
            ['shared', change(remote.commits[0])],
            [`own-${index}`, change(remote.commits[0])],
          ]),
        ),
      ),
    );
    expect(
      results.map((result) => result.get('shared')?.kind).filter((kind) => kind === 'written'),
    ).toHaveLength(1);
    expect(
      results.map((result) => result.get('shared')?.kind).filter((kind) => kind === 'moved'),
    ).toHaveLength(9);
    expect(results.map((result, index) => result.get(`own-${index}`)?.kind)).toEqual(
      Array(10).fill('written'),
    );
  });
});

describe('the clone', () => {
  it('is left byte for byte as it was, also where it is a mirror or may not be written', async () => {
    for (const options of [[], ['--mirror'], ['--bare']]) {
      const remote = createRemote();
      const first = remote.commits[0];
      remote.git('tag', 'team-events/alpha', `${first}`);
      const clone = remote.clone(...options);
      remote.advance();
      remote.git(
        'tag',
        '--annotate',
        '--message',
        'x',
        '--force',
        'team-events/alpha',
        `${remote.commits[1]}`,
      );
      execFileSync('chmod', ['-R', 'a-w', clone]);
      const before = listing(clone);
      const store = await openTags(clone);
      const { cursors } = await store.read();
      expect(
        await write(store, 'alpha', change(remote.commits[2], cursors.get('alpha')?.version)),
      ).toMatchObject({ kind: 'written' });
      expect(await write(store, 'beta', change(remote.commits[2]))).toMatchObject({ kind: 'written' });
      expect(await write(store, 'beta', change(remote.commits[1]))).toMatchObject({ kind: 'moved' });
      await store.close();
      expect(listing(clone)).toEqual(before);
      execFileSync('chmod', ['-R', 'u+w', clone]);
    }
  });

  it('leaves no temporary folder behind', async () => {
    const folder = tempFolder();
    const args = ['status', '-C', createRemote(1).clone(), '--cursor', 'tag:team-events'];
    const clients = join(folder, 'clients.yml');
    writeFileSync(clients, 'clients: []\n');
    mkdirSync(join(folder, 'tmp'));
    const env = { TMPDIR: join(folder, 'tmp') };
    expect((await teamEvents([...args, '--clients', clients], { env })).code).toBe(0);
    expect((await teamEvents([...args, '--clients', 'nowhere.yml'], { env })).code).toBe(2);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });

  it('that is old sees commits that it lacks, through the repository of the store', async () => {
    const remote = createRemote(2);
    const clone = remote.clone();
    const newest = remote.advance();
    remote.git('tag', 'team-events/alpha', newest);
    const { store, repository } = await openStore('tag:team-events', clone);
    expect((await store.read()).branch).toEqual({ name: 'main', remote: 'origin', tip: newest });
    expect(await isAncestor(repository, `${remote.commits[0]}`, newest)).toBe(true);
    expect(await resolveCommit(repository, newest)).toBe(newest);
    const steps = await planRange(repository, `${remote.commits[0]}`, newest, {
      squash: false,
      onRewrite: 'fail',
    });
    const titles: string[] = [];
    for await (const window of readSteps(repository, steps, undefined))
      titles.push(...window.map(({ commit }) => commit.title));
    expect(titles).toEqual(['Change 2', 'Change 3']);
    await expect(resolveCommit(await openRepository(clone), newest)).rejects.toThrow('there is no commit');
  });

  it('may be partial, or one of several work trees', async () => {
    const remote = createRemote(2);
    remote.git('config', 'uploadpack.allowFilter', 'true');
    const partial = join(tempFolder(), 'partial');
    const tree = join(tempFolder(), 'tree');
    execFileSync('git', [
      'clone',
      '--quiet',
      '--filter=blob:none',
      '--no-checkout',
      `file://${remote.directory}`,
      partial,
    ]);
    const clone = remote.clone();
    execFileSync('git', ['worktree', 'add', '--quiet', '--detach', tree], { cwd: clone, stdio: 'ignore' });
    const newest = remote.advance();
    remote.git('tag', 'team-events/alpha', newest);
    for (const directory of [partial, tree]) {
      const before = [listing(partial), listing(clone)];
      const { store, repository } = await openStore('tag:team-events', directory);
      expect(await commitOf(store, 'alpha')).toBe(newest);
      expect(await isAncestor(repository, `${remote.commits[0]}`, newest)).toBe(true);
      expect(await write(store, 'beta', change(newest, undefined, { run: directory }))).toMatchObject({
        kind: directory === partial ? 'written' : 'moved',
      });
      expect([listing(partial), listing(clone)]).toEqual(before);
    }
  });

  it('may have a path that ends a list of paths', async () => {
    const remote = createRemote(2);
    const clone = join(tempFolder(), 'a:b "c');
    renameSync(remote.clone(), clone);
    const newest = remote.advance();
    const { store, repository } = await openStore('tag:team-events', clone);
    await store.read();
    expect(await isAncestor(repository, `${remote.commits[0]}`, newest)).toBe(true);
  });

  it('is not asked for its own tags, which CI caches', async () => {
    const remote = createRemote();
    remote.git('tag', 'team-events/alpha', `${remote.commits[0]}`);
    const clone = remote.clone();
    remote.git('tag', '--force', 'team-events/alpha', `${remote.commits[2]}`);
    remote.git('tag', 'team-events/beta', `${remote.commits[1]}`);
    execFileSync('git', ['tag', 'team-events/stale', 'HEAD'], { cwd: clone });
    const store = await openTags(clone);
    expect(await commitOf(store, 'alpha')).toBe(remote.commits[2]);
    expect([...(await store.read()).cursors.keys()]).toEqual(['alpha', 'beta']);
  });

  it('must not be shallow', async () => {
    const remote = createRemote();
    const clone = join(tempFolder(), 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${remote.directory}`, clone]);
    await expect(openTags(clone)).rejects.toMatchObject({ exitCode: 6 });
  });

  it('without a remote keeps its own tags', async () => {
    const repo = createRepo();
    const commit = repo.commit({ 'teams/a.yml': 'id: a' });
    const store = await openTags(repo.directory, { pushOptions: ['ci.skip'] });
    expect(await store.read()).toMatchObject({ empty: true, branch: { name: 'main', tip: commit } });
    expect(await write(store, 'alpha', change(commit))).toMatchObject({ kind: 'written' });
    expect(repo.git('rev-parse', 'team-events/alpha^{commit}')).toBe(commit);
    expect(await commitOf(store, 'alpha')).toBe(commit);
  });
});

describe('the branch', () => {
  it('is the one asked for, or none where there is none', async () => {
    const remote = createRemote();
    remote.git('branch', 'release', `${remote.commits[1]}`);
    const clone = remote.clone();
    const branchOf = async (branch: string) => (await (await openTags(clone, { branch })).read()).branch;
    expect(await branchOf('release')).toEqual({ name: 'release', remote: 'origin', tip: remote.commits[1] });
    expect(await branchOf('other')).toEqual({ name: 'other', remote: 'origin', tip: undefined });
  });

  it('is the commit of a HEAD that is on no branch', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    writeFileSync(join(remote.directory, 'HEAD'), `${remote.commits[1]}\n`);
    expect((await (await openTags(clone)).read()).branch).toEqual({
      name: 'HEAD',
      remote: 'origin',
      tip: remote.commits[1],
    });
  });
});

describe('a push that the server rejects', () => {
  it.each([['pre-receive'], ['update']])('by a %s hook is refused in its words', async (hook) => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    const first = await write(store, 'alpha', change(remote.commits[0]));
    remote.hook(hook, 'echo "Only maintainers may move these tags." >&2; exit 1');
    const version = first?.kind === 'written' ? first.version : undefined;
    const result = await write(store, 'alpha', change(remote.commits[1], version));
    expect(result).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/^the server refuses refs\/tags\/team-events\/alpha: .*hook declined$/),
      details: ['remote: Only maintainers may move these tags.', expect.stringContaining('ask its operator')],
    });
    expect(await commitOf(store, 'alpha')).toBe(remote.commits[0]);
  });

  it('for one tag of many is refused for that one', async () => {
    const remote = createRemote();
    remote.hook('update', 'case "$1" in */beta) echo "not beta" >&2; exit 1;; esac');
    const store = await openTags(remote.clone());
    const results = await store.write(
      new Map(['alpha', 'beta'].map((client) => [client, change(remote.commits[0])])),
    );
    expect(results.get('alpha')).toMatchObject({ kind: 'written' });
    expect(results.get('beta')).toMatchObject({
      kind: 'refused',
      details: ['remote: not beta', expect.anything()],
    });
  });

  it.each([
    ['GitLab: Protected tags cannot be updated.', 'on GitLab nobody moves a protected tag'],
    ['Gitea: Tag team-events/beta is protected', 'on GitHub and Gitea the rule has a list'],
  ])('as a whole for the sake of one tag is refused for that one: %s', async (words, advice) => {
    const remote = createRemote();
    // All or nothing, as both do it.
    remote.hook(
      'pre-receive',
      `while read _ _ ref; do case "$ref" in */beta) echo "${words}" >&2; exit 1;; esac; done`,
    );
    const store = await openTags(remote.clone());
    const clients = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
    const results = await store.write(new Map(clients.map((one) => [one, change(remote.commits[0])])));
    expect(results.get('beta')).toEqual({
      kind: 'refused',
      message: 'the server refuses refs/tags/team-events/beta: pre-receive hook declined',
      details: [`remote: ${words}`, expect.stringContaining(advice)],
    });
    const others = clients.filter((one) => one !== 'beta');
    expect(others.map((client) => results.get(client)?.kind)).toEqual(others.map(() => 'written'));
    expect((await store.read()).known).toEqual(new Set(others));
  });

  it('of a first cursor leaves no mark, which would make it look like one that is gone', async () => {
    const remote = createRemote();
    remote.hook('update', 'case "$1" in */_begun/*) ;; *) exit 1;; esac');
    const store = await openTags(remote.clone());
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'refused' });
    expect(await (await openTags(remote.clone())).read()).toMatchObject({ empty: true });
  });

  it('in the middle, as the server dies, leaves a cursor at least, and the next write makes its mark', async () => {
    const remote = createRemote();
    const [commit] = remote.commits;
    remote.hook('update', 'test -e second && kill -9 $PPID; touch second');
    const store = await openTags(remote.clone());
    await expect(write(store, 'alpha', change(commit))).rejects.toMatchObject({ exitCode: 8 });
    remote.hook('update', '');
    rmSync(join(remote.directory, 'refs/tags/team-events/_begun'), { recursive: true, force: true });

    const next = await openTags(remote.clone());
    const alpha = (await next.read()).cursors.get('alpha');
    expect(alpha).toMatchObject({ kind: 'cursor', cursor: { commit } });
    expect(await write(next, 'alpha', change(commit, alpha?.version))).toMatchObject({ kind: 'written' });
    expect(remote.git('rev-parse', 'refs/tags/team-events/_begun/alpha')).toBe(commit);
  });

  it('for the mark alone is told, though the cursor is there', async () => {
    const remote = createRemote();
    remote.hook('update', 'case "$1" in */_begun/*) echo "no marks" >&2; exit 1;; esac');
    const store = await openTags(remote.clone());
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({
      kind: 'refused',
      message:
        'its cursor was written, but the server refuses refs/tags/team-events/_begun/alpha: hook declined',
      details: ['remote: no marks', expect.anything()],
    });
  });

  it('as another run was faster is moved, also where the server itself says so', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    const store = await openTags(clone);
    const first = await write(store, 'alpha', change(remote.commits[0]));
    const version = first?.kind === 'written' ? first.version : undefined;
    // Between git's own look at the ref and the server's act.
    const other = formatTag(
      { commit: `${remote.commits[2]}`, run: 'https://ci.example.com/runs/8' },
      { client: 'alpha', tag: 'team-events/alpha', now: 0, nonce: 'other' },
    );
    const object = execFileSync('git', ['mktag'], {
      cwd: remote.directory,
      input: other,
      encoding: 'utf8',
    }).trim();
    remote.hook(
      'update',
      `test "$1" = refs/tags/team-events/alpha || exit 0; echo ${object} > "$GIT_DIR/refs/tags/team-events/alpha"`,
    );
    expect(await write(store, 'alpha', change(remote.commits[1], version))).toEqual({
      kind: 'moved',
      by: 'https://ci.example.com/runs/8',
    });
  });
});

describe('push options', () => {
  it('are sent where the server offers them', async () => {
    const remote = createRemote();
    remote.git('config', 'receive.advertisePushOptions', 'true');
    remote.hook('pre-receive', 'echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0" > "$GIT_DIR/options"');
    const store = await openTags(remote.clone(), { pushOptions: ['ci.skip'] });
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
    expect(execFileSync('cat', [join(remote.directory, 'options')], { encoding: 'utf8' })).toBe(
      '1 ci.skip\n',
    );
  });

  it('are left out where it does not', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone(), { pushOptions: ['ci.skip'] });
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
    expect(await write(store, 'beta', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
  });
});

describe('a remote that cannot be reached', () => {
  it('is exit 8 for reading and writing, and what is written later is no lost race', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    const first = await write(store, 'alpha', change(remote.commits[0]));
    const version = first?.kind === 'written' ? first.version : undefined;
    renameSync(remote.directory, `${remote.directory}.gone`);
    await expect(store.read()).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('origin'),
    });
    await expect(write(store, 'alpha', change(remote.commits[1], version))).rejects.toMatchObject({
      exitCode: 8,
    });
    renameSync(`${remote.directory}.gone`, remote.directory);
    expect(await write(store, 'alpha', change(remote.commits[1], version))).toMatchObject({
      kind: 'written',
    });
  });

  it('after it has done what it was told: the next write of the run goes on from there', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    const first = await write(store, 'alpha', change(remote.commits[0]));
    const version = first?.kind === 'written' ? first.version : undefined;
    // The push arrives, then the remote is gone before anybody can ask it again.
    const committed = onCursor(`mv "${remote.directory}" "${remote.directory}.gone"; kill -9 $PPID`);
    remote.hook('reference-transaction', committed);
    await expect(write(store, 'alpha', change(remote.commits[1], version))).rejects.toMatchObject({
      exitCode: 8,
    });
    renameSync(`${remote.directory}.gone`, remote.directory);
    remote.hook('reference-transaction', 'exit 0');
    expect(remote.git('rev-parse', 'team-events/alpha^{commit}')).toBe(remote.commits[1]);
    const result = await write(store, 'alpha', change(remote.commits[2], version));
    expect(result).toMatchObject({ kind: 'written' });
    expect(await commitOf(store, 'alpha')).toBe(remote.commits[2]);
  });

  it('as it dies without a word is exit 8, though it is there again at once, and the next write succeeds', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    const first = await write(store, 'alpha', change(remote.commits[0]));
    const version = first?.kind === 'written' ? first.version : undefined;
    const next = change(remote.commits[1], version);
    for (const hook of ['pre-receive', 'update']) {
      remote.hook(hook, `rm "$GIT_DIR/hooks/${hook}"; kill -9 $PPID`);
      await expect(write(store, 'alpha', next)).rejects.toMatchObject({
        exitCode: 8,
        message: expect.stringContaining('a push to the remote origin did not get through'),
      });
      expect(await commitOf(store, 'alpha')).toBe(remote.commits[0]);
    }
    expect(await write(store, 'alpha', next)).toMatchObject({ kind: 'written' });
  });

  it('as it is too slow for a push only is exit 8, and the next write succeeds', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    const brief = await openTags(clone, { timeoutMs: 3000 });
    remote.hook('pre-receive', 'rm "$GIT_DIR/hooks/pre-receive"; exec sleep 30');
    await expect(write(brief, 'alpha', change(remote.commits[0]))).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('no answer within 3 s'),
    });
    const patient = await openTags(clone); // on a busy machine a push may take as long
    expect(await write(patient, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
  });

  it('that lost only its answer has written', async () => {
    const remote = createRemote();
    const store = await openTags(remote.clone());
    remote.hook('reference-transaction', onCursor('kill -9 $PPID'));
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
    expect(await commitOf(store, 'alpha')).toBe(remote.commits[0]);
  });

  it('as it never answers: the time is bounded, by the option and by a signal', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    const silent = join(tempFolder(), 'silent');
    writeFileSync(silent, `#!/bin/sh\ntouch ${silent}-called\nexec sleep 600\n`);
    chmodSync(silent, 0o755);
    const settings = { GIT_SSH_COMMAND: silent };
    const environment = { ...gitEnvironment(), ...settings };
    const asked = { remote: 'ssh://user:secret@example.invalid/x.git', environment };
    const brief = await openTags(clone, { ...asked, timeoutMs: 2000 });
    await expect(brief.read()).rejects.toThrow(
      'the remote ssh://example.invalid/x.git cannot be reached: no answer within 2 s',
    );
    rmSync(`${silent}-called`, { force: true });
    const patient = await openTags(clone, asked);
    const stop = new AbortController();
    const writing = patient.write(new Map([['alpha', change(remote.commits[0])]]), stop.signal);
    await vi.waitFor(() => expect(existsSync(`${silent}-called`)).toBe(true), { timeout: 30_000 });
    stop.abort();
    await expect(writing).rejects.toMatchObject({ exitCode: 8, message: expect.stringContaining('stopped') });
  });
});

describe('a temporary folder that cannot be written', () => {
  it('is told as such, before and after it was opened', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    const folder = tempFolder();
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('TMPDIR', join(folder, 'gone'));
    await expect(openTags(clone)).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringMatching(/^cannot write into the temporary folder .*ENOENT/),
    });
    vi.stubEnv('TMPDIR', folder);
    const store = await openTags(clone);
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    await expect(write(store, 'alpha', change(remote.commits[0]))).rejects.toMatchObject({ exitCode: 8 });
  });
});

describe('what --cursor and --remote may name', () => {
  it.each([
    'tag:',
    'tag:/x',
    'tag:x/',
    'tag:a//b',
    'tag:a b',
    'tag:a..b',
    'tag:a:b',
    'tag:a*',
    'tag:a\nb',
    'tag:a\0b',
    'tag:.a',
    'tag:a.lock',
    'tag:@{a',
    'redis:x',
    'file:',
    'team-events',
    '',
  ])('is checked: %j is exit 2', async (spec) => {
    const repo = createRepo();
    await expect(openStore(spec, repo.directory)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is checked: no remote or branch becomes an option', async () => {
    const clone = createRemote().clone();
    await expect(openTags(clone, { remote: '--upload-pack=touch x' })).rejects.toMatchObject({ exitCode: 2 });
    await expect(openTags(clone, { branch: 'a b' })).rejects.toMatchObject({ exitCode: 2 });
    await expect((await openTags(clone, { remote: 'upstream' })).read()).rejects.toMatchObject({
      exitCode: 8,
    });
  });

  it('may be a prefix with folders and letters of any kind', async () => {
    const remote = createRemote();
    const { store } = await openStore('tag:curseurs/équipe-$(x)', remote.clone());
    expect(await write(store, 'alpha', change(remote.commits[0]))).toMatchObject({ kind: 'written' });
    expect(await commitOf(store, 'alpha')).toBe(remote.commits[0]);
  });
});

it('works in a repository of SHA-256 objects', async () => {
  const directory = tempFolder();
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: directory, env: gitEnvironment(), encoding: 'utf8' }).trim();
  git('init', '--quiet', '--object-format=sha256', '--initial-branch=main');
  git('commit', '--quiet', '--allow-empty', '--message', 'x');
  const commit = git('rev-parse', 'HEAD');
  expect(commit).toHaveLength(64);
  const store = await openTags(directory);
  expect(await write(store, 'alpha', change(commit))).toMatchObject({ kind: 'written' });
  expect(await commitOf(store, 'alpha')).toBe(commit);
  const objects = objectFolderOf(await openRepository(directory));
  expect((await objects.describe([commit])).get(commit)?.type).toBe('commit');
});
