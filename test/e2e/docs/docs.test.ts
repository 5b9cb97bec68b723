/** The docs say what the code does. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { declareProgram } from '../../../src/cli/declared-program.ts';
import { CHECKS } from '../../../src/commands/check/rules/finding.ts';
import { parseClientsFile } from '../../../src/core/clients/file/clients-file.ts';
import { COMMANDS } from '../../../src/run/requested-range.ts';
import { WIRE_FORMATS } from '../../../src/core/clients/file/wire-format.ts';
import { EXIT } from '../../../src/errors.ts';
import { type TeamEvent } from '../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';
import { printedEvents, PROGRAM, teamEvents } from '../../support/program.ts';
import { clientIn, clientText } from '../../support/sample-clients.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';
import { teamsIn } from '../../support/sample-teams.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');
const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

const markdown = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path));

describe('the README', () => {
  it('has 120 to 150 lines, and the two commands in its first screen', () => {
    const lines = README.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(120);
    expect(lines.length).toBeLessThanOrEqual(150);
    const screen = lines.slice(0, 20).join('\n');
    expect(screen).toContain('npm ci && npm run demo');
    expect(screen).toContain('npm ci && npm test');
    expect(read('.ci/run')).toContain('npm ci\nnpm test\n');
  });

  it('shows a team file and a clients file that are such', () => {
    const [teamFile = '', clientsFile = ''] = blocksOf(README, 'yaml');
    expect(teamsIn(teamFile)).toMatchObject([
      { id: 'payments', name: 'Payments', members: [{ id: 'alice' }, { id: 'bob' }], perimeter: 'billing' },
    ]);
    expect(parseClientsFile(clientsFile, 'clients.yml')).toMatchObject({
      clients: [{ name: 'gitlab-groups' }],
      misconfigured: [],
    });
  });

  it.each(['README.md', 'docs/cursors.md', 'docs/cli.md'])(
    'and its pages name options that are there: %s',
    async (page) => {
      const help = await helpOf([
        ...COMMANDS.filter((name) => name !== 'cursor'),
        'cursor show',
        'cursor set',
        'cursor unlock',
      ]);
      const ours = read(page).replace(
        /^.*\b(?:git (?:log|cat-file|init|commit|add|fetch)|npm install)\b.*$/gm,
        '',
      );
      const named = new Set([...ours.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
      expect(named.size).toBeGreaterThan(3);
      for (const option of named) expect(help).toContain(option);
    },
  );
});

describe('docs/events.md', () => {
  const text = read('docs/events.md');

  it('lists the event types in the order in which they stand in a step', () => {
    const told = [...text.matchAll(/^\| `(team\.[a-z.]+)`/gm)].map((match) => match[1]);
    expect(told).toEqual([...EVENT_TYPES]);
  });

  it('shows an event of the form that is printed', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/payments.yml': team('payments', ['alice']) });
    repo.commit({ 'teams/payments.yml': team('payments', ['alice', 'bob']) });
    const [event] = await printedEvents(repo.directory);
    const shown = JSON.parse(blocksOf(text, 'json')[0] ?? '') as TeamEvent;
    const keys = (value: object): string[] => Object.keys(value);
    expect(keys(shown)).toEqual(keys(event ?? {}));
    expect(keys(shown.data)).toEqual(keys(event?.data ?? {}));
    expect(keys(shown.data.team)).toEqual(keys(event?.data.team ?? {}));
    expect(keys(shown.data.commit)).toEqual(keys(event?.data.commit ?? {}));
  });
});

describe('docs/cli.md', () => {
  const text = read('docs/cli.md');

  it('lists every exit code', () => {
    const told = [...text.matchAll(/^\| ([0-9, ]+?) +\|/gm)].flatMap((match) =>
      (match[1] ?? '').split(', ').map(Number),
    );
    expect(told.sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });

  it('lists every command', () => {
    const told = [...text.matchAll(/^\| `([a-z]+)`/gm)].map((match) => match[1]);
    expect(new Set(told)).toEqual(new Set(COMMANDS));
  });
});

async function helpOf(commands: readonly string[]): Promise<string> {
  const helps = await Promise.all(commands.map((command) => teamEvents([...command.split(' '), '--help'])));
  return helps.map(({ stdout }) => stdout).join('');
}

it('the commands that a slip may have meant are those that there are', () => {
  const declared = declareProgram().commands.map((command) => command.name());
  expect(new Set(declared)).toEqual(new Set(COMMANDS));
});

describe('docs/check.md', () => {
  const text = read('docs/check.md');
  const yaml = parseYaml(/```yaml\n(teams:[^]*?)```/.exec(text)?.[1] ?? '');
  const [job] = (yaml.ok ? yaml.value.documents : []) as [
    { teams: { script: string[]; artifacts: { reports: Record<string, string> } } },
  ];
  const runJob = (directory: string, variables: Readonly<Record<string, string>>) => {
    const bin = tempFolder();
    symlinkSync(PROGRAM, join(bin, 'team-events'));
    return spawnSync('sh', ['-ec', job.teams.script.join('\n')], {
      cwd: directory,
      env: { PATH: `${bin}:${process.env['PATH']}`, ...variables },
      encoding: 'utf8',
    });
  };

  it('lists every check, with what it ends with', () => {
    const told = [...text.matchAll(/^\| `([a-z-]+)` +\| (error|warning) +\| (\d)/gm)];
    const asCode = told.map(([, name, severity, exitCode]) => [
      name,
      { severity, exitCode: Number(exitCode) },
    ]);
    expect(asCode).toEqual(Object.entries(CHECKS));
  });

  it('names options and variables that are there', async () => {
    const help = await helpOf(['check']);
    for (const [option] of text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)) expect(help).toContain(option);
    for (const [variable] of text.matchAll(/TEAM_EVENTS_[A-Z_]+/g)) expect(help).toContain(variable);
  });

  it('shows a job for GitLab that writes its reports and then fails as the check does', async () => {
    const repo = createRepo();
    const base = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.commit({ 'teams/b.yml': '[' });
    const run = runJob(repo.directory, { CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    expect(run.status).toBe(4);
    expect(run.stdout).toContain('teams/b.yml:1:2: error: ');
    const [quality = '', junit = ''] = Object.values(job.teams.artifacts.reports).map((path) =>
      readFileSync(join(repo.directory, path), 'utf8'),
    );
    expect(JSON.parse(quality)).toHaveLength(1);
    expect(junit).toContain('failures="1"');
  });

  it('compares merged results with the commit of the target that they were merged with', () => {
    const repo = createRepo();
    const base = repo.commit({ 'teams/a.yml': team('a', ['x']) });
    repo.git('checkout', '--quiet', '-b', 'topic');
    repo.commit({ 'teams/b.yml': team('b', []) });
    repo.git('checkout', '--quiet', 'main');
    const target = repo.commit({ 'teams/c.yml': team('c', []) });
    repo.git('merge', '--quiet', '--no-ff', '--message', 'Merged result', 'topic');
    const shas = { CI_MERGE_REQUEST_DIFF_BASE_SHA: base, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: target };
    const { status, stdout } = runJob(repo.directory, shas);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('+ b created') });
    expect(stdout).not.toContain('c created');
  });
});

describe('the schemas in files', () => {
  it.each(['clients.yml', 'policy.yml', 'teams-repo/team-events.yml'])(
    'examples/%s names one that is there',
    (path) => {
      const [, schema = ''] =
        /^# yaml-language-server: \$schema=(\S+)\n/.exec(read(`examples/${path}`)) ?? [];
      expect(existsSync(join(ROOT, 'examples', dirname(path), schema))).toBe(true);
    },
  );

  it.each([
    ['config', 'config.schema.json'],
    ['clients', 'clients.schema.json'],
    ['policy', 'policy.schema.json'],
    ['events', 'events.schema.json'],
    ['openapi', 'openapi.json'],
  ])('are what `schema %s` prints', async (name, file) => {
    expect(await teamEvents(['schema', name])).toEqual({
      code: 0,
      stdout: read(`schemas/${file}`),
      stderr: '',
    });
  });

  it('are in the package', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    expect(files).toContain('schemas');
  });

  it('are those alone that `schema` knows', async () => {
    const result = await teamEvents(['schema', 'teams']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('Allowed choices are team, config, clients, policy, events, openapi');
  });
});

describe('docs/clients.md', () => {
  const text = read('docs/clients.md');

  it('and the example name every key and every format that there is, and none that there is not', () => {
    interface Schema {
      readonly properties?: Readonly<Record<string, { readonly items?: Schema }>>;
      /** Of a client, one for each kind of destination. */
      readonly anyOf?: readonly Schema[];
    }
    const within = (schema: Schema, key: string): readonly Schema[] =>
      (schema.anyOf ?? [schema]).flatMap(({ properties }) => properties?.[key]?.items ?? []);
    const keysAt = (path: readonly string[]): string[] => {
      const whole = JSON.parse(read('schemas/clients.schema.json')) as Schema;
      const found = path.reduce<readonly Schema[]>(
        (all, key) => all.flatMap((one) => within(one, key)),
        [whole],
      );
      const kinds = found.flatMap((one) => one.anyOf ?? [one]);
      return [...new Set(kinds.flatMap(({ properties }) => Object.keys(properties ?? {})))];
    };
    const client = keysAt(['clients']);
    const subscription = keysAt(['clients', 'subscriptions']);
    expect(subscription).toContain('url');
    const rows = (heading: string): string[] => {
      const [table = ''] = text.slice(text.indexOf(`| at a ${heading} `)).split('\n\n');
      return [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap((row) =>
        (row[1] ?? '').replaceAll('`', '').split(', '),
      );
    };
    expect(rows('client').sort()).toEqual([...client].sort());
    expect([...rows('subscription'), 'events'].sort()).toEqual([...subscription].sort());
    for (const format of WIRE_FORMATS) expect(text).toContain(`| \`${format}\` `);
    const example = read('examples/clients.yml');
    for (const key of [...client, ...subscription, ...WIRE_FORMATS])
      expect(example).toMatch(new RegExp(`\\b${key}\\b`));
  });

  it('shows the filters, the bodies and the options as they are', async () => {
    const filters = /```yaml\n([^]*?)```/.exec(text)?.[1] ?? '';
    const client = clientText(
      `name: a\n${filters}subscriptions: [{event: team.created, url: "https://example.com"}]`,
    );
    expect(clientIn(client).subscriptions.get('team.created')?.scope).toBeDefined();
    const help = await helpOf(['send', 'listen']);
    const named = new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option));
    for (const option of named) expect(help).toContain(option);
  });
});

