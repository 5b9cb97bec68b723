/** The package as npm packs and installs it: every command runs from there without other packages; types and schemas. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'team-events-package-'));
/** Installed globally under this prefix. */
const prefix = join(work, 'prefix');
const installed = join(prefix, 'lib/node_modules/team-events');
const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args, '--offline', '--no-update-notifier'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: work },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Packs a copy, as packing builds the program and writes package.json: other tests use those of this folder meanwhile. */
beforeAll(() => {
  const copy = join(work, 'copy');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).split('\0');
  for (const file of files.filter((path) => path !== '' && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  npm(['pack', '--pack-destination', work], copy);
  const [archive = ''] = readdirSync(work).filter((file) => file.endsWith('.tgz'));
  npm(['install', '--global', '--prefix', prefix, join(work, archive)], work);
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A project beside which the package is installed; its folder. */
function project(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installed, join(folder, 'node_modules/team-events'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  return folder;
}

describe('the program, installed', () => {
  const run = (...args: readonly string[]): { readonly status: number | null; readonly output: string } => {
    const { status, stdout, stderr } = spawnSync(join(prefix, 'bin/team-events'), args, {
      cwd: work,
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  it('is packed from a repository whose package.json stays as it is', () => {
    expect(readFileSync(join(work, 'copy/package.json'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
  });

  it('is all there is: it depends on no package, and holds no source map', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['dependencies']));
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['scripts']));
    expect(Object.keys(manifest)).toEqual(
      expect.arrayContaining(['repository', 'homepage', 'bugs', 'keywords', 'license', 'engines']),
    );
    expect(readdirSync(dirname(installed))).toEqual(['team-events']);
    expect(readdirSync(installed)).not.toContain('node_modules');
    expect(
      readdirSync(installed, { recursive: true }).filter((file) => String(file).endsWith('.map')),
    ).toEqual([]);
  });

  it('has a help for each command', () => {
    const { output } = run('--help');
    const commands = [...output.matchAll(/^ {2}([a-z]+)(?: \[| <|\n|  )/gm)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(commands).toEqual(
      expect.arrayContaining(['notify', 'status', 'replay', 'cursor', 'check', 'schema']),
    );
    for (const command of commands) {
      expect(run(command, '--help')).toEqual({
        status: 0,
        output: expect.stringContaining('Usage: team-events'),
      });
    }
  });

  it('does the work of its commands', () => {
    const repo = createRepo();
    repo.commit({ 'teams/payments.yml': team('payments', ['alice']) });
    const clients = join(work, 'clients.yml');
    writeFileSync(
      clients,
      'clients:\n  - name: all\n    subscriptions:\n      - event: team.created\n        url: https://example.com/hook\n',
    );
    const at = ['-C', repo.directory];
    const store = [...at, '--clients', clients, '--cursor', `file:${join(work, 'cursors.json')}`];
    expect(run('--print-events', '--from', 'root', ...at).output).toContain('payments created');
    expect(run('check', '--clients', clients, ...at)).toMatchObject({ status: 0 });
    expect(run('status', ...store).output).toContain('all');
    expect(run('cursor', 'set', 'all', 'now', ...store)).toMatchObject({ status: 0 });
    expect(run('replay', 'root..HEAD', '--clients', clients, ...at).output).toContain('all');
    expect(JSON.parse(run('schema', 'events').output)).toHaveProperty('$defs');
    expect(run('send', '--type', 'team.created', '--to', 'http://127.0.0.1:9/').output).toContain(
      '127.0.0.1',
    );
  });
});

/** Pages for those who work on the program show their evidence, which stays in the repository. */
const EVIDENCE = /^\.\.\/(?:test|bench)\//;

it('links of its pages lead to files that it holds', () => {
  const pages = readdirSync(installed, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.md'));
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/consumers.md', 'docs/clients.md']));
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !(page !== 'README.md' && EVIDENCE.test(link)))
      .filter((link) => !existsSync(join(installed, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

const CONSUMER = `
import type { EventOf, EventType, Json, Member, TeamEvent } from 'team-events';
import type { Team } from 'team-events';

export function describe(event: TeamEvent): string {
  const { commit, file, impliedBy }: TeamEvent['data'] = event.data;
  const because: readonly EventType[] = impliedBy ?? [];
  const told: string = event.id + event.time + event.sequence + commit.title + file + because.join();
  switch (event.type) {
    case 'team.created':
    case 'team.deleted': {
      const team: Team = event.data.team;
      return team.name + team.members.map(({ id }) => id).join() + told;
    }
    case 'team.members.added':
      return event.data.added.map((member: Member) => member.id).join();
    case 'team.members.removed':
      return event.data.removed.map(({ id, ...others }) => id + String(others['role'])).join();
    case 'team.modified':
      return event.data.changes.map(({ field, from, to }): string => field + text(from) + text(to)).join();
    default: {
      const nothingElse: never = event;
      return nothingElse;
    }
  }
}

const text = (value: Json): string => JSON.stringify(value);

export const joined = ({ data }: EventOf<'team.members.added'>): number => data.added.length;

export function wrong(event: TeamEvent): void {
  // @ts-expect-error: only some types tell who joined
  event.data.added;
  // @ts-expect-error: there is no such type
  if (event.type === 'team.renamed') return;
  // @ts-expect-error: events are not changed
  event.id = '';
  // @ts-expect-error: there is no such key
  event.data.joined;
}
`;

it.each([
  ['modules of Node', 'consumer.ts', 'NodeNext', 'NodeNext'],
  ['CommonJS of Node', 'consumer.cts', 'NodeNext', 'NodeNext'],
  ['bundlers', 'consumer.ts', 'ESNext', 'Bundler'],
])('the package has the types of events, as %s look for them', (_, file, module, moduleResolution) => {
  const folder = project();
  writeFileSync(join(folder, file), CONSUMER);
  const [, shown = ''] =
    /```ts\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/consumers.md'), 'utf8')) ?? [];
  expect(shown).toContain("from 'team-events'");
  writeFileSync(join(folder, 'shown.ts'), shown);
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    types: [],
    noEmit: true,
    module,
    moduleResolution,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: [file, 'shown.ts'] }),
  );
  const tsc = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder], { encoding: 'utf8' });
  expect({ output: tsc.stdout + tsc.stderr, status: tsc.status }).toEqual({ output: '', status: 0 });
});

it('the package has the schemas by name, and nothing to run', () => {
  const script = `
    const schema = (await import('team-events/schemas/events.schema.json', { with: { type: 'json' } })).default;
    const api = await import('team-events').catch(({ code }) => code);
    console.log(JSON.stringify([Object.keys(schema.$defs)[0], api]));`;
  const run = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    cwd: project(),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual(['TeamCreated', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
});
