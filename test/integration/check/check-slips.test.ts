/** Slips that no file betrays by itself: a configuration under another name, members under another key. */
import { describe, expect, it } from 'vitest';
import { brief, eventsOf, teamEvents } from '../../support/program.ts';
import { createRepo, team, type SampleRepo } from '../../support/sample-repo.ts';

const linesOf = (text: string, check: string): string[] =>
  text.split('\n').filter((line) => line.endsWith(`[${check}]`));

describe('a file that is almost team-events.yml', () => {
  const told = async (files: Record<string, string>): Promise<string[]> => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), ...files });
    const { code, stdout } = await teamEvents(['check', '-C', repo.directory]);
    expect(code).toBe(0);
    return linesOf(stdout, 'unread-configuration');
  };

  it('is told, as nothing reads it, also beside the one that is read', async () => {
    const names = ['Team-Events.yml', 'team-event.yaml', 'team-events.yaml', 'team_events.yml'];
    const files = ['team-events.yml', ...names].map((name) => [name, 'version: 1\n'] as const);
    expect(await told(Object.fromEntries(files))).toEqual(
      names.map(
        (name) =>
          `${name}:1:1: warning: this file is not read: the configuration file is called team-events.yml [unread-configuration]`,
      ),
    );
  });

  it('is none elsewhere, with another name, or where it is a team', async () => {
    const settings = 'catalogue: {files: "**/*.{yml,yaml}", exclude: docs}\n';
    const others = { 'docs/Team-Events.yml': 'id: docs', 'events.yml': 'id: e', 'team-events.txt': '' };
    expect(await told({ 'team-events.yml': settings, 'team-events.yaml': 'id: f', ...others })).toEqual([]);
  });
});

describe('a team whose members went under a key that looks like theirs', () => {
  type Files = Readonly<Record<string, string | null>>;
  const repoOf = (before: Files, after: Files): SampleRepo => {
    const repo = createRepo();
    repo.commit(before);
    repo.commit(after);
    return repo;
  };
  const check = (repo: SampleRepo) => teamEvents(['check', '-C', repo.directory, '--base', 'HEAD~1']);

  it('is an error where it is to be merged, and a hint where it is told', async () => {
    const repo = repoOf(
      { 'teams/pay.yml': 'members: [alice, bob]\n' },
      { 'teams/pay.yml': 'name: Pay\nmembre: [alice, bob]\n' },
    );
    const { code, stdout } = await check(repo);
    expect([code, linesOf(stdout, 'emptied-members')]).toEqual([
      4,
      [
        'teams/pay.yml:2:9: error: pay has no members any more, and its key "membre" looks like "membres": ' +
          'if that is a typo, correct it in teams/pay.yml; if the team is to be empty, write "membres: []" [emptied-members]',
      ],
    ]);
    const run = await teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson']);
    expect(run.stderr).toBe(
      'hint: pay has no members any more, and its key "membre" looks like "membres": ' +
        `if that is a typo, correct it in teams/pay.yml (commit ${repo.git('rev-parse', 'HEAD').slice(0, 12)})\n`,
    );
    expect(brief(eventsOf(run.stdout))).toEqual(['team.modified pay', 'team.members.removed pay']);
  });

  it('is found by keys that lead down, in lists, with a new id, and with other people', async () => {
    const repo = repoOf(
      {
        'team-events.yml': 'catalogue: {members: [members, spec.users, spec.owners]}\n',
        'teams/down.yml': 'spec: {users: [x]}\n',
        'teams/list.yml': '- {id: a, members: [x]}\n- {id: b, members: [y]}\n',
        'teams/old.yml': 'members: [x]\n',
        'teams/others.yml': 'members: [x]\n',
      },
      {
        'teams/down.yml': 'spec: {user: [x]}\n',
        'teams/list.yml': '- {id: a, memebrs: [x]}\n- {id: b, members: [y]}\n',
        'teams/old.yml': null,
        'teams/new.yml': 'previously: old\nMembers: [x]\n',
        'teams/others.yml': 'memberes: [{login: y}]\n',
      },
    );
    const { stdout } = await check(repo);
    expect(linesOf(stdout, 'emptied-members').map((line) => line.split(' has no')[0])).toEqual([
      'teams/down.yml:1:14: error: down',
      'teams/list.yml:1:20: error: a',
      'teams/new.yml:2:10: error: new',
      'teams/others.yml:1:11: error: others',
    ]);
  });

  it('is none where the file says so, where people are left or were not there, and where the key says nothing new', async () => {
    const repo = repoOf(
      {
        'teams/empty.yml': 'members: [x]\n',
        'teams/known.yml': 'members: [x]\nmember: [y]\n',
        'teams/left.yml': 'members: [x, y]\n',
        'teams/never.yml': 'name: P\n',
        'teams/nobody.yml': 'members: [x]\n',
        'teams/text.yml': 'members: [x]\n',
      },
      {
        'teams/empty.yml': 'members: []\nmembre: [x]\n',
        'teams/known.yml': 'member: [y]\n',
        'teams/left.yml': 'members: [x]\nmembre: [y]\n',
        'teams/never.yml': 'membre: [x]\n',
        'teams/nobody.yml': 'member: []\n',
        'teams/text.yml': 'member: true\n',
      },
    );
    const { code, stdout } = await check(repo);
    expect([code, linesOf(stdout, 'emptied-members')]).toEqual([0, []]);
  });
});
