/** `team-events check --base`: what merging would send, to whom, and what would stop it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { printedEvents, teamEvents, type Result } from '../../support/program.ts';
import { createRepo, team, tempFolder, type Files, type SampleRepo } from '../../support/sample-repo.ts';
import { clientOf } from '../../support/receiver.ts';

interface Report {
  readonly exitCode: number;
  readonly findings: readonly Record<string, unknown>[];
  readonly merge: {
    readonly from: string;
    readonly behind: number;
    readonly events: readonly TeamEvent[];
    readonly receivers: Readonly<Record<string, readonly string[]>>;
    readonly beginnings: readonly unknown[];
  };
}

const check = (repo: SampleRepo, ...args: string[]): Promise<Result> =>
  teamEvents(['check', '-C', repo.directory, '--base', 'main', ...args]);

async function report(repo: SampleRepo, ...args: string[]): Promise<Report> {
  const { stdout } = await check(repo, '--format', 'json', ...args);
  return JSON.parse(stdout) as Report;
}

const HTTPS = 'https://one.example.com/';
const MEMBERS_ONLY = `  - name: people
    subscriptions:
      - events: [team.members.added, team.members.removed]
        url: https://people.example.com/
`;

/** `main` with two teams and these files, and a branch `change` off it, checked out. */
function siteOf(files: Files = {}): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x', 'y']), 'teams/b.yml': team('b', ['z']), ...files });
  repo.git('checkout', '--quiet', '-b', 'change');
  return repo;
}

const brief = ({ type, subject }: TeamEvent): string => `${type} ${subject}`;
/** Of an event what does not depend on the merge commit, which is not there yet. */
const told = ({ type, subject, data: { commit: _commit, ...data } }: TeamEvent): unknown => ({
  type,
  subject,
  data,
});

