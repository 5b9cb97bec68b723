/** What runs, dry runs and replays print in the formats for comments and monitoring, and how the text sums up what is long. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo } from '../../support/sample-repo.ts';
import { createSite, LOCAL, type SampleSite } from '../../support/sample-site.ts';

const FROM_ROOT = '    start: root\n';

/** Of one client each: served, blocked, paused, misconfigured. */
async function mixed(): Promise<SampleSite> {
  const good = await startReceiver();
  const bad = await startReceiver((_, response) => {
    response
      .writeHead(422, { 'content-type': 'application/json' })
      .end('{"message":"no | such <team> @all"}');
  });
  return createSite(
    'tag',
    clientOf('good', good.url, FROM_ROOT) +
      clientOf('bad', `${bad.url}/hook?token=1`, `${FROM_ROOT}    contact: "@bad-team"\n`) +
      clientOf('held', good.url, `${FROM_ROOT}    paused: true\n`) +
      clientOf('wrong', good.url, '    colour: red\n'),
  );
}

const placeOf = ({ directory, clientsPath }: SampleSite) => ['-C', directory, '--clients', clientsPath];

const ways = [
  ['a run', (site: SampleSite, format: string) => site.notify('--format', format)],
  ['a dry run', (site: SampleSite, format: string) => site.notify('--print-events', '--format', format)],
  [
    'a replay',
    (site: SampleSite, format: string) =>
      teamEvents(['replay', 'root..HEAD', '--format', format, ...placeOf(site)]),
  ],
] as const;

describe.each(ways)('%s', (kind, act) => {
  it('as Markdown begins with its verdict, and has its totals and each client', async () => {
    const { code, stdout } = await act(await mixed(), 'markdown');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^### team-events.*: ✗ exit code 2: .*\(wrong\)\n\n`3 commits, \d+ events: .* → good \d+/,
    );
    for (const name of ['good', 'bad', 'held', 'wrong'])
      expect(stdout).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
    expect(stdout).toContain('<details><summary>');
    expect(stdout.includes('`@bad-team`')).toBe(kind === 'a run');
    expect(stdout).not.toContain('token=1');
  });

  it('as metrics has at most eight series a client, and no time of its own', async () => {
    const { code, stdout } = await act(await mixed(), 'openmetrics');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^team_events_run_exit_code 2$/m);
    expect(stdout).toMatch(/^team_events_run_client_state\{client="held",state="paused"\} 1$/m);
    expect(stdout).toMatch(/^team_events_run_client_pending_events\{client="held"\} [1-9]\d*$/m);
    for (const name of ['good', 'bad', 'held', 'wrong']) {
      const series = stdout.split('\n').filter((line) => line.includes(`client="${name}"`));
      expect(series.length).toBeGreaterThan(2);
      expect(series.length).toBeLessThanOrEqual(8);
    }
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(/^#|^team_events_run_\w+(?:\{.*\})? \d+$/);
    const judged = spawnSync('promtool', ['check', 'metrics'], {
      input: stdout.replace('# EOF\n', ''),
      encoding: 'utf8',
    });
    const isThere = judged.error === undefined;
    expect(isThere ? [judged.status, judged.stdout, judged.stderr] : 'not here').toEqual(
      isThere ? [0, '', ''] : 'not here',
    );
  });
});

describe('the text of many events', () => {
  const many = (): string => {
    const repo = createRepo();
    const files = Array.from({ length: 301 }, (_, index) => [`teams/t${index}.yml`, `id: t${index}\n`]);
    repo.commit(Object.fromEntries(files) as Record<string, string>);
    return repo.directory;
  };
  const listed = (stdout: string): number => (stdout.match(/^ {2}\+ \S+ created /gm) ?? []).length;

  it.each([
    ['a run', []],
    ['a dry run', ['--print-events']],
  ] as const)('of %s lists 200, and sums up the others, unless all are asked for', async (_, more) => {
    const receiver = await startReceiver();
    const args = [
      '-C',
      many(),
      '--clients',
      clientsFile(clientOf('one', receiver.url)),
      '--from',
      'root',
      ...LOCAL,
    ];
    const { code, stdout } = await teamEvents([...args, ...more]);
    expect([code, listed(stdout)]).toEqual([0, 200]);
    expect(stdout).toMatch(/\n… and 101 more events: 101 created \(--all lists them\)\n\n✓ one /);
    expect(stdout).toContain('1 commit, 301 events: 301 created → one 301\n');
    const all = await teamEvents([...args, ...more, '--all']);
    expect(listed(all.stdout)).toBe(301);
    expect(all.stdout).not.toContain('more events');
  });

  it('of a dry run without clients, and of a replay, is summed up too; JSON is whole', async () => {
    const directory = many();
    const dry = ['-C', directory, '--print-events', '--from', 'root'];
    const short = await teamEvents(dry);
    expect([listed(short.stdout), short.stdout.split('\n').at(-2)]).toEqual([
      200,
      '… and 101 more events: 101 created (--all lists them)',
    ]);
    expect(listed((await teamEvents([...dry, '--all'])).stdout)).toBe(301);
    const replay = [
      'replay',
      'root..HEAD',
      '-C',
      directory,
      '--clients',
      clientsFile(clientOf('one', 'http://127.0.0.1:1')),
    ];
    expect(listed((await teamEvents(replay)).stdout)).toBe(200);
    const json = JSON.parse((await teamEvents([...dry, '--format', 'json'])).stdout) as {
      readonly events: object[];
    };
    expect(json.events).toHaveLength(301);
  });
});