describe('every document', () => {
  /** The names of the headings, as GitHub and GitLab make them: lower case, hyphens for blanks, no punctuation. */
  const anchorsOf = (path: string): ReadonlySet<string> => {
    const prose = read(path).replace(/```[^]*?```/g, '');
    const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
    return new Set(
      headings.map((text) =>
        text
          .toLowerCase()
          .replace(/[^\p{L}\p{N}_ -]/gu, '')
          .replaceAll(' ', '-'),
      ),
    );
  };
  const links = (path: string): readonly (readonly [link: string, file: string, anchor: string])[] =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([, file = '', anchor = '']) => [
      `${file}#${anchor}`,
      file === '' ? path : join(dirname(path), file),
      anchor,
    ]);

  it.each([
    'README.md',
    'CONTRIBUTING.md',
    ...markdown('docs'),
    ...markdown('concourse'),
    ...markdown('examples'),
  ])('%s links to files and headings that exist', (path) => {
    const missing = links(path).filter(
      ([, file, anchor]) => !existsSync(join(ROOT, file)) || (anchor !== '' && !anchorsOf(file).has(anchor)),
    );
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});

describe('the examples', () => {
  it('are a catalogue, clients and a policy that the program accepts', async () => {
    const repo = createRepo();
    execFileSync('cp', ['-R', `${ROOT}/examples/teams-repo/.`, repo.directory]);
    repo.commit({}, 'The example');
    const result = await teamEvents([
      '-C',
      repo.directory,
      '--print-events',
      '--clients',
      join(ROOT, 'examples/clients.yml'),
    ]);
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/^variables that a run will need: TEAM_EVENTS_CLIENT_/);
    const nobody = join(tempFolder(), 'clients.yml');
    writeFileSync(nobody, 'clients: []\n');
    const policy = ['--clients', nobody, '--policy', join(ROOT, 'examples/policy.yml')];
    expect(await teamEvents(['-C', repo.directory, '--from', 'root', ...policy])).toMatchObject({
      code: 0,
      stderr: `${nobody} names no client: nothing is sent\n`,
    });
  });
});
