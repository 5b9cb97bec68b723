/** `team-events check`: what it understood, and every problem at once; without network, credentials, variables or a trace. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTeamEvents, teamEvents, type Result } from '../../support/program.ts';
import { listing } from '../../support/sample-remote.ts';
import { createRepo, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

const check = (repo: Pick<SampleRepo, 'directory'>, ...args: string[]): Promise<Result> =>
  teamEvents(['check', '-C', repo.directory, ...args]);

function fileOf(text: string): string {
  const path = join(tempFolder(), 'file.yml');
  writeFileSync(path, text);
  return path;
}

const CLIENTS = `clients:
  - name: one
    start: snapshot
    secrets: ['\${SECRET}']
    subscriptions:
      - events: [team.created, team.deleted]
        url: https://one.example.com/
`;

describe('what was understood', () => {
  it('is told by role and key, so that a slip of the hand is seen', async () => {
    const repo = createRepo();
    repo.commit({
      'team-events.yml': 'catalogue: {files: "*/*.yml", ignore: notes}\n',
      'equipes/a.yml': 'nom: A\nmembres: [x, {matricule: f1}]\nnotes: x\ncontact: c\n',
      'equipes/b.yml': 'nom: B\nmembre: [x]\ncontact: c\n',
      'equipes/c.yml': 'id: c\nmembers: [x]\n',
      'clients.yml': CLIENTS,
    });
    const { code, stdout, stderr } = await check(repo);
    expect(stdout).toBe(
      `${repo.git('rev-parse', 'HEAD').slice(0, 12)}, read with team-events.yml: 3 files, 3 teams, 3 memberships of 2 people
  files       */*.yml
  layout      (one team per document) 3
  id          (base name of the file) 2, id 1
  name        nom 2
  members     (none) 1, members 1, membres 1
  member      (text) 2, matricule 1
  ignored     notes 1
  attribute   contact 2, membre 1

clients.yml: 1 client
  one  team.created, team.deleted  (start: snapshot; needs TEAM_EVENTS_CLIENT_ONE__SECRET)

equipes/b.yml:2:9: warning: the key "membre" became an attribute of the team; is it "membres"? [look-alike-key]
✓ no error, 1 warning
`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('is told without team-events.yml and without a clients file', async () => {
    const repo = createRepo();
    repo.commit({ 'teams.yml': 'teams:\n  - name: a\n  - name: b\n' });
    const { code, stdout } = await check(repo);
    expect(stdout).toContain(
      'read without team-events.yml, by the defaults: 1 file, 2 teams, 0 memberships of 0 people\n',
    );
    expect(stdout).toContain('layout      (list) 2\n  id          (name) 2\n');
    expect(stdout).not.toContain('clients');
    expect(code).toBe(0);
  });
});

/** Everything wrong at once; what the last commit touched is right. */
function brokenRepo(): { readonly repo: SampleRepo; readonly args: string[] } {
  const repo = createRepo();
  repo.commit({
    'teams/good.yml': team('good', ['x']),
    'teams/broken.yml': team('broken', ['x', 'y']),
    'team-events.yml': 'catalogue: {files: teams/*.yml}\n',
  });
  symlinkSync('good.yml', join(repo.directory, 'teams/link.yml'));
  repo.commit({
    'teams/broken.yml': 'id: broken\nmembers: x\nname: [y]\n',
    'teams/twice.yml': '- id: other\n- id: good\n',
    'team-events.yml': 'catalogue:\n  files: teams/*.yml\n  nmae: x\n  layout: tree\n',
    'clients.yml':
      'clients:\n  - name: one\n    colour: red\n    subscriptions: []\n' +
      '  - name: two\n    subscriptions: [{event: team.created, url: "https://two.example.com/#x"}]\n',
  });
  repo.commit({ 'teams/good.yml': team('good', ['x', 'z']) });
  return { repo, args: ['--policy', fileOf('guard: {teams: many}\nnetworks: {}\n')] };
}

