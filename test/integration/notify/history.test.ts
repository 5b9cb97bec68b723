/** Which steps a range has, on real repositories. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { brief, eventsOf, printedEvents, teamEvents } from '../../support/program.ts';
import { createRepo, gitEnvironment, team, tempFolder } from '../../support/sample-repo.ts';

/** Commits of the events, each once, in order. */
const commitsOf = (events: readonly TeamEvent[]): string[] => [
  ...new Set(events.map(({ data }) => data.commit.id)),
];

const dryRun = (repo: string, ...args: string[]) =>
  teamEvents(['-C', repo, '--print-events', '--format', 'ndjson', ...args]);

describe('a range', () => {
  it('excludes from and includes to', async () => {
    const repo = createRepo();
    const a = repo.commit({ 'teams/a.yml': team('a', []) });
    const b = repo.commit({ 'teams/b.yml': team('b', []) });
    const c = repo.commit({ 'teams/c.yml': team('c', []) });
    expect(commitsOf(await printedEvents(repo.directory, '--from', a))).toEqual([b, c]);
    expect(commitsOf(await printedEvents(repo.directory, `${a}..HEAD~1`))).toEqual([b]);
    expect(commitsOf(await printedEvents(repo.directory, '--from', 'root', '--to', a))).toEqual([a]);
  });

  it('follows first parents: a merge is one step', async () => {
    const repo = createRepo();
    const start = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.git('checkout', '--quiet', '-b', 'side');
    repo.commit({ 'teams/b.yml': team('b', []) });
    repo.commit({ 'teams/b.yml': team('b', ['y']) });
    repo.git('checkout', '--quiet', 'main');
    const main = repo.commit({ 'teams/a.yml': team('a', ['x', 'z']) });
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
    const events = await printedEvents(repo.directory, '--from', start);
    expect(commitsOf(events)).toEqual([main, repo.git('rev-parse', 'HEAD')]);
    expect(brief(events)).toEqual(['team.members.added a', 'team.created b', 'team.members.added b']);
    expect(events.at(-1)?.data.commit.parent).toBe(main);
  });

  it.each([1, 2])(
    'begins anywhere behind a merge: from %i commits behind its second parent',
    async (behind) => {
      const repo = createRepo();
      repo.commit({ 'teams/a.yml': team('a', []) });
      repo.git('checkout', '--quiet', '-b', 'side');
      const sideCommits = ['b', 'c', 'd'].map((id) => repo.commit({ [`teams/${id}.yml`]: team(id, []) }));
      const from = sideCommits[2 - behind] ?? '';
      repo.git('checkout', '--quiet', 'main');
      repo.commit({ 'teams/main-only.yml': team('main-only', []) });
      repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'side');
      const merge = repo.git('rev-parse', 'HEAD');
      const later = repo.commit({ 'teams/later.yml': team('later', []) });

      const events = await printedEvents(repo.directory, '--from', from);
      // The first step is the whole difference of the trees: what main brought, and what side still had to bring.
      expect(commitsOf(events)).toEqual([merge, later]);
      const first = events.filter(({ data }) => data.commit.id === merge);
      expect(first.every(({ data }) => data.commit.parent === from)).toBe(true);
      expect(brief(first)).toEqual(
        (behind === 1 ? ['d', 'main-only'] : ['c', 'd', 'main-only']).map((id) => `team.created ${id}`),
      );
      expect(events.at(-1)?.sequence).toBe('000000000007.000000');
    },
  );

  it('as one step with --squash: the net change, and from root the whole catalogue as a snapshot', async () => {
    const repo = createRepo();
    const start = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/b.yml': team('b', []) });
    const end = repo.commit({ 'teams/b.yml': null, 'teams/a.yml': team('a', ['y']) });
    const events = await printedEvents(repo.directory, '--from', start, '--squash');
    expect(brief(events)).toEqual(['team.members.removed a', 'team.members.added a']);
    expect(events[0]?.data.commit).toMatchObject({ id: end, parent: start });
    const snapshot = await printedEvents(repo.directory, '--from', 'root', '--squash');
    expect(brief(snapshot)).toEqual(['team.created a', 'team.members.added a']);
    expect(snapshot.every(({ data }) => data.snapshot === true && data.commit.parent === null)).toBe(true);
    expect(snapshot[0]?.sequence).toBe('000000000003.000000');
    const ofFirst = await printedEvents(repo.directory, '--from', 'root', '--to', start, '--squash');
    expect(ofFirst.map(({ data }) => data.snapshot)).toEqual([true, true]);
  });

  it('gives nothing where there is nothing new: the same revision, and the rerun of an older one', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    repo.commit({ 'teams/b.yml': team('b', []) });
    expect(await dryRun(repo.directory, '--from', 'HEAD')).toMatchObject({ code: 0, stdout: '' });
    expect(await dryRun(repo.directory, '--from', 'HEAD', '--to', 'HEAD~1')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining(
        'HEAD~1 is older than HEAD: there is nothing new. The opposite range is HEAD~1..HEAD',
      ),
    });
  });

  it('is the last commit that touched the catalogue where a dry run names none', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    const touched = repo.commit({ 'teams/b.yml': team('b', []) });
    for (let count = 0; count < 20; count++) repo.commit({ 'README.md': `${count}` });
    expect(commitsOf(await printedEvents(repo.directory))).toEqual([touched]);
  });

  it('gives the same bytes in a bare clone, split anywhere, under another configuration of git', async () => {
    const repo = createRepo();
    const commits = [
      repo.commit({ 'teams/a.yml': team('a', ['x', 'é']), 'team-events.yml': 'source: urn:teams\n' }),
      repo.commit({ 'teams/équipe "b".yml': team('b', ['x']) }, 'Équipe'),
      repo.commit({ 'teams/a.yml': null }),
      repo.commit({ 'team-events.yml': 'source: urn:other\n', 'teams/c.yml': team('c', []) }),
    ];
    const { stdout: whole } = await dryRun(repo.directory, '--from', 'root');
    expect(eventsOf(whole).length).toBe(7);
    const bare = join(tempFolder(), 'bare.git');
    execFileSync('git', ['clone', '--quiet', '--bare', repo.directory, bare], { env: gitEnvironment() });
    const hostile = [
      'core.quotePath=false',
      'log.showRoot=false',
      'diff.renames=copies',
      'log.showSignature=true',
      'i18n.logOutputEncoding=latin1',
    ];
    for (const setting of hostile) execFileSync('git', ['-C', bare, 'config', ...setting.split('=')]);
    expect((await dryRun(bare, '--from', 'root')).stdout).toBe(whole);
    for (const split of commits.slice(0, 3)) {
      const parts = await Promise.all([
        dryRun(bare, '--from', 'root', '--to', split),
        dryRun(bare, `${split}..HEAD`),
      ]);
      expect(parts.map(({ stdout }) => stdout).join('')).toBe(whole);
    }
    expect(eventsOf(whole).map(({ data }) => data.file)).toContain('teams/équipe "b".yml');
  });
});

