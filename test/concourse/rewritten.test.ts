/** What the resource type makes of a history that was rewritten: it stops, until a person says what is to come of it. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../src/core/events/team-event.ts';
import { printedEvents } from '../support/program.ts';
import { clientOf, startReceiver } from '../support/receiver.ts';
import { team, type Files } from '../support/sample-repo.ts';
import { createResource, keptClone, type Source, type Version } from './sample-resource.ts';

/** A team that wins a member with each of three commits; the newest version. */
async function createHistory(source: Source = {}) {
  const resource = await createResource(source);
  const { teams, check, get } = resource;
  const members = ['ann'];
  for (const name of ['ann', 'bob', 'cyd']) {
    members.push(name);
    teams.push({ 'teams/a.yml': team('a', members.slice(1)) });
  }
  const [version = {}] = await check();
  return {
    ...resource,
    version,
    /** Takes back so many commits, commits these instead and pushes by force; the newest commit. */
    rewrite: (count: number, ...commits: readonly Files[]): string => {
      teams.author.git('reset', '--quiet', '--hard', `HEAD~${count}`);
      for (const files of commits) teams.author.commit(files, 'Written anew');
      teams.author.git('push', '--quiet', '--force', 'origin', 'HEAD:main');
      return teams.git('rev-parse', 'main');
    },
    /** The server keeps what no branch leads to for some time only. */
    collect: (): void => {
      teams.git('reflog', 'expire', '--expire=now', '--all');
      teams.git('gc', '--quiet', '--prune=now');
    },
    forget: (): void => rmSync(keptClone(resource.temp), { recursive: true }),
    /** Of each version but the first, which was known. */
    told: async (versions: readonly Version[], known = version): Promise<string[]> => {
      expect(versions[0]).toEqual(known);
      const lines: string[] = [];
      for (const one of versions.slice(1)) {
        const { type, data } = JSON.parse((await get(one)).read('event.json')) as TeamEvent;
        const who = [...(data.added ?? []), ...(data.removed ?? [])].map(({ id }) => id);
        lines.push([type, ...who, ...(data.rewritten === true ? ['(rewritten)'] : [])].join(' '));
      }
      return lines;
    },
  };
}

const withDan: Files = { 'teams/a.yml': team('a', ['ann', 'bob', 'dan']) };
const NET = ['team.members.removed cyd (rewritten)', 'team.members.added dan (rewritten)'];
const same: Files = { 'teams/a.yml': team('a', ['ann', 'bob', 'cyd']) };

/** The version that the command of a message names, as fly makes it of its flags. */
const versionIn = (output: string): Version =>
  Object.fromEntries(
    [...output.matchAll(/ --from (\w+):(\w+)/g)].map(([, key = '', value = '']) => [key, value]),
  );

