/**
 * Nothing of a clone runs, and nothing but its commits decides what is read: whatever its configuration, hooks,
 * attributes, grafts and replacements say. The keys are all that this git documents, so those of newer ones too.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf } from '../../support/receiver.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { createRepo, gitEnvironment, team, tempFolder, type SampleRepo } from '../../support/sample-repo.ts';

/** What git documents, but what says where things are or that they cannot be read at all. */
const KEYS = execFileSync('git', ['help', '-c'], { encoding: 'utf8', env: gitEnvironment() })
  .split('\n')
  .filter((line) => /^[a-z]\S*\.[a-z][a-z0-9-]*$/i.test(line))
  .map((key) => key.replace(/^remote\.<name>/, 'remote.origin').replaceAll(/<[^>]+>/g, 'x'))
  .filter((key) => !/^(?:extensions\.|include|core\.(?:bare|repositoryFormatVersion|worktree)$)/i.test(key))
  .filter((key) => !/^remote\.origin\.(?:url|pushurl|fetch)$/i.test(key));

const HOOKS =
  'applypatch-msg pre-applypatch post-applypatch pre-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change'.split(
    ' ',
  );

interface Trap {
  readonly program: string;
  /** What ran, in the words of the program; '' where nothing did. */
  readonly ran: () => string;
}