describe('what merging would send', () => {
  it('is what the merge commit then brings, however many commits the branch has and wherever the base is by then', async () => {
    const repo = siteOf();
    repo.commit({ 'teams/c.yml': team('c', ['v']), 'teams/a.yml': team('a', ['x', 'w']) });
    repo.commit({ 'teams/a.yml': team('a', ['w']), 'teams/b.yml': '[' });
    repo.commit({ 'teams/c.yml': team('c', ['v'], 'tags: [new]\n'), 'teams/b.yml': team('b', ['z', 'u']) });
    repo.git('checkout', '--quiet', 'main');
    repo.commit({ 'teams/d.yml': team('d', ['t']) });
    repo.git('checkout', '--quiet', 'change');
    const { merge, exitCode } = await report(repo);
    expect(merge).toMatchObject({ from: repo.git('rev-parse', 'main~1'), behind: 1 });
    expect(merge.events.map(brief)).toEqual([
      'team.created c',
      'team.members.removed a',
      'team.members.added a',
      'team.members.added b',
      'team.members.added c',
    ]);
    expect(exitCode).toBe(0);
    repo.git('checkout', '--quiet', 'main');
    repo.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
    const merged = await printedEvents(repo.directory, '--from', 'HEAD~1');
    expect(merge.events.map(told)).toEqual(merged.map(told));
  });

  it('a file that the branch breaks holds what the base has, as it will', async () => {
    const repo = siteOf();
    repo.commit({ 'teams/a.yml': team('a', ['q']) });
    repo.commit({ 'teams/a.yml': '[', 'teams/b.yml': null });
    const { merge, exitCode } = await report(repo);
    expect(merge.events.map(brief)).toEqual(['team.members.removed b', 'team.deleted b']);
    expect(exitCode).toBe(4);
  });

  it('is told with who would get it', async () => {
    const repo = siteOf({ 'clients.yml': `clients:\n${clientOf('one', HTTPS)}${MEMBERS_ONLY}` });
    repo.commit({ 'teams/c.yml': team('c', ['v']) }, 'Add c');
    const { code, stdout } = await check(repo);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Merging into main would send 2 events, as one step from ${repo.git('rev-parse', 'main').slice(0, 12)}:\n` +
        `${repo.git('rev-parse', 'HEAD').slice(0, 12)}  Add c  (Ann Author, 2026-01-05)\n` +
        '  + c created  teams/c.yml\n' +
        '      → one\n' +
        '  + c members added  teams/c.yml  (implied by team.created)\n' +
        '      + v\n' +
        '      → people\n',
    );
    const { merge } = await report(repo);
    expect(merge.events.map(({ id }) => merge.receivers[id])).toEqual([['one'], ['people']]);
  });

  it('is nothing where there is nothing to merge, or no team changed', async () => {
    const repo = siteOf();
    expect((await check(repo)).stdout).toContain('Merging into main would send no event.\n');
    repo.commit({ 'README.md': 'x' });
    expect((await check(repo)).stdout).toContain('Merging into main would send no event.\n');
  });

  it('cannot be told where both have no commit in common: exit 6', async () => {
    const repo = siteOf();
    repo.git('checkout', '--quiet', '--orphan', 'other');
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    const { code, stdout, stderr } = await check(repo);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('"main" and ');
    expect(stderr).toContain('have no commit in common');
  });

  it('follows team-events.yml as the branch has it', async () => {
    const repo = siteOf({ 'teams/b.yml': team('b', ['z'], 'guests: [g]\n') });
    repo.commit({ 'team-events.yml': 'catalogue: {members: [members, guests]}\n' });
    const { merge } = await report(repo);
    expect(merge.events.map(brief)).toEqual(['team.modified b', 'team.members.added b']);
  });
});

describe('what the net change does not show', () => {
  it('events of commits that take back each other, where they are kept: a fast-forward, a rebase', async () => {
    const repo = siteOf();
    repo.commit({ 'teams/b.yml': null });
    repo.git('checkout', '--quiet', 'HEAD~1', '--', 'teams');
    repo.commit({});
    const { code, stdout } = await check(repo);
    expect(code).toBe(0);
    expect(stdout).toContain('Merging into main would send no event.\n');
    expect(stdout).toContain(
      'Merged by fast-forward or rebase, its 2 commits are steps of their own. They would send 4 events: ' +
        '1 team.created, 1 team.members.removed, 1 team.members.added, 1 team.deleted.\n',
    );
    expect(stdout).toMatch(/^teams\/b\.yml:1:1: warning: its commits delete b, .* \[deleted-in-between\]$/m);
    const { merge } = await report(repo);
    expect(merge).toMatchObject({ byCommit: { commits: 2, events: { 'team.deleted': 1 } } });
    const base = repo.git('rev-parse', 'main');
    repo.git('checkout', '--quiet', 'main');
    repo.git('merge', '--quiet', '--ff-only', 'change');
    expect(await printedEvents(repo.directory, '--from', base)).toHaveLength(4);
  });

  it('is nothing where each commit sends its part of the net change', async () => {
    const repo = siteOf();
    repo.commit({ 'teams/c.yml': team('c', []) });
    repo.commit({ 'teams/d.yml': team('d', []) });
    const { merge } = await report(repo);
    expect(merge).toMatchObject({ byCommit: null });
    expect((await check(repo)).stdout).not.toContain('fast-forward');
  });

  it('a configuration by which all later events say other things', async () => {
    const repo = siteOf({ 'team-events.yml': 'source: https://a.example/teams\n' });
    repo.commit({ 'team-events.yml': 'source: https://b.example/teams\ncatalogue: { authorEmail: true }\n' });
    const { code, stdout } = await check(repo);
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => line.includes('[event-content]'));
    expect(lines).toEqual([
      expect.stringContaining('has the source https://b.example/teams, and not https://a.example/teams'),
      expect.stringContaining("tells the address of the commit's author"),
    ]);
  });
});

describe('a new client', () => {
  const clients = (more: string): Files => ({ 'clients.yml': `clients:\n${MEMBERS_ONLY}${more}` });

  it('is told with what it would get first, by its start', async () => {
    const repo = siteOf(clients(''));
    repo.git('tag', 'v1');
    repo.git('checkout', '--quiet', 'main');
    repo.commit({ 'teams/b.yml': team('b', ['z', 'y2']) });
    repo.git('checkout', '--quiet', 'change');
    repo.git('rebase', '--quiet', 'main');
    repo.commit({
      ...clients(
        clientOf('now', HTTPS) +
          clientOf('whole', HTTPS, '    start: snapshot\n') +
          clientOf('since', HTTPS, '    start: v1\n') +
          clientOf('lost', HTTPS, '    start: v9\n'),
      ),
      'teams/c.yml': team('c', ['v']),
    });
    const { code, stdout } = await check(repo);
    expect(stdout).toContain(
      'now is new and would begin here: first it gets what comes after this.\n' +
        'whole is new and would begin with the whole catalogue: first it gets 3 team.created.\n' +
        'since is new and would begin at v1: first it gets 1 team.created, 1 team.members.added.\n' +
        'lost is new and would begin at v9, which is not an ancestor of this commit.\n',
    );
    expect(stdout).toMatch(
      /^clients\.yml:20:1: warning: client lost: start: there is no commit "v9" .* \[client-start\]$/m,
    );
    expect(stdout).not.toContain('people is new');
    expect(code).toBe(0);
  });

  it('is none that was there, by its name or by the one it had', async () => {
    const repo = siteOf({ 'clients.yml': `clients:\n${clientOf('one', HTTPS)}` });
    repo.commit({ 'clients.yml': `clients:\n${clientOf('uno', HTTPS, '    formerly: one\n')}` });
    expect((await report(repo)).merge.beginnings).toEqual([]);
  });

  it('is each where the clients file is new', async () => {
    const repo = siteOf();
    repo.commit(clients(''));
    expect((await report(repo)).merge.beginnings).toEqual([
      { client: 'people', isNew: true, start: 'now', events: {} },
    ]);
  });

  it('cannot be told from the others where the clients file lies elsewhere: what each would get is said', async () => {
    const repo = siteOf();
    repo.commit({ 'teams/c.yml': team('c', ['v']) });
    const path = join(tempFolder(), 'clients.yml');
    writeFileSync(path, `clients:\n${clientOf('one', HTTPS, '    start: snapshot\n')}`);
    const { stdout } = await check(repo, '--clients', path);
    expect(stdout).toContain(
      'one, if it is new, would begin with the whole catalogue: first it gets 3 team.created.\n',
    );
  });
});

describe('the removal guard', () => {
  const many = (content: boolean): Files =>
    Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [
        `teams/m${index}.yml`,
        content ? team(`m${index}`, ['x']) : null,
      ]),
    );

  it('says that it would stop a client, at its entry: exit 7', async () => {
    const repo = siteOf({
      ...many(true),
      'clients.yml': `clients:\n${MEMBERS_ONLY}${clientOf('one', HTTPS)}`,
    });
    repo.commit(many(false));
    const { code, stdout } = await check(repo);
    expect(code).toBe(7);
    expect(stdout).toMatch(
      /^clients\.yml:6:1: error: client one: the removal guard would stop this client: merging would delete 12 of 14 teams \(m0, .* and 2 more\), take away 12 of 15 memberships; .* \[removal-guard\]$/m,
    );
    expect(stdout.match(/removal-guard/g)).toHaveLength(1);
    expect((await check(repo, '--allow-removals', 'HEAD')).code).toBe(0);
    expect((await check(repo, '--allow-removals', 'main')).code).toBe(7);
  });

  it('goes by the limits of the policy', async () => {
    const repo = siteOf({ 'clients.yml': `clients:\n${clientOf('one', HTTPS)}` });
    repo.commit({ 'teams/b.yml': null });
    const policy = join(tempFolder(), 'policy.yml');
    writeFileSync(policy, 'guard: {teams: 0, teamsPercent: 0}\n');
    expect((await check(repo)).code).toBe(0);
    expect((await check(repo, '--policy', policy)).code).toBe(7);
  });
});

describe('onto root, before the first commit', () => {
  it('all of the revision is one step, all clients are new, and nothing was said differently before', async () => {
    const clients = ['now', 'snapshot', 'root', 'main'].map((start) =>
      clientOf(start, HTTPS, `    start: ${start}\n`),
    );
    const repo = siteOf({
      'team-events.yml': 'source: https://example.com/teams\n',
      'clients.yml': `clients:\n${clients.join('')}`,
    });
    repo.commit({ 'teams/b.yml': null, 'teams/c.yml': team('c', ['v']) });
    const { merge, findings, exitCode } = await report(repo, '--base', 'root');
    expect([exitCode, findings]).toEqual([0, []]);
    expect(merge).toMatchObject({ into: 'root', from: null, behind: 0 });
    expect(
      merge.events.map((event) => [brief(event), event.data.snapshot, event.data.commit.parent]),
    ).toEqual(
      ['created a', 'created c', 'members.added a', 'members.added c'].map((text) => [
        `team.${text}`,
        undefined,
        null,
      ]),
    );
    expect(Object.values(merge.receivers)[0]).toEqual(['now', 'snapshot', 'root', 'main']);
    const first = { 'team.created': 2 };
    expect(merge.beginnings).toEqual([
      { client: 'now', isNew: true, start: 'now', events: {} },
      { client: 'snapshot', isNew: true, start: 'snapshot', events: first },
      { client: 'root', isNew: true, start: 'root', events: first },
      { client: 'main', isNew: true, start: 'main', events: { 'team.created': 1, 'team.deleted': 1 } },
    ]);
    const { stdout } = await check(repo, '--base', 'root');
    expect(stdout).toContain(
      'Merging into root would send 4 events, as one step from before the first commit:',
    );
    expect(stdout).toContain('its 2 commits are steps of their own. They would send 8 events:');
    expect(stdout).toContain(
      'root is new and would begin before the first commit: first it gets 2 team.created.',
    );
  });

  it('a client that begins there is told what it would get, on any base', async () => {
    const repo = siteOf();
    repo.commit({
      'clients.yml': `clients:\n${clientOf('one', HTTPS, '    start: root\n')}`,
      'teams/b.yml': null,
    });
    const { merge } = await report(repo);
    expect(merge.beginnings).toEqual([
      { client: 'one', isNew: true, start: 'root', events: { 'team.created': 2, 'team.deleted': 1 } },
    ]);
  });
});

describe('what looks like a rename', () => {
  function renamed(previously = ''): SampleRepo {
    const repo = siteOf();
    repo.commit({
      'teams/a.yml': null,
      'teams/new.yml': `tags: []\n---\n${team('money', ['x', 'y'], previously)}`,
    });
    return repo;
  }

  it('fails at the new team with exit 4, unless `previously` tells it', async () => {
    const { code, stdout } = await check(renamed());
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /^teams\/new\.yml:3:1: error: money looks like a rename of a, as .* add "previously: \[a\]" to money in teams\/new\.yml, in the same step; if they are two teams: --not-renamed money \(or TEAM_EVENTS_NOT_RENAMED\) \[untold-rename\]$/m,
    );
    const accepted = await check(renamed('previously: [a]\n'));
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toContain('id  a → money');
  });

  it('is placed also where the file was there before, and team-events.yml alone changed', async () => {
    const repo = createRepo();
    repo.commit({
      'teams/a.yml': team('a', ['x', 'y']),
      'people/b.yml': `# b\n${team('b', ['x', 'y'])}`,
    });
    repo.git('checkout', '--quiet', '-b', 'change');
    repo.commit({ 'team-events.yml': 'catalogue: {files: people/*.yml}\n' });
    const { code, stdout } = await check(repo);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^people\/b\.yml:2:1: error: b looks like a rename of a, /m);
  });

  it.each([
    ['the id of the new team', ['--not-renamed', 'money'], {}, 0],
    ['no id: all of them', ['--not-renamed'], {}, 0],
    ['another id', ['--not-renamed', 'other'], {}, 4],
    ['the variable', [], { TEAM_EVENTS_NOT_RENAMED: 'other,money' }, 0],
  ])('is accepted by --not-renamed with %s', async (_what, args, env, code) => {
    const repo = renamed();
    const result = await teamEvents(['check', '-C', repo.directory, '--base', 'main', ...args], { env });
    expect(result.code).toBe(code);
  });

  it('is one failure of the new file for JUnit', async () => {
    const { stdout } = await check(renamed(), '--format', 'junit');
    expect(stdout).toMatch(
      /<testcase classname="catalogue" name="teams\/new\.yml"[^>]*>\n *<failure type="untold-rename"/,
    );
  });
});