describe('check', () => {
  it.each<readonly [string, number, readonly Files[]]>([
    ['other commits', 1, [withDan]],
    ['a commit with another title', 1, [same]],
    ['fewer commits', 1, []],
    ['another root', 2, [{ 'teams/z.yml': team('z', []) }, withDan]],
  ])('is red where main has %s, and names the way out', async (_, count, commits) => {
    const { run, version, rewrite } = await createHistory();
    rewrite(count, ...commits);
    const ended = await run('check', { version });
    expect(ended).toMatchObject({
      code: 6,
      stdout: '',
      output: expect.stringContaining('history was rewritten'),
    });
    expect(ended.output).toContain(`${version['commit']}, up to which`);
    expect(versionIn(ended.output)).toEqual({ ...version, on_rewrite: 'squash' });
  });

  it('takes the net change as one step, once, where a person says so in the version', async () => {
    const { teams, run, check, get, version, rewrite, collect, forget, told } = await createHistory();
    const to = rewrite(1, withDan);
    const { output } = await run('check', { version });
    const versions = await check(versionIn(output));
    expect(await told(versions)).toEqual(NET);
    const last = versions.at(-1) ?? {};
    expect(last).toMatchObject({ from: version['commit'], commit: to });
    const range = [String(version['commit']), to].join('..');
    const sent = await printedEvents(teams.author.directory, range, '--on-rewrite', 'squash');
    const got = JSON.parse((await get(last)).read('event.json')) as TeamEvent;
    expect(got).toEqual({ ...sent.at(-1), source: got.source });

    // From there on it is a version as any other, also when nobody has the old commits any more.
    collect();
    forget();
    teams.push({ 'teams/a.yml': team('a', ['ann']) });
    const [next, ...others] = await check(last);
    expect(others).toEqual([]);
    expect(next).toMatchObject({ from: to });
    expect(await get(version)).toMatchObject({
      code: 6,
      stdout: '',
      output: expect.stringContaining('no longer in'),
    });
    expect((await get(next ?? {})).read('removed')).toBe('bob\ndan\n');
  });

  it('finishes first the step that is half told, and passes over nothing of a shorter history', async () => {
    const { teams, check, version, rewrite, told } = await createHistory({ on_rewrite: 'squash' });
    teams.push({ 'teams/a.yml': team('a', ['eve']) });
    const [, removed = {}, added = {}] = await check(version);
    rewrite(3, withDan);
    expect(await told(await check(removed), removed)).toEqual([
      'team.members.added eve',
      'team.members.removed eve (rewritten)',
      'team.members.added ann bob dan (rewritten)',
    ]);
    expect(await told(await check(added), added)).toHaveLength(2);
  });

  it('tells the rest of the very first commit, too', async () => {
    const { teams, check } = await createResource({ on_rewrite: 'squash' });
    const both = { 'teams/b.yml': team('b', []), 'teams/c.yml': team('c', []) };
    teams.push(both, 'Two teams at once');
    const [b = {}, c = {}] = await check({ commit: 'root' });
    teams.author.git('checkout', '--quiet', '--orphan', 'again');
    const to = teams.push({ 'teams/b.yml': team('b', ['ann']) }, 'Written anew');
    const versions = await check(b);
    expect(versions.slice(0, 2)).toEqual([b, c]);
    expect(versions.slice(2).map(({ from, commit }) => [from, commit])).toEqual([[b['commit'], to]]);
  });

  it('gives nothing new where nothing changed in the net, and compares with the same commit later', async () => {
    const { teams, check, version, rewrite, told } = await createHistory({ on_rewrite: 'squash' });
    rewrite(1, same);
    expect(await check(version)).toEqual([version]);
    teams.push(withDan);
    expect(await told(await check(version))).toEqual(NET);
  });

  it('gives nothing where the branch was only taken back, until it goes on from there', async () => {
    const { teams, check, version, rewrite, told } = await createHistory({ on_rewrite: 'squash' });
    rewrite(1);
    expect(await check(version)).toEqual([]);
    teams.push(withDan);
    expect(await told(await check(version))).toEqual(NET);
  });

  it('stays red where nobody has the old commits any more, and goes on after one that is named', async () => {
    const { teams, run, check, version, rewrite, collect, forget } = await createHistory({
      on_rewrite: 'squash',
    });
    const to = rewrite(1, withDan);
    collect();
    forget();
    const ended = await run('check', { version });
    expect(ended).toMatchObject({ code: 6, stdout: '', output: expect.stringContaining('no longer has') });
    expect(versionIn(ended.output)).toEqual({ commit: 'FULL_ID' });
    const versions = await check({ commit: teams.git('rev-parse', `${to}^`) });
    expect(versions.map(({ commit }) => commit)).toEqual([to]);
  });

  it('goes on after the commit of an event that is not made of it any more', async () => {
    const { teams, run, version } = await createHistory();
    const other = { ...version, event: `evt_${'0'.repeat(32)}` }; // of a version with other rules, say
    const to = teams.push(withDan);
    const ended = await run('check', { version: other });
    expect(ended).toMatchObject({ code: 0, output: expect.stringContaining('going on after') });
    const versions = JSON.parse(ended.stdout) as Version[];
    expect(versions.map(({ from, commit }) => [from, commit])).toEqual([
      [version['commit'], to],
      [version['commit'], to],
    ]);
  });
});

describe('in', () => {
  it('gets what was a version before as long as the server gives it', async () => {
    const { get, version, rewrite, collect } = await createHistory();
    rewrite(1, withDan);
    const got = await get(version);
    expect(got.code).toBe(0);
    expect(got.read('added')).toBe('cyd\n');
    collect();
    expect(await get(version)).toMatchObject({
      code: 6,
      stdout: '',
      output: expect.stringContaining('no longer in'),
    });
  });
});

describe('out', () => {
  it('fails until on_rewrite says what is to be told', async () => {
    const { teams, put, rewrite } = await createHistory();
    const receiver = await startReceiver();
    const entries = clientOf('all', receiver.url);
    expect(await put(entries, { init: true })).toMatchObject({ code: 0 });
    rewrite(1, withDan);
    expect(await put(entries)).toMatchObject({ code: 6, stdout: '' });
    expect(receiver.requests).toHaveLength(0);
    expect(await put(entries, {}, { on_rewrite: 'squash' })).toMatchObject({ code: 0 });
    expect(receiver.accepted.map(({ event }) => event.data.rewritten)).toEqual([true, true]);
    expect(teams.git('rev-parse', 'team-events/all^{commit}')).toBe(teams.git('rev-parse', 'main'));
  });
});