describe('every problem', () => {
  it('is told at once, with file, line and column, also where the last commit did not touch it', async () => {
    const { repo, args } = brokenRepo();
    const { code, stdout } = await check(repo, ...args);
    const found = stdout.split('\n').filter((line) => / (?:error|warning): /.test(line));
    expect(found.map((line) => line.replace(/^\/.*\/(?=file\.yml)/, ''))).toEqual([
      'file.yml:1:16: error: guard.teams: expected a whole number, such as 10; this is text [policy]',
      'file.yml:2:11: error: networks: unknown key; is it "network"? [policy]',
      expect.stringMatching(
        /^clients\.yml:3:13: error: client one: colour: unknown key; expected name, .* \[client\]$/,
      ),
      'clients.yml:4:20: error: client one: subscriptions: expected at least one subscription, with its event and its url [client]',
      'clients.yml:6:48: error: client two: the url has a fragment (#), which no receiver would get [client]',
      expect.stringMatching(
        /^team-events\.yml:3:9: error: catalogue\.nmae: unknown key; expected files, .*, authorEmail \[configuration\]$/,
      ),
      'team-events.yml:4:11: error: catalogue.layout: expected auto, team, list or map [configuration]',
      'teams/broken.yml:2:10: error: the members are the text "x"; expected a list [team-file]',
      'teams/broken.yml:3:7: error: the name is a list; expected text [team-file]',
      'teams/link.yml:1:1: warning: a symbolic link: passed over [passed-over]',
      'teams/twice.yml:2:3: error: the team id "good" is also in teams/good.yml, which counts; this one is left out [team-file]',
    ]);
    expect(stdout).toContain('read with team-events.yml: 3 files, 3 teams, 4 memberships of 3 people\n');
    expect(stdout.endsWith('✗ 10 errors, 1 warning\n')).toBe(true);
    expect(code).toBe(2);
  });

  it('is found without a network, and leaves no trace', async () => {
    const { repo, args } = brokenRepo();
    repo.git('remote', 'add', 'origin', 'https://git.example.com/acme/teams.git');
    const sabotage = join(tempFolder(), 'sabotage.mjs');
    writeFileSync(
      sabotage,
      "import net from 'node:net';\nimport dns from 'node:dns';\n" +
        "net.Socket.prototype.connect = dns.lookup = () => { throw new Error('no network'); };\n",
    );
    const before = listing(repo.directory);
    const result = await startTeamEvents(['check', '-C', repo.directory, '--base', 'HEAD~1', ...args], {
      nodeArgs: ['--import', pathToFileURL(sabotage).href],
      env: { GIT_ALLOW_PROTOCOL: 'none' },
    });
    expect(result).toMatchObject({ code: 2, stderr: '' });
    expect(result.stdout).toContain('+ z');
    expect(listing(repo.directory)).toEqual(before);
  });
});

describe('the exit code', () => {
  const good = { 'teams/a.yml': team('a', ['x']) };
  it.each<[what: string, files: Record<string, string>, args: string[], code: number]>([
    ['all is right', good, [], 0],
    ['there are warnings only', { 'teams/a.yml': 'membre: [x]\n' }, [], 0],
    ['a team file is broken', { ...good, 'teams/b.yml': 'id: [x\n' }, [], 4],
    ['an id stands in two files', { ...good, 'teams/b.yml': 'id: a\n' }, [], 4],
    ['a client is wrong', { ...good, 'clients.yml': 'clients: [{name: a, subscriptions: []}]\n' }, [], 2],
    ['the clients file is none', { ...good, 'clients.yml': 'client: []\n' }, [], 2],
    ['team-events.yml is wrong', { ...good, 'team-events.yml': 'x: y\n' }, [], 2],
    [
      'team-events.yml is wrong and a file is broken',
      { 'teams/a.yml': '[', 'team-events.yml': 'x: y\n' },
      [],
      2,
    ],
    ['no file matches', { 'README.md': 'x' }, [], 2],
    ['the revision is not there', good, ['--to', 'nowhere'], 6],
    ['the base is not there', good, ['--base', 'origin/main'], 6],
    ['the clients file is not there', good, ['--clients', '/nowhere/clients.yml'], 2],
    ['the format is unknown', good, ['--format', 'ndjson'], 2],
  ])('where %s', async (_what, files, args, code) => {
    const repo = createRepo();
    repo.commit(files);
    expect((await check(repo, ...args)).code).toBe(code);
  });

  it('is 2 where --config or --policy is wrong; without a configuration no catalogue is read', async () => {
    const repo = createRepo();
    repo.commit(good);
    expect((await check(repo, '--policy', fileOf('x: y'))).code).toBe(2);
    const config = await check(repo, '--config', fileOf('x: y'), '--base', 'HEAD');
    expect(config).toMatchObject({ code: 2, stderr: '' });
    expect(config.stdout).toContain('The catalogue was not read: the configuration cannot be used.\n');
    expect(config.stdout).toContain(
      'file.yml:1:4: error: x: unknown key; expected version, source, catalogue [configuration]\n',
    );
  });

  it('is 6 in a shallow clone', async () => {
    const repo = createRepo();
    repo.commit(good);
    repo.commit({ 'teams/a.yml': team('a', ['y']) });
    const clone = join(tempFolder(), 'clone');
    repo.git('clone', '--quiet', '--depth', '1', pathToFileURL(repo.directory).href, clone);
    const { code, stderr } = await check({ directory: clone });
    expect(code).toBe(6);
    expect(stderr).toContain('is a shallow clone');
  });
});