describe('history that cannot be used', () => {
  it('as it was rewritten: exit 6, or the net change with --on-rewrite squash', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    const old = repo.commit({ 'teams/b.yml': team('b', []) });
    repo.git('reset', '--quiet', '--hard', 'HEAD~1');
    repo.commit({ 'teams/c.yml': team('c', []) });
    const result = await dryRun(repo.directory, '--from', old);
    expect(result).toMatchObject({ code: 6, stdout: '' });
    expect(result.stderr).toContain(`history was rewritten: ${old} is not an ancestor of`);
    expect(result.stderr).toContain('--on-rewrite squash');
    const events = await printedEvents(repo.directory, '--from', old, '--on-rewrite', 'squash');
    expect(brief(events)).toEqual(['team.created c', 'team.deleted b']);
    expect(events.map(({ data }) => data.rewritten)).toEqual([true, true]);
  });

  it('as a commit is missing: exit 6, with the command that brings it', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    for (const ref of [
      '0123456789012345678901234567890123456789',
      'no-such-branch',
      '--output=x',
      'a\nb',
      '',
    ]) {
      const result = await dryRun(repo.directory, `--from=${ref}`);
      expect(result).toMatchObject({ code: 6, stdout: '' });
      expect(result.stderr).toContain(`there is no commit ${JSON.stringify(ref)}`);
      expect(result.stderr).toContain(`git -C ${repo.directory} fetch origin`);
    }
  });

  it('as the clone is shallow: exit 6, with the command that completes it', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    repo.commit({ 'teams/b.yml': team('b', []) });
    const shallow = join(tempFolder(), 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${repo.directory}`, shallow], {
      env: gitEnvironment(),
    });
    for (const args of [['--from', 'HEAD'], ['--from', 'root'], []]) {
      const result = await dryRun(shallow, ...args);
      expect(result).toMatchObject({ code: 6, stdout: '' });
      expect(result.stderr).toContain(`git -C ${shallow} fetch --unshallow`);
    }
  });

  it('as there is no commit yet: exit 6', async () => {
    const result = await dryRun(createRepo().directory, '--from', 'root');
    expect(result.code).toBe(6);
    expect(result.stderr).toContain('has no commit yet');
  });
});

describe('the catalogue in history', () => {
  it('holds a broken file at its last valid content, tells it, and brings the change when it is mended', async () => {
    const repo = createRepo();
    const start = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/a.yml': 'id: a\nmembers: [x, y\n', 'teams/b.yml': team('b', []) });
    const broken = await dryRun(repo.directory, '--from', start);
    expect(broken.code).toBe(4);
    expect(brief(eventsOf(broken.stdout))).toEqual(['team.created b']);
    expect(broken.stderr).toMatch(/teams\/a\.yml:3:1: .* \(commit [0-9a-f]{12}\)/);
    const from = repo.git('rev-parse', 'HEAD');
    repo.commit({ 'teams/a.yml': team('a', ['x', 'y']) });
    // The range begins where the file is broken: what it held is found in history.
    const mended = await dryRun(repo.directory, '--from', from);
    expect(mended.code).toBe(0);
    expect(brief(eventsOf(mended.stdout))).toEqual(['team.members.added a']);
  });

  it('is read with each revision’s own configuration: a change of it is a step', async () => {
    const repo = createRepo();
    const start = repo.commit({ 'teams/a.yml': 'id: a\nmembers: [x]\nleads: [l]\n' });
    repo.commit({ 'team-events.yml': 'catalogue: { members: [members, leads] }\n' });
    const events = await printedEvents(repo.directory, '--from', start);
    expect(brief(events)).toEqual(['team.modified a', 'team.members.added a']);
    expect(events[0]?.data.changes?.map(({ field }) => field)).toEqual([
      'attributes.leads',
      'members.x.roles',
    ]);
    expect(events[1]?.data.added).toEqual([{ id: 'l', roles: ['leads'] }]);
  });

  it.each([
    ['https://user:pass@gitlab.example.com/tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
    ['git@gitlab.example.com:tmj/equipes.git', 'https://gitlab.example.com/tmj/equipes'],
  ])('has origin %s as source %s', async (origin, source) => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    repo.git('remote', 'add', 'origin', origin);
    const [event] = await printedEvents(repo.directory);
    expect(event?.source).toBe(source);
  });

  it('has its root commit as source without origin', async () => {
    const repo = createRepo();
    const root = repo.commit({ 'teams/a.yml': team('a', []) });
    const [event] = await printedEvents(repo.directory);
    expect(event?.source).toBe(`urn:git:${root}`);
  });
});
