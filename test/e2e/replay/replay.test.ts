/** `replay`: the same events again, with the same ids and bytes; nobody's cursor moves, and nothing pending is sent. */
import { describe, expect, it } from 'vitest';
import { lockFile } from '../../../src/adapters/cursor-stores/file-lock.ts';
import { brief, startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { team } from '../../support/sample-repo.ts';
import { STORES, type StoreKind } from '../../support/sample-pipeline.ts';
import { createSite, LOCAL, type SampleSite } from '../../support/sample-site.ts';

const NOBODY = 'http://127.0.0.1:1';
const ALL = '    start: first\n';

/** Without cursors. */
const stateless = (site: SampleSite, ...args: string[]) =>
  teamEvents(['replay', '-C', site.directory, '--clients', site.clientsPath, ...args]);

describe('a replay of a range', () => {
  it('first shows what would go to whom, then sends it again, marked as such', async () => {
    const receiver = await startReceiver();
    const site = createSite(
      'file',
      clientOf('all', receiver.url, "    secrets: ['${SECRET}']\n") +
        `  - name: joins\n    subscriptions: [{ event: team.members.added, url: ${NOBODY} }]\n`,
    );
    const shown = await stateless(site, 'HEAD~2..HEAD');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/\+ a members added .*\n.*\n {6}→ all, joins\n/);
    expect(shown.stdout).toContain(
      '\n✓ all    would get 4 events again\n✓ joins  would get 2 events again\n',
    );
    expect(shown.stderr).toContain('variables that a run will need: TEAM_EVENTS_CLIENT_ALL__SECRET\n');
    expect(shown.stderr).toMatch(
      /Nothing was sent\. To send it again, add --execute:\n {2}team-events replay HEAD~2\.\.HEAD .*--execute\n$/,
    );
    expect(receiver.requests).toEqual([]);

    const env = { TEAM_EVENTS_CLIENT_ALL__SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}` };
    const only = ['-C', site.directory, '--clients', site.clientsPath, '--client', 'all', ...LOCAL];
    await teamEvents(['HEAD~2..HEAD', ...only], { env });
    const first = receiver.accepted.map(({ body }) => body);
    const again = await teamEvents(['replay', 'HEAD~2..HEAD', '--execute', ...only], { env });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('✓ all  4 delivered');
    const replayed = receiver.accepted.slice(first.length);
    expect(replayed.map(({ body }) => body)).toEqual(first);
    for (const [index, { headers, event }] of replayed.entries()) {
      expect(headers['webhook-replay']).toBe('true');
      expect(headers['webhook-id']).toBe(event.id);
      expect(headers['webhook-signature']).toMatch(/^v1,/);
      expect(headers['webhook-previous-id']).toBe(replayed[index - 1]?.event.id);
    }
    expect(receiver.accepted[0]?.headers['webhook-replay']).toBeUndefined();
    expect(`${again.stdout}${again.stderr}`).not.toContain(env.TEAM_EVENTS_CLIENT_ALL__SECRET);
  });

  it('chooses by client, type and team, and respects what is skipped and paused', async () => {
    const receiver = await startReceiver();
    const site = createSite('file', clientOf('one', receiver.url) + clientOf('two', receiver.url));
    site.remote.author.commit({ 'teams/b.yml': team('b', ['bob']) });
    const chosen = [
      'HEAD~3..HEAD',
      '--client',
      'one',
      '--type',
      'team.members.added,team.created',
      '--team',
      'b',
    ];
    const { stdout } = await stateless(site, ...chosen, '--format', 'json');
    const whole = JSON.parse(stdout) as { events: { id: string }[]; receivers: object };
    const [id = ''] = whole.events.map((event) => event.id);
    expect(whole.receivers).toEqual({ [id]: ['one'] });
    expect((await stateless(site, ...chosen, '--execute', ...LOCAL)).code).toBe(0);
    expect(brief(receiver.accepted.map(({ event }) => event))).toEqual(['team.created b']);

    site.setClients(
      clientOf('one', receiver.url, `    skip: [${id}]\n`) +
        clientOf('two', receiver.url, '    paused: true\n'),
    );
    const shown = await stateless(site, 'HEAD~1..HEAD');
    expect(shown.code).toBe(3);
    expect(shown.stdout).toMatch(
      /✓ one {2}would get 1 event again, 1 skipped\n‖ two {2}would get nothing, 1 pending {2}paused\n/,
    );
    const sent = await stateless(site, 'HEAD~1..HEAD', '--execute', ...LOCAL);
    expect(sent.code).toBe(3);
    expect(sent.stdout).toMatch(
      /✓ one {2}1 delivered, 1 skipped\n‖ two {2}0 delivered, 1 pending {2}paused\n/,
    );
    // What the skipped creation implied is told by itself.
    expect(receiver.accepted.at(-1)?.event.type).toBe('team.members.added');
  });

  it('takes times of commits, after the first and up to the second', async () => {
    const site = createSite('file', clientOf('one', NOBODY), 5);
    const commits = async (...args: string[]): Promise<string[]> => {
      const { code, stdout } = await stateless(site, ...args, '--format', 'ndjson');
      expect(code).toBe(0);
      const found = stdout.matchAll(/"commit":\{"id":"(\w+)"/g);
      return [...new Set([...found].map((match) => match[1] ?? ''))];
    };
    const [, second, third, fourth, fifth] = site.remote.commits;
    // Each a minute after the last: the second at 09:02.
    expect(await commits('--since', '2026-01-05T09:02:00Z', '--until', '2026-01-05T10:04:00+01:00')).toEqual([
      third,
      fourth,
    ]);
    expect(await commits('--since', '2026-01-05T09:03:30Z')).toEqual([fourth, fifth]);
    expect(await commits('--since', '2026-01-05T09:00:00Z', '--to', 'HEAD~3')).toEqual([
      site.remote.commits[0],
      second,
    ]);
    expect((await commits('--since', '2026-01-05', '--until', '2026-01-06')).length).toBe(5);
    expect(await commits('--since', '2026-01-06')).toEqual([]);
  });

  it('refuses what is no range, no time, or both', async () => {
    const site = createSite('file', clientOf('one', NOBODY), 2);
    const cases = [
      [[], 'no range or time is given'],
      [['--until', '2026-01-05'], '--until needs --since'],
      [['--since', '2026-01-06', '--until', '2026-01-05'], 'not after --since'],
      [['HEAD~1..HEAD', '--since', '2026-01-05'], 'both given'],
      [['HEAD~1'], 'is neither a range'],
      [['--since', '2026-02-30'], 'expected a time such as'],
      [['HEAD~1..HEAD', '--to', 'HEAD'], 'the range is given twice'],
      [['HEAD~1..HEAD', '--client', 'nobody'], 'no client is called nobody'],
    ] as const;
    const results = await Promise.all(cases.map(([args]) => stateless(site, ...args)));
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(cases.map(() => [2, '']));
    for (const [index, [, message]] of cases.entries()) expect(results[index]?.stderr).toContain(message);
  });

  it('stops at the removal guard, as shown before', async () => {
    const receiver = await startReceiver();
    const site = createSite('file', clientOf('one', receiver.url), 1);
    const names = Array.from({ length: 12 }, (_, index) => `teams/t${index}.yml`);
    site.remote.author.commit(Object.fromEntries(names.map((path, index) => [path, `id: t${index}\n`])));
    const removal = site.remote.author.commit(Object.fromEntries(names.map((path) => [path, null])));
    const shown = await stateless(site, 'HEAD~1..HEAD');
    expect(shown.stdout).toContain('stopped by the removal guard: before commit');
    const stopped = await stateless(site, 'HEAD~1..HEAD', '--execute', ...LOCAL);
    expect(stopped.code).toBe(7);
    expect(receiver.requests).toEqual([]);
    const allowed = ['--allow-removals', removal, '--execute', ...LOCAL];
    expect((await stateless(site, 'HEAD~1..HEAD', ...allowed)).code).toBe(0);
    expect(receiver.accepted.length).toBe(12);
  });

  it('leaves out a client whose variables are missing, and ends with 2', async () => {
    const receiver = await startReceiver();
    const site = createSite(
      'file',
      clientOf('one', receiver.url) + clientOf('two', receiver.url, "    secrets: ['${SECRET}']\n"),
    );
    const { code, stdout } = await stateless(site, 'HEAD~1..HEAD', '--execute', ...LOCAL);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /✓ one {2}2 delivered\n✗ two {2}0 delivered, 2 pending {2}misconfigured: .*SECRET/,
    );
  });
});

describe.each(STORES)('a replay beside cursors by %s', (kind) => {
  it('ends at each client’s cursor, and leaves it as it was', async () => {
    const receiver = await startReceiver();
    const late = await startReceiver();
    const site = createSite(kind, clientOf('one', receiver.url, ALL) + clientOf('late', late.url, ALL));
    await site.notify();
    site.remote.advance();
    await site.notify('--client', 'one');
    site.remote.advance();
    site.setClients(
      clientOf('one', receiver.url, ALL) + clientOf('late', late.url, ALL) + clientOf('new', NOBODY),
    );
    const before = await Promise.all(['one', 'late'].map((client) => site.cursor(client)));
    const raw = site.raw();
    const shown = await site.run('replay', 'HEAD~3..HEAD');
    expect(shown.code).toBe(0);
    expect(site.raw()).toBe(raw);
    expect(shown.stdout).toContain(
      '✓ one   would get 4 events again\n✓ late  would get 2 events again\n✓ new   would get nothing  it has not begun',
    );
    expect(shown.stderr).toMatch(
      /^one: 2 events after its cursor at \w{12}: pending, so left to the next run/,
    );
    expect(shown.stderr).toMatch(/^late: 4 events after its cursor/m);

    const accepted = receiver.accepted.length;
    const sent = await site.run('replay', 'HEAD~3..HEAD', '--execute', ...LOCAL);
    expect(sent.code).toBe(0);
    expect(sent.stdout).toMatch(
      /✓ one {3}4 delivered\n✓ late {2}2 delivered\n✓ new {3}0 delivered {2}it has not begun/,
    );
    const replayed = receiver.accepted.slice(accepted);
    expect(replayed.map(({ body }) => body)).toEqual(
      receiver.accepted.slice(2, accepted).map(({ body }) => body),
    );
    const after = await Promise.all(['one', 'late'].map((client) => site.cursor(client)));
    expect(after.map((cursor) => ({ ...cursor, run: '' }))).toEqual(
      before.map((cursor) => ({ ...cursor, run: '' })),
    );
    expect(kind === 'file' ? site.raw() : raw).toBe(raw);

    // And the next run goes on as if nothing had been.
    await site.notify('--client', 'one');
    expect(receiver.accepted.at(-2)?.headers['webhook-previous-id']).toBe(before[0]?.lastEvent);
    expect(receiver.accepted.at(-2)?.headers['webhook-replay']).toBeUndefined();
  });
});

describe('a replay of what was never sent', () => {
  /** Two commits on a branch, merged into `main`; the client's cursor is on the merge. */
  async function merged(kind: StoreKind) {
    const receiver = await startReceiver();
    const site = createSite(kind, clientOf('one', receiver.url));
    const { author } = site.remote;
    author.git('checkout', '--quiet', '-b', 'side');
    const first = author.commit({ 'teams/x.yml': team('x', []) });
    const second = author.commit({ 'teams/y.yml': team('y', []) });
    author.git('checkout', '--quiet', 'main');
    author.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'side');
    author.git('push', '--quiet', 'origin', 'main');
    const merge = author.git('rev-parse', 'HEAD');
    await site.put('one', { commit: merge });
    return { receiver, site, first, second, merge };
  }

  it.each(STORES)('is refused where an end is a commit of a merged branch, with a %s', async (kind) => {
    const { receiver, site, first, second, merge } = await merged(kind);
    for (const range of [`${first}..${second}`, `HEAD~1..${second}`, `${first}..${merge}`]) {
      for (const args of [[], ['--execute', ...LOCAL]]) {
        const { code, stdout } = await site.run('replay', range, ...args);
        expect([range, code]).toEqual([range, 6]);
        expect(stdout).toMatch(
          /the commit \w{40} is not on the first-parent line of its cursor at \w{40}.*git log --first-parent/,
        );
      }
    }
    expect(receiver.requests).toEqual([]);
    expect((await site.run('replay', 'HEAD~1..HEAD', '--execute', ...LOCAL)).code).toBe(0);
    expect(brief(receiver.accepted.map(({ event }) => event))).toEqual(['team.created x', 'team.created y']);
  });

  it('is refused by time where the line is that of a branch', async () => {
    const { receiver, site, second } = await merged('file');
    const asked = ['--since', '2026-01-05', '--to', second, '--execute', ...LOCAL];
    expect((await site.run('replay', ...asked)).code).toBe(6);
    expect(receiver.requests).toEqual([]);
  });

  it('is refused where it is not published', async () => {
    const { receiver, site } = await merged('tag');
    const local = site.remote.author.commit({ 'teams/z.yml': team('z', []) });
    for (const asked of [['HEAD~2..HEAD'], ['--since', '2026-01-05']]) {
      const { code, stderr } = await site.run('replay', ...asked, '--execute', ...LOCAL);
      expect(code).toBe(6);
      expect(stderr).toContain(`the commit ${local} is not on main of origin`);
    }
    expect(receiver.requests).toEqual([]);
  });
});

describe('a replay while others are at it', () => {
  it('gives the claim back also where a receiver refuses, and where it is told to end', async () => {
    const receiver = await startReceiver(() => 503);
    const site = createSite('tag', clientOf('one', receiver.url));
    const [, , commit = ''] = site.remote.commits;
    await site.put('one', { commit, lastEvent: 'evt_1' });
    const blocked = await site.run('replay', 'HEAD~1..HEAD', '--execute', ...LOCAL);
    expect(blocked.code).toBe(3);
    const { run: _, ...cursor } = (await site.cursor('one')) ?? {};
    expect(cursor).toEqual({ commit, lastEvent: 'evt_1' });
    const args = ['replay', 'HEAD~1..HEAD', '-C', site.directory, '--clients', site.clientsPath];
    const stopped = await startTeamEvents(
      [...args, '--cursor', site.store, '--execute', ...LOCAL, '--retry-delay', '30s', '--attempts', '100'],
      { onStderr: (text, kill) => text.includes('next try') && kill('SIGTERM') },
    );
    expect(stopped.code).toBe(143);
    expect((await site.cursor('one'))?.claim).toBeUndefined();
  });

  it('holds the tags that it serves, and leaves those alone that another run holds', async () => {
    const receiver = await startReceiver(() => {
      held.push(site.remote.git('for-each-ref', '--format=%(contents)', 'refs/tags/team-events/one'));
      return 200;
    });
    const held: string[] = [];
    const site = createSite('tag', clientOf('one', receiver.url) + clientOf('two', NOBODY));
    const [, , commit = ''] = site.remote.commits;
    const claim = { run: 'https://ci.example.com/7', until: new Date(Date.now() + 300_000).toISOString() };
    await site.put('one', { commit });
    await site.put('two', { commit, claim });
    const { code, stdout } = await site.run('replay', 'HEAD~1..HEAD', '--execute', ...LOCAL);
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /✓ one {2}2 delivered\n‖ two .* another run serves it: https:\/\/ci\.example\.com\/7/,
    );
    expect(held[0]).toMatch(/^Claim: \S+ process \d+/m);
    expect(await site.cursor('two')).toEqual({ commit, claim });
  });

  it('waits for nobody who holds the file', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    const lock = lockFile(site.store.replace('file:', ''));
    expect((await site.run('replay', 'HEAD~1..HEAD')).code).toBe(0);
    const refused = await site.run('replay', 'HEAD~1..HEAD', '--execute', ...LOCAL);
    lock.release();
    expect(refused.code).toBe(5);
  });
});