describe('the revision', () => {
  it('is HEAD, also detached, or another', async () => {
    const repo = createRepo();
    const first = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/b.yml': 'id: [x\n' });
    repo.git('checkout', '--quiet', '--detach');
    expect((await check(repo)).code).toBe(4);
    const older = await check(repo, '--to', 'HEAD~1');
    expect(older.code).toBe(0);
    expect(older.stdout).toContain(`${first.slice(0, 12)}, read`);
  });

  it('of a bare repository is checked by itself', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), 'clients.yml': 'x' });
    const bare = join(tempFolder(), 'bare.git');
    repo.git('clone', '--quiet', '--bare', repo.directory, bare);
    expect(await check({ directory: bare })).toMatchObject({ code: 0, stderr: '' });
  });

  it('is not what lies uncommitted in the work tree, which is said', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']), 'README.md': 'x' });
    repo.write({ 'teams/a.yml': '[', 'teams/é.yml': '[', 'README.md': 'y' });
    const { code, stderr } = await check(repo);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'not committed, and so not checked: teams/a.yml, teams/é.yml\n',
    });
    expect((await check(repo, '--to', 'main')).stderr).toBe('');
  });
});

describe('the formats of CI', () => {
  it('json has all of it', async () => {
    const { repo, args } = brokenRepo();
    const { code, stdout } = await check(repo, '--format', 'json', '--base', 'HEAD~1', ...args);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      version: 1,
      revision: repo.git('rev-parse', 'HEAD'),
      exitCode: code,
      understood: { configuration: 'team-events.yml', files: 3, teams: 3, memberships: 4, people: 3 },
      clients: { path: 'clients.yml', clients: [] },
      merge: { into: 'HEAD~1', from: repo.git('rev-parse', 'HEAD~1'), behind: 0 },
    });
    expect(report['findings']).toHaveLength(11);
    expect(report['findings']).toContainEqual({
      severity: 'error',
      before: true,
      check: 'client',
      path: 'clients.yml',
      client: 'one',
      line: 3,
      column: 13,
      message: expect.stringContaining('colour: unknown key; expected name, '),
    });
  });

  it('junit has a case for each file and client, also for those that pass', async () => {
    const { repo, args } = brokenRepo();
    const { code, stdout } = await check(repo, '--format', 'junit', ...args);
    expect(code).toBe(2);
    expect(stdout).toContain('tests="9" failures="6"');
    expect(stdout).toContain(
      '<testcase classname="catalogue" name="teams/good.yml" file="teams/good.yml" time="0"/>',
    );
    expect(stdout).toMatch(
      /<failure type="client" message="colour: unknown key; expected name, [^"]* \(and 1 more\)">/,
    );
  });

  it('gitlab has an issue for each finding, in paths of the repository', async () => {
    const { repo, args } = brokenRepo();
    const { code, stdout } = await check(
      repo,
      '--format',
      'gitlab',
      '--clients',
      join(repo.directory, 'clients.yml'),
      ...args,
    );
    expect(code).toBe(2);
    const issues = JSON.parse(stdout) as { location: { path: string; lines: { begin: number } } }[];
    expect(issues).toHaveLength(11);
    expect(issues.map(({ location }) => `${location.path}:${location.lines.begin}`)).toContain(
      'clients.yml:3',
    );
  });

  it('gitlab says nothing where nothing is wrong', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    expect(await check(repo, '--format', 'gitlab')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });
});
