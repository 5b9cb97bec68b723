/** `status`: who is behind, by how much, since when, and why; with real remotes and both stores. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StatusReport } from '../../../src/commands/status/status-report.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { listing } from '../../support/sample-remote.ts';
import { STORES } from '../../support/sample-pipeline.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { createSite, type SampleSite } from '../../support/sample-site.ts';

const NOBODY = 'http://127.0.0.1:1';

async function report(site: SampleSite, ...args: string[]): Promise<StatusReport> {
  const { code, stdout, stderr } = await site.run('status', '--format', 'json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as StatusReport;
}

describe.each(STORES)('status by %s', (kind) => {
  it('tells who is current, blocked, paused, misconfigured, new, and who has left', async () => {
    const good = await startReceiver();
    const bad = await startReceiver(() => 400);
    const site = createSite(
      kind,
      clientOf('good', good.url) +
        clientOf('bad', bad.url, "    contact: '#bad'\n    start: snapshot\n") +
        clientOf('held', good.url) +
        clientOf('wrong', good.url) +
        clientOf('old', good.url),
    );
    await site.notify();
    const [, , third] = site.remote.commits;
    site.remote.advance();
    site.remote.advance();
    expect((await site.notify('--client', 'good')).code).toBe(0);
    site.setClients(
      clientOf('good', good.url) +
        clientOf('bad', bad.url, "    contact: '#bad'\n    secrets: ['${NEVER_SET}']\n") +
        clientOf('held', good.url, '    paused: true\n') +
        clientOf('wrong', good.url, '    unknown: 1\n') +
        clientOf('fresh', good.url, '    start: snapshot\n'),
    );
    const before = site.raw();
    const found = await report(site);
    const { clients } = found;
    expect(clients.map(({ client, state }) => `${client} ${state}`)).toEqual([
      'good current',
      'bad blocked',
      'held paused',
      'wrong misconfigured',
      'fresh new',
    ]);
    const [current, blocked, held, wrong, fresh] = clients;
    expect(current).toMatchObject({
      cursor: { commit: { id: site.remote.commits[4], title: 'Change 5', time: '2026-01-05T09:05:00Z' } },
      pending: { events: 0, commits: 0 },
      since: null,
    });
    expect(blocked).toMatchObject({
      contact: '#bad',
      cursor: { commit: { id: third }, step: { from: null, to: third } },
      // The creation of the team, and then who joins and leaves: twice; members of the new team are implied.
      pending: { events: 5, commits: 3 },
      blocked: { type: 'team.created', team: 'a', status: expect.stringContaining('400') },
    });
    expect(blocked?.since).toBe(blocked?.blocked?.since);
    expect(held).toMatchObject({
      paused: true,
      pending: { events: 4, commits: 2 },
      since: '2026-01-05T09:04:00Z',
    });
    expect(wrong?.problems.join()).toMatch(/clients\.yml:\d+:\d+: .*unknown/);
    expect(fresh).toMatchObject({ cursor: null, start: 'snapshot', pending: { events: 1, commits: 1 } });
    expect(found.left).toMatchObject([{ client: 'old', cursor: { commit: { id: third } } }]);

    const [{ code, stdout }, only, checked] = await Promise.all([
      site.run('status'),
      report(site, '--client', 'good'),
      site.run('status', '--check'),
    ]);
    expect(code).toBe(0);
    const day = /\d+ days? ago/.source;
    expect(stdout).toMatch(new RegExp(`✓ good +current +nothing +\\w{12} Change 5 \\(${day}\\)\n`));
    expect(stdout).toMatch(/✗ bad +blocked +5 events, 3 commits +.* ago {2,}.*status 400 +#bad\n/);
    expect(stdout).toMatch(
      /\n {4}blocked since \S+ by team\.created a \(evt_\w+\): POST http:\/\/\S+: status 400\n/,
    );
    expect(stdout).toMatch(/‖ held +paused +4 events, 2 commits .*\n {4}pending since \S+\n/);
    expect(stdout).toMatch(
      /✗ wrong +misconfigured +up to 4 events, 2 commits .*\n(?: {4}.*\n)* {4}\S+clients\.yml:\d+/,
    );
    expect(stdout).toMatch(/· fresh +new +gets 1 event first +.*\(start: snapshot\)\n/);
    expect(stdout).toMatch(/\? old +departed .* Change 3 .*not in the clients file/);
    expect(stdout).toContain(
      '\n5 clients: 1 misconfigured, 1 blocked, 1 new, 1 paused, 1 current; 14 events pending\n',
    );
    const names = [...stdout.matchAll(/^. (\w+) +(?:misconfigured|blocked|new|paused|current|departed)/gm)];
    expect(names.map(([, name]) => name)).toEqual(['wrong', 'bad', 'fresh', 'held', 'good', 'old']);

    expect(site.raw()).toBe(before);
    expect(only.clients.length).toBe(1);
    expect(checked.code).toBe(2);
  });
});

describe('status', () => {
  it('counts as a lane would get it: skipped and implied events left out', async () => {
    const receiver = await startReceiver(() => 400);
    const people = `  - name: people\n    subscriptions: [{ event: team.members.added, url: ${receiver.url} }]\n`;
    const site = createSite('file', people);
    await site.notify();
    site.remote.advance();
    site.remote.advance();
    await site.notify();
    const [blocked] = (await report(site)).clients;
    expect(blocked).toMatchObject({ state: 'blocked', pending: { events: 2, commits: 2 } });
    site.setClients(`${people}    skip: [${blocked?.blocked?.event}]\n`);
    expect((await report(site)).clients).toMatchObject([
      { state: 'behind', pending: { events: 1 }, skipped: 1, blocked: null, since: '2026-01-05T09:05:00Z' },
    ]);
  });

  it('lists what waits with --events, in order', async () => {
    const receiver = await startReceiver(() => 400);
    const site = createSite(
      'file',
      clientOf('one', receiver.url, '    start: first\n') + clientOf('two', NOBODY),
    );
    await site.notify();
    const ids = (
      await site.run('notify', '--print-events', '--client', 'one', '--format', 'ndjson')
    ).stdout.match(/evt_\w{32}/g);
    const [one, two] = (await report(site, '--events')).clients;
    expect(one?.events?.map(({ id }) => id)).toEqual([...new Set(ids)]);
    expect(two?.events).toEqual([]);
    expect((await report(site)).clients).toMatchObject([{ events: null }, { events: null }]);
    const { stdout } = await site.run('status', '--client', 'one', '--events');
    for (const { type, team, commit, id } of one?.events ?? []) {
      expect(stdout).toContain(`\n    ${type} ${team}  ${commit.slice(0, 12)}  ${id}\n`);
    }
  });

  it('shows the files that hold old content, with who broke them, also long ago, and then --check ends with 4', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    await site.put('one', { commit: site.remote.commits[2] ?? '' });
    const { author } = site.remote;
    const broke = author.commit(
      { 'teams/a.yml': 'id: a\nmembers: [x\n', 'teams/b.yml': 'id: b\nid: c\n' },
      'A slip',
    );
    author.commit({ 'README.md': 'something else\n' });
    await site.put('one', { commit: author.git('rev-parse', 'HEAD') });
    const { broken, exitCode, clients } = await report(site);
    expect(clients).toMatchObject([{ state: 'current' }]);
    expect(broken).toMatchObject([
      { path: 'teams/a.yml', problems: 1, changed: { id: broke, title: 'A slip', author: 'Ann Author' } },
      { path: 'teams/b.yml', line: 2, changed: { id: broke } },
    ]);
    expect(exitCode).toBe(4);
    expect((await site.run('status', '--check')).code).toBe(4);
    const { stdout, code } = await site.run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /; 2 broken files, which hold old content:\n✗ teams\/a\.yml:\d+:\d+: .*\n {4}since \w{12} A slip \(Ann Author, \d+ days? ago\)\n/,
    );
    expect((await site.run('status', '--format', 'markdown')).stdout).toContain('`teams/b.yml:2:');
    const page = (await site.run('status', '--format', 'html')).stdout;
    expect(page).toContain('no client is behind, but 2 files are broken');
    expect(page).toMatch(
      /2 broken files, which hold the last valid content[^]*teams\/b\.yml:2:[^]*A slip[^]*Ann Author/,
    );
    expect((await site.run('status', '--format', 'openmetrics')).stdout).toContain(
      'team_events_broken_files 2\n',
    );
  });

  it('shows a renamed client where its former name was', async () => {
    const site = createSite('file', clientOf('next', NOBODY, '    formerly: last\n'));
    await site.put('last', { commit: site.remote.commits[0] ?? '' });
    expect(await report(site)).toMatchObject({
      clients: [{ client: 'next', state: 'behind', pending: { events: 4, commits: 2 } }],
      left: [],
    });
  });

  it('tells of an empty store what each client would begin with, and ends with 8 where that is asked', async () => {
    const site = createSite('file', clientOf('one', NOBODY) + clientOf('two', NOBODY, '    start: first\n'));
    const [{ code, stdout }, checked] = await Promise.all([
      site.run('status'),
      site.run('status', '--check'),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('needs --init');
    expect(stdout).toMatch(/one +new +gets nothing now +\(start: now\)/);
    expect(stdout).toMatch(/two +new +gets 4 events first +.*\(start: first\)/);
    expect(checked.code).toBe(8);
  });

  it('with --check ends with 3 where anyone is behind, but not where that is recent, or known', async () => {
    const receiver = await startReceiver(() => 400);
    const site = createSite('file', clientOf('one', receiver.url));
    const codes = (...args: string[][]): Promise<(number | null)[]> =>
      Promise.all(args.map(async (one) => (await site.run('status', ...one)).code));
    await site.put('one', { commit: site.remote.commits[2] ?? '' });
    expect(await codes(['--check'])).toEqual([0]);
    site.remote.advance();
    expect(await codes([], ['--check'], ['--check', '--late-after', '1m'])).toEqual([0, 3, 3]);
    await site.notify(); // now it is known what blocks it, and that this is so since now
    expect(await codes(['--check'], ['--check', '--late-after', '1h'])).toEqual([3, 0]);
    site.setClients(clientOf('one', receiver.url, '    paused: true\n'));
    expect(await codes(['--check'])).toEqual([0]);
  });

  it('shows a cursor from which history does not lead on, and ends with 6 where that is asked', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    await site.put('one', { commit: site.remote.commits[2] ?? '' });
    site.remote.author.git('reset', '--quiet', '--hard', 'HEAD~1');
    site.remote.author.git('push', '--quiet', '--force', 'origin', 'main');
    site.remote.author.commit({ 'teams/b.yml': 'id: b\n' });
    site.remote.author.git('push', '--quiet', 'origin', 'main');
    const [one] = (await report(site)).clients;
    expect(one).toMatchObject({ state: 'history', pending: null });
    expect(one?.problems.join()).toContain('history was rewritten');
    const [, , , look, send] = one?.problems ?? [];
    expect(look).toBe(`${send} --print-events`);
    expect(send).toMatch(/^ {2}team-events .*--client one .*--on-rewrite squash$/);
    expect((await site.run('status', '--check')).code).toBe(6);
  });

  it('needs to be told where the cursors are', async () => {
    const site = createSite('file', clientOf('one', NOBODY));
    const result = await teamEvents(['status', '-C', site.directory, '--clients', site.clientsPath]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('tag:PREFIX or file:PATH');
    const env = { TEAM_EVENTS_CURSOR: site.store, TEAM_EVENTS_CLIENTS: site.clientsPath };
    expect((await teamEvents(['status', '-C', site.directory], { env })).code).toBe(0);
  });
});

describe('status of tags', () => {
  it('tells gone and corrupt cursors, claims, and what else lies there; writes nothing', async () => {
    const until = new Date(Date.now() + 300_000).toISOString();
    const names = ['gone', 'corrupt', 'served', 'lapsed', 'forged'];
    const site = createSite('tag', names.map((name) => clientOf(name, NOBODY)).join(''));
    const { remote } = site;
    const [commit = ''] = remote.commits;
    for (const name of names) await site.put(name, { commit });
    remote.git('tag', '--delete', 'team-events/gone');
    remote.git('update-ref', 'refs/tags/team-events/corrupt', `${commit}^{tree}`);
    remote.git('update-ref', 'refs/tags/team-events/Not-One', commit);
    await site.put('served', {
      commit,
      claim: { run: 'https://ci.example.com/7', until },
    });
    await site.put('forged', {
      commit,
      claim: { run: 'https://ci.example.com/5', until: '9999-01-01T00:00:00Z' },
    });
    await site.put('lapsed', {
      commit,
      claim: { run: 'https://ci.example.com/6', until: '2026-01-05T09:00:00Z' },
    });
    const before = [site.raw(), listing(`${site.directory}/.git`)];
    const [found, { stdout }, checked] = await Promise.all([
      report(site),
      site.run('status'),
      site.run('status', '--check'),
    ]);
    expect(found.clients).toMatchObject([
      {
        state: 'unusable',
        problems: [
          'the cursor of gone is gone',
          expect.stringMatching(/^Set it again .*:$/),
          expect.stringContaining('  team-events cursor set gone snapshot'),
        ],
        pending: null,
      },
      {
        state: 'unusable',
        problems: [
          expect.stringContaining('is corrupt'),
          expect.stringMatching(/^Set it again .*:$/),
          expect.stringContaining(`  team-events cursor set corrupt snapshot -C ${site.directory} --cursor`),
        ],
      },
      {
        state: 'claimed',
        pending: { commits: 2 },
        claim: { run: 'https://ci.example.com/7', lapsed: false },
      },
      { state: 'behind', claim: { run: 'https://ci.example.com/6', lapsed: true } },
      { state: 'behind', claim: { run: 'https://ci.example.com/5', lapsed: true } },
    ]);
    expect(found.others).toEqual(['refs/tags/team-events/Not-One']);
    expect(stdout).toContain(`claimed by https://ci.example.com/7 until ${until}`);
    expect(stdout).toMatch(/ci\.example\.com\/5 until 9999-\S+ has lapsed/);
    expect(stdout).toContain('refs/tags/team-events/Not-One  no cursor');
    expect(checked.code).toBe(8);
    expect([site.raw(), listing(`${site.directory}/.git`)]).toEqual(before);
  });

  it('tells who is held by the removal guard, by the limits of the policy', async () => {
    const site = createSite('file', clientOf('all', NOBODY));
    await site.notify();
    site.remote.author.commit({ 'teams/a.yml': null, 'teams/b.yml': 'id: b\n' });
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, 'guard: {teams: 0, teamsPercent: 0}\n');
    const [free] = (await report(site)).clients;
    expect(free).toMatchObject({ state: 'behind', guard: null });
    const [held] = (await report(site, '--policy', policy)).clients;
    expect(held).toMatchObject({
      state: 'guarded',
      guard: { before: site.remote.author.git('rev-parse', 'HEAD'), deletedTeams: 1, removedMemberships: 1 },
    });
    const { stdout, code } = await site.run('status', '--policy', policy, '--check');
    expect(stdout).toContain('deletes 1 team and takes away 1 membership; a run says how to let it pass');
    expect(code).toBe(3);
  });

  it('tells where the clone is not what the remote has', async () => {
    const site = createSite('tag', clientOf('one', NOBODY));
    const stale = site.remote.clone();
    await site.notify();
    site.remote.advance();
    const at = (...args: string[]) =>
      teamEvents(['status', '-C', stale, '--cursor', site.store, '--clients', site.clientsPath, ...args]);
    const tip = site.remote.commits[3] ?? '';
    expect((await at()).stdout).toContain(`main of origin is further on, at ${tip.slice(0, 12)}`);
    expect((await at('--to', tip)).stdout).toContain('2 events, 1 commit ');
    writeFileSync(`${site.directory}/teams/b.yml`, 'id: b\n');
    site.remote.author.commit({});
    expect((await site.run('status')).stdout).toContain('This is not on main of origin');
    expect((await site.run('status', '--check')).code).toBe(6);
    expect((await site.run('status', '--branch', 'none')).stdout).toContain(
      'There is no branch none of origin',
    );
  });
});
