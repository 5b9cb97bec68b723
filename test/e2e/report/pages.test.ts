/** The pages: what they say, that nothing in them becomes markup, and what a browser and axe make of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HAS_CHROMIUM, shownPage, withScript } from '../../support/chromium.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = `</script><img src=x onerror="alert(1)">&'\u202egnp`;

function file(name: string, ...values: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return path;
}
const event = (team: string, day: string, person: string, type = 'team.members.added') => ({
  type,
  subject: team,
  time: `${day}T09:00:00Z`,
  data: {
    added: type === 'team.members.added' ? [{ id: person }] : undefined,
    commit: { id: 'a'.repeat(40), title: `Let ${person} in`, author: { name: person } },
  },
});
const attempt = (client: string, id: string, verdict = 'accepted', answer = 'ok') => ({
  time: '2026-01-05T09:00:00.123Z',
  client,
  event: id,
  place: 'POST http://127.0.0.1:1/hook',
  verdict,
  status: verdict === 'accepted' ? 200 : 500,
  milliseconds: 12,
  answer,
});
const client = (name: string, state: string, events: number) => ({
  client: name,
  contact: '#them',
  state,
  cursor: null,
  start: null,
  pending: { events, commits: 1 },
  since: '2026-01-05T09:00:00Z',
  skipped: 0,
  blocked:
    state === 'blocked'
      ? { event: 'evt_1', type: 'team.created', team: HOSTILE, status: 'status 500' }
      : null,
  guard: null,
  claim: null,
  paused: false,
  problems: [],
});
const status = {
  version: 1,
  store: 'tag:team-events',
  to: { id: 'b'.repeat(40), title: HOSTILE, time: null },
  exitCode: 3,
  clients: [client('good', 'current', 0), client(HOSTILE, 'blocked', 4)],
  left: [{ client: 'former', cursor: null, commits: 2 }],
  broken: [
    {
      path: `teams/${HOSTILE}.yml`,
      line: 3,
      column: 1,
      message: HOSTILE,
      problems: 2,
      changed: { id: 'c'.repeat(40), title: HOSTILE, time: '2026-01-05T09:00:00Z', author: HOSTILE },
    },
  ],
};

const files = (): string[] => [
  '--status',
  file('status.json', status),
  '--journal',
  file('journal.ndjson', attempt('good', 'evt_1'), attempt(HOSTILE, 'evt_2', 'retry', HOSTILE)),
  '--events',
  file(
    'events.ndjson',
    event('core', '2026-01-05', 'ann'),
    event(HOSTILE, '2026-01-06', HOSTILE),
    event('core', '2026-01-06', 'bob', 'team.deleted'),
  ),
];
async function reportOf(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await teamEvents(['report', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('report', () => {
  it('says first what the state is, and has a row for each client, broken file, event and attempt', async () => {
    const page = await reportOf(files());
    expect(page).toContain(
      '<h1 class="bad"><span aria-hidden="true">✗</span> 1 of 2 clients is behind or cannot go on</h1>',
    );
    expect(page.match(/<tr data-row>/g)).toHaveLength(5);
    expect(page.match(/<li data-row=/g)).toHaveLength(3);
    expect(page.indexOf('2026-01-06')).toBeLessThan(page.indexOf('2026-01-05T09:00:00.123'));
  });

  it('shows hostile names as text, and asks for nothing', async () => {
    const page = await reportOf(files());
    expect(page).not.toMatch(/<img|\u202e/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain(
      '&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;\\u202egnp',
    );
    expect(page).not.toMatch(/\s(?:src|href|action|srcset)=["']|url\(|@import/);
  });

  it.each([
    ['--status', 'not json', /this is no status/],
    ['--status', '{"version":1}', /this is no status/],
    ['--journal', '{}\n{}', /kept:1: this is no attempt/],
    ['--events', '{"type":"team.created"}', /kept:1: this is no event/],
  ])('refuses %s with %s by its place', async (option, text, said) => {
    const path = join(folder, 'kept');
    writeFileSync(path, text);
    const { code, stdout, stderr } = await teamEvents(['report', option, path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it.each([['--status'], ['--journal'], ['--events']])(
    'says which file of %s is not there',
    async (option) => {
      const { code, stderr } = await teamEvents(['report', option, join(folder, 'none')]);
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('there is no such file'),
      });
    },
  );

  it('leaves out a last line that was cut off', async () => {
    const path = join(folder, 'cut');
    writeFileSync(path, `${JSON.stringify(attempt('good', 'evt_1'))}\n{"time":"2026`);
    expect(await reportOf(['--journal', path])).toContain('1 delivery, all accepted');
  });

  it('needs something to show', async () => {
    expect(await teamEvents(['report'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--journal FILE'),
    });
  });

  it('holds 10,000 deliveries in less than 3 MB', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      attempt(`client-${index % 20}`, `evt_${String(index).padStart(32, '0')}`),
    );
    const page = await reportOf(['--journal', file('many', ...lines)]);
    expect(page.match(/<tr data-row>/g)).toHaveLength(10_000);
    expect(page.length).toBeLessThan(3_000_000);
  });
});

describe('--format html', () => {
  it('shows a run, a dry run, a status and a check', async () => {
    const good = await startReceiver();
    const bad = await startReceiver(() => 400);
    const start = '    start: root\n';
    const site = createSite('tag', clientOf('good', good.url, start) + clientOf('bad', bad.url, start));
    const run = await site.notify('--format', 'html');
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('exit code 3: a client is behind; the next run goes on there (bad)</h1>');
    expect(run.stdout).toMatch(/✗<\/span> blocked.*status 400/);
    expect(run.stdout).toContain('→ good  ✗ bad blocked');
    const shown = await site.run('status', '--format', 'html');
    expect(shown.stdout).toContain('1 of 2 clients is behind or cannot go on</h1>');
    const args = ['-C', site.directory, '--format', 'html', '--clients', site.clientsPath];
    const dry = await teamEvents(['--from', 'root', '--print-events', ...args]);
    expect(dry.stdout).toMatch(/exit code 0: nothing was sent; 10 deliveries would be made<\/h1>/);
    const check = await teamEvents(['check', '--base', 'root', ...args]);
    expect(check.stdout).toContain('It would send these events');
    for (const { stdout } of [run, shown, dry, check])
      expect(stdout.match(/<!doctype html>/g)).toHaveLength(1);
  });
});

describe.runIf(HAS_CHROMIUM)('a page in a browser', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const judge = `${axe};document.querySelectorAll('details').forEach((one)=>one.open=true);
      axe.run().then(({violations})=>{document.body.dataset.violations=JSON.stringify(violations.map(({id,nodes})=>id+' '+nodes.map((n)=>n.html).join(' ')))})`;
  const DARK = ['--blink-settings=preferredColorScheme=0'];
  async function violations(page: string, flags: readonly string[] = []): Promise<string | undefined> {
    return /data-violations="([^"]*)"/.exec(await shownPage(withScript(page, judge), flags))?.[1];
  }

  it.each([
    ['light', []],
    ['dark', DARK],
  ])('has no violation that axe knows, in %s', async (_, flags) => {
    expect(await violations(await reportOf(files()), flags)).toBe('[]');
  });

  it('has none either as the page of a run, a dry run, a status or a check', async () => {
    const bad = await startReceiver(() => 400);
    const site = createSite('tag', clientOf('bad', bad.url, '    start: root\n'));
    const args = ['-C', site.directory, '--format', 'html', '--clients', site.clientsPath];
    const pages = [
      await site.notify('--format', 'html'),
      await teamEvents(['--from', 'root', '--print-events', ...args]),
      await site.run('status', '--format', 'html'),
      await teamEvents(['check', '--base', 'root', ...args]),
    ];
    for (const [index, { stdout }] of pages.entries())
      expect([index, await violations(stdout, index % 2 === 0 ? [] : DARK)]).toEqual([index, '[]']);
  });

  it('has nothing that a keyboard does not reach, and nothing out of order for it', async () => {
    const page = await reportOf(files());
    expect(page).not.toMatch(/tabindex="(?!0")|onclick|role="button"|contenteditable/);
    const look = `const found=[...document.querySelectorAll('a[href],button,input,select,summary')]
      .filter((one)=>one.offsetParent!==null);
      document.body.dataset.reached=JSON.stringify(found.map((one)=>{one.focus();return document.activeElement===one}))`;
    const shown = await shownPage(withScript(page, look));
    const reached = JSON.parse(/data-reached="([^"]*)"/.exec(shown)?.[1] ?? '[]') as readonly boolean[];
    expect(reached.length).toBeGreaterThan(4);
    expect(reached).not.toContain(false);
  });

  it('hides what is not looked for', async () => {
    const look = `document.querySelector('[name=person]').value='ANN';
      document.querySelector('form').dispatchEvent(new Event('input'));`;
    const shown = await shownPage(withScript(await reportOf(files()), look));
    expect(shown).toContain('<output>1 of 3 shown</output>');
    expect(shown.match(/<li data-row="[^"]*" hidden="">/g)).toHaveLength(2);
  });

  it('runs its own script under its own policy', async () => {
    expect(await shownPage(await reportOf(files()))).not.toContain('<form hidden');
  });

  it('shows everything where scripts and styles are blocked', async () => {
    const blocked = (await reportOf(files())).replace(
      /(http-equiv="Content-Security-Policy" content=")[^"]*/,
      "$1default-src 'none'",
    );
    const shown = await shownPage(blocked);
    expect(shown.match(/<form hidden/g)).toHaveLength(2);
    expect(shown.match(/data-row/g)?.length).toBeGreaterThanOrEqual(7);
  });
});
