/** `team-events check --base`: what was broken before is told apart, and is no failure of the merge request. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../support/receiver.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import { createRepo, team, tempFolder, type Files, type SampleRepo } from '../../support/sample-repo.ts';

const check = (repo: SampleRepo, ...args: string[]): Promise<Result> =>
  teamEvents(['check', '-C', repo.directory, '--base', 'main', ...args]);

interface Reported {
  readonly exitCode: number;
  /** `check place`, with `before` in front of what was there before. */
  readonly told: readonly string[];
}

async function reported(repo: SampleRepo, ...args: string[]): Promise<Reported> {
  const { stdout, code } = await check(repo, '--format', 'json', ...args);
  const { findings, exitCode } = JSON.parse(stdout) as {
    exitCode: number;
    findings: readonly { check: string; path: string; line: number; before?: true }[];
  };
  expect(code).toBe(exitCode);
  return {
    exitCode,
    told: findings.map(
      ({ check: name, path, line, before }) => `${before ? 'before ' : ''}${name} ${path}:${line}`,
    ),
  };
}

/** `main` with these files, and a branch off it with the others. */
function siteOf(before: Files, after: Files): SampleRepo {
  const repo = createRepo();
  repo.commit(before);
  repo.git('checkout', '--quiet', '-b', 'change');
  repo.commit(after);
  return repo;
}

const GOOD = team('a', ['x']);
const BROKEN = 'id: b\nmembers: [carl\n';
const NO_ID = 'teams:\n  - members: [x]\n';
const bad = (name: string): string =>
  `  - name: ${name}\n    subscriptions: [{ event: team.made, url: 'https://x.example.com/' }]\n`;
const good = clientOf('good', 'https://good.example.com/');