function makeTrap(): Trap {
  const folder = tempFolder();
  const [program, log] = [join(folder, 'program'), join(folder, 'log')];
  writeFileSync(program, `#!/bin/sh\necho "ran with $TEAM_EVENTS_GIT_TOKEN: $0 $*" >> ${log}\nexit 1\n`, {
    mode: 0o755,
  });
  return { program, ran: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
}

/** A configuration in which every key has this value. */
const everyKey = (value: string): string =>
  KEYS.map((key) => {
    const [, section = '', subsection, name = ''] = /^([^.]+)(?:\.(.*))?\.([^.]+)$/.exec(key) ?? [];
    return `[${section}${subsection === undefined ? '' : ` "${subsection}"`}]\n\t${name} = ${value}\n`;
  }).join('');

/** Makes a clone obey none but the trap, as far as git lets it. */
function poison(gitDirectory: string, { program }: Trap, value = program): void {
  appendFileSync(join(gitDirectory, 'config'), everyKey(value));
  appendFileSync(
    join(gitDirectory, 'config'),
    `[core]\n\tfsmonitor = ${program}\n\thooksPath = ${gitDirectory}/hooks\n\torderFile = nowhere\n`,
  );
  mkdirSync(join(gitDirectory, 'hooks'), { recursive: true });
  for (const hook of HOOKS) cpSync(program, join(gitDirectory, 'hooks', hook));
  mkdirSync(join(gitDirectory, 'info'), { recursive: true });
  writeFileSync(join(gitDirectory, 'info', 'attributes'), '* filter=x diff=x merge=x text ident\n');
}

/** Commits, of which one is replaced and one has another parent, as long as git obeys the clone. */
function makeClone(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']), 'teams/é.yml': team('e', ['y']) });
  repo.commit({ 'teams/b.yml': team('b', ['y']), 'teams/a.yml': null });
  repo.commit({ 'teams/c.yml': team('c', ['z'], 'tags: [\n') });
  repo.commit({ 'teams/c.yml': team('c', ['z']), 'teams/d.yml': team('a', ['x']) });
  return repo;
}

function rewriteHistory(repo: SampleRepo): void {
  const graft = repo.git('rev-parse', 'HEAD~1');
  repo.git('replace', repo.git('rev-parse', 'HEAD'), repo.git('rev-parse', 'HEAD~3'));
  writeFileSync(join(repo.directory, '.git', 'info', 'grafts'), `${graft}\n`);
}

const TOKEN = { TEAM_EVENTS_GIT_TOKEN: 'glpat-s3cr3t' };

describe('a clone that would run programs and rewrite what is read', () => {
  it('is read by none of its keys', () => {
    expect(KEYS.length).toBeGreaterThan(500);
    expect(KEYS).toEqual(
      expect.arrayContaining(['core.fsmonitor', 'remote.origin.uploadpack', 'filter.x.clean']),
    );
  });

  it.each([
    ['a program', undefined],
    ['true', 'true'],
    ['a number', '1'],
  ])('gives the same events and findings, with %s for every key', async (_, value) => {
    const repo = makeClone();
    const trap = makeTrap();
    // A submodule has a configuration of its own.
    mkdirSync(join(repo.directory, 'inner'));
    const inner = createRepo(join(repo.directory, 'inner'));
    inner.commit({ x: '1' });
    repo.git('add', '--all');
    repo.git('commit', '--quiet', '--message', 'inner');
    repo.write({ 'teams/b.yml': team('b', ['changed']), 'teams/new.yml': team('new', []), 'inner/x': '2' });
    const look = async () => {
      const [events, checked, last] = await Promise.all([
        teamEvents(['-C', repo.directory, '--print-events', '--format', 'ndjson', 'root..HEAD'], {
          env: TOKEN,
        }),
        teamEvents(['check', '-C', repo.directory, '--base', 'HEAD~2'], { env: TOKEN }),
        teamEvents(['-C', join(repo.directory, 'teams'), '--print-events'], { env: TOKEN }),
      ]);
      return [events, checked, last];
    };
    const plain = await look();
    expect(plain.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(plain[1]?.stderr).toBe('not committed, and so not checked: teams/b.yml, teams/new.yml\n');
    rewriteHistory(repo);
    poison(join(repo.directory, '.git'), trap, value);
    poison(join(inner.directory, '.git'), trap, value);
    expect(await look()).toEqual(plain);
    expect(trap.ran()).toBe('');
  });

  it('is read so by the configuration of the caller too', async () => {
    const repo = makeClone();
    const trap = makeTrap();
    const home = tempFolder();
    const args = ['-C', repo.directory, '--print-events', '--format', 'ndjson', 'root..HEAD'];
    const plain = [await teamEvents(args), await teamEvents(['check', '-C', repo.directory])];
    writeFileSync(
      join(home, '.gitconfig'),
      everyKey(trap.program) +
        everyKey('true') +
        '[diff]\n\torderFile = nowhere\n[core]\n\tattributesFile = a\n',
    );
    const env = {
      ...TOKEN,
      HOME: home,
      GIT_CONFIG_SYSTEM: join(home, '.gitconfig'),
      GIT_EXTERNAL_DIFF: trap.program,
    };
    expect([
      await teamEvents(args, { env }),
      await teamEvents(['check', '-C', repo.directory], { env }),
    ]).toEqual(plain);
    expect(trap.ran()).toBe('');
  });

  it('keeps cursors at its remote, and in its own tags', async () => {
    const remote = createRemote(3);
    const clone = remote.clone();
    const own = createRepo();
    own.commit({ 'teams/a.yml': team('a', ['x']) });
    const trap = makeTrap();
    const config = join(own.directory, '.git/config');
    const before = readFileSync(config);
    poison(join(clone, '.git'), trap);
    poison(join(own.directory, '.git'), trap);
    const clients = join(tempFolder(), 'clients.yml');
    writeFileSync(clients, `clients:\n${clientOf('one', 'https://hooks.example.com')}`);
    for (const directory of [clone, own.directory]) {
      const args = ['-C', directory, '--cursor', 'tag:team-events', '--clients', clients];
      const first = await teamEvents([...args, '--init'], { env: TOKEN });
      expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('one: begins') });
      expect(await teamEvents(['status', ...args, '--check'], { env: TOKEN })).toMatchObject({
        code: 0,
        stderr: '',
      });
    }
    expect(trap.ran()).toBe('');
    expect(remote.git('tag', '--list', 'team-events/*')).toBe('team-events/_begun/one\nteam-events/one');
    writeFileSync(config, before);
    expect(own.git('for-each-ref', '--format=%(refname) %(objecttype)', 'refs/tags')).toBe(
      'refs/tags/team-events/_begun/one commit\nrefs/tags/team-events/one tag',
    );
  });

  it('that lacks contents, and names a program that would bring them', async () => {
    const repo = makeClone();
    const trap = makeTrap();
    const [folder, file] = [
      repo.git('rev-parse', 'HEAD:teams/b.yml').slice(0, 2),
      repo.git('rev-parse', 'HEAD:teams/b.yml').slice(2),
    ];
    rmSync(join(repo.directory, '.git/objects', folder, file));
    for (const [key, value] of [
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.url', '.'],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.uploadpack', trap.program],
    ] as const)
      repo.git('config', key, value);
    const { code } = await teamEvents(['-C', repo.directory, '--print-events', 'root..HEAD'], { env: TOKEN });
    expect(code).toBe(8);
    expect(trap.ran()).toBe('');
  });
});
