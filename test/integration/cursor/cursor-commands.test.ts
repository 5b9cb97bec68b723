/** `cursor show`, `set` and `unlock`: what moves by hand, what that repeats or leaves out, and what is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockFile } from '../../../src/adapters/cursor-stores/file-lock.ts';
import { copied, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { createSite } from '../../support/sample-site.ts';

const NOBODY = 'http://127.0.0.1:1';
const RUN = 'https://ci.example.com/7';
const LATER = new Date(Date.now() + 300_000).toISOString();

describe.each(STORES)('cursor set by %s', (kind) => {
  it('first shows what would be sent again, then does it: the receiver gets just that, and begins anew', async () => {
    const receiver = await startReceiver();
    const site = createSite(kind, clientOf('one', receiver.url, '    start: first\n'));
    await site.notify();
    expect(receiver.accepted.length).toBe(4);
    const before = site.raw();
    const shown = await site.run('cursor', 'set', 'one', 'HEAD~1');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(
      /^one is at \w{12} Change 3\. It would be at \w{12} Change 2\n {2}sent again: 2 events\n/,
    );
    expect(shown.stdout).toMatch(/ {4}team\.members\.removed a {2}\w{12} {2}evt_\w{32}\n/);
    expect(shown.stdout).toContain('never sent: none\n  pending then: 2 events\n');
    expect(shown.stderr).toContain('Nothing was changed');
    expect(site.raw()).toBe(before);

    // The command that it names does it.
    const command = shown.stderr.split('\n').find((line) => line.startsWith('  team-events '));
    const done = await teamEvents(command?.trim().split(' ').slice(1) ?? []);
    expect(done.code).toBe(0);
    const [, goOn = ''] = /^The next run goes on there\. To run it now:\n {2}(.*)\n$/.exec(done.stderr) ?? [];
    expect(await site.cursor('one')).toMatchObject({ commit: site.remote.commits[1] });
    expect((await site.cursor('one'))?.lastEvent).toBeUndefined();
    expect((await copied(goOn, { TEAM_EVENTS_ALLOW_HOST: '127.0.0.1' })).code).toBe(0);
    const [third, , again, ...more] = receiver.accepted.slice(2);
    expect(again?.body).toBe(third?.body);
    expect(again?.headers['webhook-previous-id']).toBeUndefined();
    expect(more.length).toBe(1);
  });
});

describe('cursor set', () => {
  it('says what will never be sent, and keeps the chain of events unbroken', async () => {
    const receiver = await startReceiver();
    const site = createSite('file', clientOf('one', receiver.url, '    start: second\n'));
    await site.notify();
    const last = (await site.cursor('one'))?.lastEvent;
    for (let count = 0; count < 5; count++) site.remote.advance();
    const { stdout } = await site.run('cursor', 'set', 'one', 'now');
    expect(stdout).toMatch(/sent again: none\n {2}never sent: 10 events\n/);
    expect(stdout).toMatch(
      /(?: {4}team\S+ a .*\n){3} {4}… and 4 more …\n(?: {4}team\S+ a .*\n){3} {2}pending/,
    );
    await site.run('cursor', 'set', 'one', 'now', '--execute');
    expect(await site.cursor('one')).toMatchObject({ commit: site.remote.commits[7], lastEvent: last });
    site.remote.advance();
    await site.notify();
    expect(receiver.accepted.length).toBe(4);
    expect(receiver.accepted[2]?.headers['webhook-previous-id']).toBe(last);
    expect((await site.run('cursor', 'set', 'one', 'HEAD')).stdout).toContain('already: nothing to do');
  });

  it('to a snapshot writes what a run would begin with', async () => {
    const receiver = await startReceiver();
    const site = createSite('file', clientOf('one', receiver.url));
    await site.notify();
    const { stdout } = await site.run('cursor', 'set', 'one', 'snapshot', '--execute');
    expect(stdout).toMatch(/It would be at the snapshot of \w{12} Change 3\n {2}sent, .*: 1 event\n/);
    const [, , third = ''] = site.remote.commits;
    expect(await site.cursor('one')).toMatchObject({
      commit: third,
      step: { from: null, to: third, sequence: '000000000000.000000', sent: [] },
    });
    site.remote.advance();
    expect((await site.notify()).code).toBe(0);
    expect(receiver.accepted.map(({ event }) => [event.type, event.data.snapshot])).toEqual([
      ['team.created', true],
      ['team.members.removed', undefined],
      ['team.members.added', undefined],
    ]);
  });

  it('to a snapshot, once more, sends all of it as a replay, also when that is interrupted', async () => {
    let answers = 2;
    const receiver = await startReceiver(() => (answers-- > 0 ? 204 : 400));
    const entry = clientOf('one', receiver.url, '    start: snapshot\n');
    const site = createSite('tag', entry);
    const teams = { 'teams/b.yml': 'id: b\n', 'teams/c.yml': 'id: c\n' };
    site.remote.author.commit(teams);
    site.remote.author.git('push', '--quiet', 'origin', 'main');
    const cursorSet = () => site.run('cursor', 'set', 'one', 'snapshot', '--execute');
    await cursorSet(); // it has not begun: this is its first time
    expect((await site.notify()).code).toBe(3);
    answers = 1;
    expect((await site.notify()).code).toBe(0);
    answers = 2;
    await cursorSet();
    expect((await site.notify()).code).toBe(3);
    answers = 1;
    expect((await site.notify()).code).toBe(0);
    answers = 1;
    site.remote.advance();
    await site.notify();
    const seen = receiver.accepted.map(({ headers, event }) => [
      event.subject,
      headers['webhook-replay'],
      headers['webhook-remaining'],
    ]);
    expect(seen).toEqual([
      ['a', undefined, '2'],
      ['b', undefined, '1'],
      ['c', undefined, '0'],
      ['a', 'true', '2'],
      ['b', 'true', '1'],
      ['c', 'true', '0'],
      ['a', undefined, '1'],
    ]);
    expect((await site.cursor('one'))?.step?.replay).toBeUndefined();
  });

  it('begins a client that has not begun, and knows a client that left the file', async () => {
    const site = createSite('file', clientOf('one', NOBODY) + clientOf('two', NOBODY));
    await site.run('cursor', 'set', 'one', 'HEAD~2', '--execute');
    expect(await site.cursor('one')).toMatchObject({ commit: site.remote.commits[0] });
    expect(await site.cursor('two')).toBeUndefined();
    site.setClients(clientOf('two', NOBODY));
    const left = await site.run('cursor', 'set', 'one', 'now');
    expect(left.stdout).toContain('all events are counted');
    expect(left.stdout).toContain('never sent: 4 events');
    const begins = await site.run('cursor', 'set', 'two', 'HEAD~1');
    expect(begins.stdout).toMatch(
      /two has not begun\. It would begin at \w{12} Change 2\n {2}pending then: 2 events/,
    );
    const unknown = await site.run('cursor', 'set', 'three', 'now');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('There are: one, two');
  });

  it('goes on from the middle of a step', async () => {
    const receiver = await startReceiver(({ event }) => (event.type === 'team.members.added' ? 400 : 200));
    const site = createSite('file', clientOf('one', receiver.url, '    start: second\n'));
    await site.notify();
    expect((await site.cursor('one'))?.step?.sent).toEqual(['team.members.removed']);
    const back = await site.run('cursor', 'set', 'one', 'HEAD~1');
    expect(back.stdout).toMatch(/and in the middle of the next step\. .*\n {2}sent again: 1 event\n/);
    const on = await site.run('cursor', 'set', 'one', 'HEAD', '--execute');
    expect(on.stdout).toMatch(/never sent: 1 event\n/);
    expect(await site.cursor('one')).toMatchObject({
      commit: site.remote.commits[2],
      lastEvent: receiver.accepted[0]?.event.id,
    });
    expect((await site.cursor('one'))?.blocked).toBeUndefined();
  });

  it('refuses what is no place and no client', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    const named = ['-C', site.directory, '--cursor', site.store, '--clients', site.clientsPath];
    const results = await Promise.all([
      site.run('cursor', 'set', 'one', 'no-such'),
      teamEvents(['cursor', 'set', ...named, '--execute', '--', 'one', '--all']),
      site.run('cursor', 'set', 'one'),
      site.run('cursor', 'set', 'Not-One', 'now'),
    ]);
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([6, 6, 2, 2].map((code) => [code, '']));
    expect(results[0]?.stderr).toContain('there is no commit "no-such"');
    expect(results[1]?.stderr).toContain('there is no commit "--all"');
    expect(results[2]?.stderr).toContain("missing required argument 'place'");
    expect(site.raw()).toBe('');
  });
});

describe.each(STORES)('cursor show by %s', (kind) => {
  it('shows what the store holds, raw', async () => {
    const receiver = await startReceiver(() => 400);
    const site = createSite(
      kind,
      clientOf('one', receiver.url, '    start: snapshot\n') + clientOf('two', NOBODY),
    );
    await site.notify();
    const [, , commit = ''] = site.remote.commits;
    const { code, stdout } = await site.run('cursor', 'show');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `one\n  Commit: ${commit}\n  Step: 4b825dc642cb6eb9a060e54bf8d69288fbee4904..${commit}\n`,
    );
    expect(stdout).toMatch(
      / {2}Blocked: evt_\w{32} \S+Z POST http:\/\/\S+: status 400\n {2}Run: process \d+ on .*\n {2}Version: \w+\n\ntwo\n/,
    );
    const one = await site.run('cursor', 'show', 'one', '--format', 'json');
    const whole = JSON.parse(one.stdout) as { clients: unknown[] };
    expect(whole).toMatchObject({ version: 1, store: site.store, others: [] });
    expect(whole.clients).toMatchObject([
      {
        client: 'one',
        kind: 'cursor',
        cursor: { commit, blocked: { status: expect.stringMatching(/^POST http:\S+: status 400$/) } },
        problem: null,
      },
    ]);
    const nobody = await site.run('cursor', 'show', 'three');
    expect(nobody).toMatchObject({ code: 2, stdout: '' });
    expect(nobody.stderr).toContain('It holds those of: one, two');
  });
});

describe('cursors as tags that others use', () => {
  it('are shown as set by hand where no run has written them, with whatever message', async () => {
    const site = createSite(
      'tag',
      clientOf('one', NOBODY) + clientOf('two', NOBODY) + clientOf('run', NOBODY),
    );
    await site.put('run', { commit: site.remote.commits[0] ?? '', run: RUN });
    site.remote.git('tag', 'team-events/one', site.remote.commits[0] ?? '');
    site.remote.git(
      'tag',
      '--annotate',
      '--message',
      'any text',
      'team-events/two',
      site.remote.commits[0] ?? '',
    );
    const shown = await site.run('cursor', 'show');
    const byHand = [
      ...shown.stdout.matchAll(/^(\w+)\n(?: {2}.*\n)*? {2}Set by hand: no run has written it$/gm),
    ];
    expect(byHand.map(([, client]) => client)).toEqual(['one', 'two']);
  });

  it('are not set while claimed, until they are unlocked', async () => {
    const site = createSite('tag', clientOf('one', NOBODY));
    const [first = '', , third = ''] = site.remote.commits;
    await site.put('one', { commit: third, lastEvent: 'evt_1', claim: { run: RUN, until: LATER } });
    const before = site.raw();
    const [shown, refused, asked] = await Promise.all([
      site.run('cursor', 'set', 'one', first),
      site.run('cursor', 'set', 'one', first, '--execute'),
      site.run('cursor', 'unlock', 'one'),
    ]);
    expect(shown.code).toBe(0);
    expect(shown.stderr).toContain(`one is claimed by ${RUN} until ${LATER}: --execute would be refused`);
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toContain(`one is claimed by ${RUN} until ${LATER}`);
    expect(asked).toMatchObject({ code: 0, stdout: `one is claimed by ${RUN} until ${LATER}\n` });
    expect(asked.stderr).toContain('team-events cursor unlock one');
    expect(site.raw()).toBe(before);
    expect(await site.run('cursor', 'unlock', 'one', '--execute')).toEqual({
      code: 0,
      stdout: `one is claimed by ${RUN} until ${LATER}\none is free\n`,
      stderr:
        'The next run serves it. To run it now:\n' +
        `  team-events -C ${site.directory} --cursor tag:team-events --clients ${site.clientsPath} --client one\n`,
    });
    expect(await site.cursor('one')).toMatchObject({ commit: third, lastEvent: 'evt_1' });
    expect((await site.cursor('one'))?.claim).toBeUndefined();
    const again = await site.run('cursor', 'unlock', 'one', '--execute');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to unlock') });
    expect((await site.run('cursor', 'set', 'one', first, '--execute')).code).toBe(0);
  });

  it('are not moved where another run was faster', async () => {
    const site = createSite('tag', clientOf('one', NOBODY));
    const [first = '', second = ''] = site.remote.commits;
    await site.put('one', { commit: first });
    // Just before the push is taken, somebody else moves the tag.
    site.remote.hook('update', `echo ${second} > "$GIT_DIR/$1"`);
    const lost = await site.run('cursor', 'set', 'one', 'now', '--execute');
    expect(lost.code).toBe(5);
    expect(lost.stderr).toContain('was moved meanwhile');
    expect(await site.cursor('one')).toEqual({ commit: second });
  });

  it('tell what the server says where it refuses', async () => {
    const site = createSite('tag', clientOf('one', NOBODY));
    site.remote.hook('pre-receive', 'echo tags are protected >&2; exit 1');
    const refused = await site.run('cursor', 'set', 'one', 'now', '--execute');
    expect(refused.code).toBe(8);
    expect(refused.stderr).toContain('tags are protected');
  });

  it('are set anew where they are gone or corrupt: that is the way out', async () => {
    const receiver = await startReceiver();
    const site = createSite('tag', clientOf('gone', receiver.url) + clientOf('corrupt', receiver.url));
    const { remote } = site;
    const [commit = ''] = remote.commits;
    for (const client of ['gone', 'corrupt']) await site.put(client, { commit });
    remote.git('tag', '--delete', 'team-events/gone');
    remote.git('update-ref', 'refs/tags/team-events/corrupt', `${remote.commits[0]}^{tree}`);
    const [raw, locked] = await Promise.all([
      site.run('cursor', 'show'),
      site.run('cursor', 'unlock', 'gone'),
    ]);
    expect(raw.stdout).toMatch(/corrupt\n {2}corrupt: .*\n {2}Version: \w{40}\n\ngone\n {2}gone: /);
    expect(locked.code).toBe(8);
    const set = ['gone', 'corrupt'].map((one) => site.run('cursor', 'set', one, 'HEAD~1', '--execute'));
    for (const { code, stdout } of await Promise.all(set)) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/is unknown: the cursor of \w+ is .*\n {2}pending then: 2 events/);
    }
    expect((await site.notify()).code).toBe(0);
    expect(receiver.accepted.length).toBe(4);
  });

  it('are never put on a commit that is not published', async () => {
    const site = createSite('tag', clientOf('one', NOBODY));
    site.remote.author.commit({ 'teams/b.yml': 'id: b\n' });
    const refused = await site.run('cursor', 'set', 'one', 'now', '--execute');
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain('is not on main of');
    expect((await site.run('cursor', 'set', 'one', 'HEAD~1', '--execute')).code).toBe(0);
  });
});

describe('cursor show --clients', () => {
  it('shows who has not begun, and who is not in the file any more', async () => {
    const site = createSite('file', clientOf('one', NOBODY) + clientOf('two', NOBODY));
    await site.run('cursor', 'set', 'one', 'now', '--execute');
    site.setClients(clientOf('two', NOBODY));
    const { stdout } = await site.run('cursor', 'show', '--clients', site.clientsPath);
    expect(stdout).toMatch(/^one\n {2}Commit: .*\n(?: {2}.*\n)* {2}Not in the clients file\n/);
    expect(stdout).toMatch(/\ntwo\n {2}it has not begun\n$/);
    const two = await site.run('cursor', 'show', 'two', '--clients', site.clientsPath, '--format', 'json');
    expect(JSON.parse(two.stdout)).toMatchObject({ clients: [{ client: 'two', kind: 'new', cursor: null }] });
  });
});

describe('a cursor file that is corrupt', () => {
  const WHOLE = (commit: string): string =>
    JSON.stringify({
      version: 1,
      known: ['one', 'two', 'past'],
      clients: { one: { commit }, two: { commit } },
    });

  it.each([
    ['cut off', (text: string) => text.slice(0, 60), ['one', 'two', 'other']],
    ['empty', () => '', ['one', 'two', 'other']],
    ['of zeros', (text: string) => '\0'.repeat(text.length), ['one', 'two', 'other']],
    [
      'wrong in one cursor',
      (text: string) => text.replace(/"commit":"\w+/, '"commit":"x'),
      ['one', 'other', 'past'],
    ],
  ])('as it is %s is kept, and nobody else begins anew', async (_, damage, gone) => {
    const entries = ['one', 'two', 'other'].map((name) => clientOf(name, NOBODY)).join('');
    const site = createSite('file', entries);
    const path = site.store.replace('file:', '');
    const [first = '', , third = ''] = site.remote.commits;
    const corrupt = damage(WHOLE(first));
    writeFileSync(path, corrupt);
    const stopped = await site.notify();
    expect([stopped.code, stopped.stderr]).toEqual([8, expect.stringContaining('team-events cursor set')]);
    const shown = await site.run('cursor', 'set', 'one', 'now');
    expect([shown.code, readFileSync(path, 'utf8')]).toEqual([0, corrupt]);
    expect(shown.stderr).toContain('is corrupt');
    expect(shown.stdout).toMatch(
      /^one would be at \w{12} Change 3\n {2}What that would repeat or leave out is unknown: /,
    );

    const done = await copied(
      shown.stderr.split('\n').find((line) => line.startsWith('  team-events ')) ?? '',
    );
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('one is set') });
    const [, copy = ''] = /kept as (.*)$/m.exec(done.stderr) ?? [];
    expect(readFileSync(copy, 'utf8')).toBe(corrupt);
    const file = JSON.parse(readFileSync(path, 'utf8'));
    expect(file.clients.one).toMatchObject({ commit: third });
    expect(file.known.filter((name: string) => file.clients[name] === undefined)).toEqual(
      gone.filter((name) => name !== 'one').sort(),
    );
    // Those who are gone say so, with the way out.
    const next = await site.notify();
    expect([next.code, next.stdout]).toEqual([8, expect.stringContaining('the cursor of other is gone')]);
    expect(next.stdout).toContain('team-events cursor set other snapshot');
  });

  it.each([
    [['status']],
    [['explain', 'a']],
    [['replay', '--since', '2020-01-01', '--to', 'HEAD']],
    [['cursor', 'unlock', 'one']],
    [['cursor', 'show', 'one']],
  ])('names the command for each client in %j too, and it works', async (words) => {
    const site = createSite('file', clientOf('one', NOBODY) + clientOf('two', NOBODY));
    const path = site.store.replace('file:', '');
    writeFileSync(path, WHOLE(site.remote.commits[0] ?? '').replace(/"commit":"\w+/, '"commit":"x'));
    const [command = '', ...args] = words;
    const isShown = words[1] === 'show';
    const { code, stderr } = await site.run(command, ...args);
    expect(code).toBe(8);
    const commands = stderr.split('\n').filter((line) => line.startsWith('  team-events '));
    const where = `-C ${site.directory} --cursor ${site.store}${isShown ? '' : ` --clients ${site.clientsPath}`}`;
    // Without a clients file, those that can be read of the store.
    const names = isShown ? ['two', 'one', 'past'] : ['one', 'two'];
    expect(commands).toEqual(names.map((name) => `  team-events cursor set ${name} snapshot ${where}`));
    if (isShown) return;
    expect((await copied(commands[0] ?? '')).code).toBe(0);
  });

  it('a snapshot is sent as a replay, as the receiver may have had all of it', async () => {
    const receiver = await startReceiver();
    const site = createSite('file', clientOf('one', receiver.url));
    await site.notify();
    writeFileSync(site.store.replace('file:', ''), '{');
    const done = await site.run('cursor', 'set', 'one', 'snapshot', '--execute');
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('because the store is corrupt\n  pending then: 1 event\n'),
    });
    expect((await site.notify()).code).toBe(0);
    expect(receiver.accepted.map(({ headers }) => headers['webhook-replay'])).toEqual(['true']);
  });

  it('in the form of a later version is not touched', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    const path = site.store.replace('file:', '');
    writeFileSync(path, '{"version":2,"clients":{}}');
    const refused = await site.run('cursor', 'set', 'one', 'now', '--execute');
    expect([refused.code, refused.stderr]).toEqual([8, expect.stringContaining('another version')]);
    expect(readFileSync(path, 'utf8')).toBe('{"version":2,"clients":{}}');
  });
});

describe('cursors in a file', () => {
  it('are shown, but not set, while another run holds the file', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    await site.put('one', { commit: site.remote.commits[2] ?? '' });
    const lock = lockFile(site.store.replace('file:', ''));
    expect((await site.run('cursor', 'set', 'one', 'HEAD~1')).code).toBe(0);
    const refused = await site.run('cursor', 'set', 'one', 'HEAD~1', '--execute');
    lock.release();
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toContain('another run holds');
    expect((await site.run('cursor', 'unlock', 'one')).stdout).toContain('nothing to unlock');
  });
});