const CASES: readonly (readonly [string, Files, Files, number, readonly string[]])[] = [
  [
    'a broken file that it leaves alone',
    { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
    { 'teams/a.yml': team('a', ['x', 'y']) },
    0,
    ['before team-file teams/b.yml:3'],
  ],
  [
    'one that it breaks beside it',
    { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
    { 'teams/a.yml': 'id: a\nmembers: [x\n' },
    4,
    ['team-file teams/a.yml:3', 'before team-file teams/b.yml:3'],
  ],
  [
    'one that it changes and does not mend, with what that means',
    { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
    { 'teams/b.yml': `# more\n${BROKEN}` },
    0,
    ['held-change teams/b.yml:4', 'before team-file teams/b.yml:4'],
  ],
  [
    'one that it moves: the content that it held is lost',
    { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
    { 'teams/b.yml': null, 'teams/c.yml': BROKEN },
    4,
    ['team-file teams/c.yml:3'],
  ],
  [
    'one more problem of the same kind in a file',
    { 'teams.yml': NO_ID },
    { 'teams.yml': `${NO_ID}  - members: [y]\n` },
    4,
    ['held-change teams.yml:2', 'before team-file teams.yml:2', 'team-file teams.yml:3'],
  ],
  [
    'what its own team-events.yml asks for',
    { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
    { 'team-events.yml': 'catalogue: { required: [owner] }\n' },
    4,
    ['team-file teams/a.yml:1', 'before team-file teams/b.yml:3'],
  ],
  [
    'a team-events.yml that was broken',
    { 'team-events.yml': 'catalogue: { file: x }\n', 'teams/a.yml': GOOD },
    { 'teams/a.yml': team('a', ['x', 'y']) },
    0,
    ['before configuration team-events.yml:1'],
  ],
  [
    'clients that were misconfigured, though their lines move',
    { 'teams/a.yml': GOOD, 'clients.yml': `clients:\n${bad('one')}` },
    { 'clients.yml': `clients:\n${good}${bad('one')}` },
    0,
    ['before client clients.yml:7'],
  ],
  [
    'a client that it adds with the same fault',
    { 'teams/a.yml': GOOD, 'clients.yml': `clients:\n${bad('one')}` },
    { 'clients.yml': `clients:\n${bad('one')}${bad('two')}` },
    2,
    ['before client clients.yml:3', 'client clients.yml:5'],
  ],
  [
    'a clients file that is none, whose message names a line',
    { 'teams/a.yml': GOOD, 'clients.yml': `clients:\n${good}${good}` },
    { 'clients.yml': `# twice\nclients:\n${good}${good}` },
    0,
    ['before clients-file clients.yml:7'],
  ],
  [
    'warnings',
    { 'teams/a.yml': `${GOOD}membre: [z]\n` },
    { 'teams/b.yml': `${team('b', ['x'])}membre: [z]\n` },
    0,
    ['before look-alike-key teams/a.yml:3', 'look-alike-key teams/b.yml:3'],
  ],
];

describe('what was there before', () => {
  it.each(CASES)('tells apart %s', async (_, before, after, exitCode, told) => {
    expect(await reported(siteOf(before, after))).toEqual({ exitCode, told });
  });

  it('is what the last common commit had, not what the base has brought since', async () => {
    const repo = siteOf({ 'teams/a.yml': GOOD, 'teams/b.yml': team('b', ['x']) }, { 'teams/b.yml': BROKEN });
    repo.git('checkout', '--quiet', 'main');
    repo.commit({ 'teams/b.yml': BROKEN });
    repo.git('checkout', '--quiet', 'change');
    expect(await reported(repo)).toEqual({ exitCode: 4, told: ['team-file teams/b.yml:3'] });
  });

  it('is nothing onto root, without --base, or of a clients file elsewhere', async () => {
    const repo = siteOf({ 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN }, { 'teams/c.yml': team('c', []) });
    for (const args of [['--base', 'root'], []]) {
      const { code, stdout } = await teamEvents(['check', '-C', repo.directory, ...args]);
      expect({ code, stdout }).toEqual({ code: 4, stdout: expect.not.stringContaining('before:') as string });
    }
    const clients = join(tempFolder(), 'clients.yml');
    writeFileSync(clients, `clients:\n${bad('one')}`);
    const { exitCode } = await reported(repo, '--clients', clients);
    expect(exitCode).toBe(2);
  });
});

describe('each format', () => {
  const repo = (): SampleRepo =>
    siteOf(
      { 'teams/a.yml': GOOD, 'teams/b.yml': BROKEN },
      { 'teams/a.yml': 'id: a\nmembers: [x\n', 'teams/c.yml': team('c', ['x']) },
    );

  it('text has the verdict on the merge request alone', async () => {
    const { stdout } = await check(repo());
    expect(stdout).toMatch(
      /\nteams\/a\.yml:3:1: error: [^\n]+\n\nThere before, and not of this merge request:\nteams\/b\.yml:3:1: error: [^\n]+\n\n✗ 1 error; there before: 1 error\n$/,
    );
    const clean = await check(siteOf({ 'teams/b.yml': BROKEN }, { 'teams/a.yml': GOOD }));
    expect(clean.stdout).toMatch(/\n✓ no error; there before: 1 error\n$/);
  });

  it.each([
    [
      'github',
      /^::error file=teams\/a\.yml,[^\n]+\n::notice file=teams\/b\.yml,[^\n]+::there before: [^\n]+\n$/,
    ],
    ['gitlab', /"severity": "major"[^]*"description": "there before: [^]*"severity": "info"/],
    ['junit', /failures="1"[^]*<failure[^]*teams\/a\.yml[^]*<system-out>teams\/b\.yml:3:1: there before: /],
    [
      'markdown',
      /^### team-events: ✗ 1 error; there before: 1 error\n[^]*<details><summary>There before, and not of this merge request: 1<\/summary>[^]*teams\/b\.yml/,
    ],
    ['html', /✗ error<\/span>[^]*there before<\/span>/],
    ['openmetrics', /severity="error"} 1\n[^\n]*severity="before"} 1\n/],
  ])('%s tells both apart', async (format, expected) => {
    const { code, stdout } = await check(repo(), '--format', format);
    expect({ code, stdout }).toEqual({ code: 4, stdout: expect.stringMatching(expected) as string });
  });
});
