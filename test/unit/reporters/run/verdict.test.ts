/** The end of a run: who was told how much, what became of the others, whom it concerns, and what helps. */
import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../../src/adapters/process/terminal/style.ts';
import { readClients } from '../../../../src/core/clients/file/clients-file.ts';
import { nothingSent, type LaneResult } from '../../../../src/core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../../../src/core/delivery/lane/lane-status.ts';
import { exitCodeOfRun } from '../../../../src/core/delivery/run-report.ts';
import { EXIT } from '../../../../src/errors.ts';
import { MARKDOWN_REPORTER } from '../../../../src/reporters/run/formats/markdown.ts';
import type { RunOutcome, RunResult } from '../../../../src/reporters/run/run-reporter.ts';
import { advised } from '../../../../src/reporters/run/verdict/advice.ts';
import { exitLine } from '../../../../src/reporters/run/verdict/exit-line.ts';
import { totalsOf, totalsText } from '../../../../src/reporters/run/verdict/totals.ts';
import { verdictLines } from '../../../../src/reporters/run/verdict/verdict-lines.ts';
import { joining } from '../../../support/sample-delivery.ts';
import { logOf } from '../../../support/sample-teams.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);
const EVENT = { id: 'evt_1', type: 'team.created', team: 'core', commit: 'c'.repeat(40) };

const lane = (client: string, status: LaneStatus, others: Partial<LaneResult> = {}): LaneResult => ({
  ...nothingSent({ client, contact: `#${client}` }, status, { send: 0, skip: 0, filtered: 0 }),
  ...others,
});

const outcome = (
  clients: readonly LaneResult[],
  byType: RunOutcome['totals']['byType'] = new Map(),
): RunOutcome => ({
  kind: 'run',
  resumes: true,
  totals: { commits: 1, byType },
  report: {
    version: 1,
    from: null,
    to: 'f'.repeat(40),
    exitCode: exitCodeOfRun(clients, []),
    events: 0,
    clients,
    problems: [],
  },
});

const COMMANDS = {
  again: (client?: string, more: object = {}) =>
    `team-events again ${client} ${Object.keys(more).join(' ')}`.trim(),
  unlock: (client: string) => `team-events unlock ${client}`,
};
const ENTRY = {
  name: 'a',
  destination: { kind: 'webhook' as const, subscriptions: new Map<never, never>(), secrets: [] },
  indent: 4 as number | undefined,
  skip: new Set<string>(),
};
const SOURCE = {
  commands: COMMANDS,
  placeOf: () => 'clients.yml:7',
  entryOf: () => ENTRY,
  resumes: true,
};

describe('the totals', () => {
  it('say what was told to whom: after the arrow stands only who was sent something, and how much', () => {
    const types = new Map([
      ['team.deleted', 19],
      ['team.members.removed', 19],
    ] as const);
    const clients = [
      lane('groups', 'done', { delivered: 19 }),
      lane('lists', 'blocked', { delivered: 7, pending: 12 }),
      lane('news', 'paused', { pending: 19 }),
      lane('all', 'guarded', { pending: 38 }),
      lane('others', 'done', { filtered: 38 }),
    ];
    expect(totalsText({ commits: 1, byType: types }, clients)).toBe(
      '1 commit, 38 events: 19 members.removed, 19 deleted → groups 19, lists 7  ✗ lists blocked  ‖ news paused  · all guarded',
    );
  });

  it('of nothing are nothing, and of events for nobody say so', () => {
    expect(totalsText({ commits: 0, byType: new Map() }, [])).toBeUndefined();
    expect(totalsText({ commits: 2, byType: new Map([['team.created', 2]]) }, [])).toBe(
      '2 commits, 2 events: 2 created → nobody',
    );
  });

  it('name a dozen of many clients', () => {
    const clients = Array.from({ length: 2000 }, (_, index) =>
      lane(`c${index}`, 'done', { delivered: 1234 }),
    );
    const text = totalsText({ commits: 1, byType: new Map([['team.created', 1234]]) }, clients) ?? '';
    expect(text).toMatch(/1,234 created → c0 1,234, .*, and 1,988 more$/);
    expect(text.length).toBeLessThan(250);
  });

  it('count the commits that have such events', () => {
    const log = logOf(joining('alice', 'bob', 'carol'));
    const [first] = log[0]?.events ?? [];
    const all = totalsOf(log, () => true);
    expect([all.commits, [...all.byType]]).toEqual([3, [['team.members.added', 3]]]);
    expect(totalsOf(log, ({ id }) => id === first?.id).commits).toBe(1);
  });
});

describe('the last line', () => {
  it.each([
    [[lane('a', 'done', { delivered: 2 })], 'exit code 0: everything was delivered'],
    [[lane('a', 'done')], 'exit code 0: there was nothing to send'],
    [
      [lane('a', 'blocked', { pending: 1 })],
      'exit code 3: a client is behind; the next run goes on there (a)',
    ],
    [
      [lane('a', 'blocked', { pending: 1 }), lane('b', 'guarded', { pending: 1 }), lane('c', 'guarded')],
      'exit code 7: the removal guard stopped a client before an unusually large removal (b, c)',
    ],
    [
      Array.from({ length: 9 }, (_, index) => lane(`m${index}`, 'misconfigured')),
      'exit code 2: a client, a file or an option is wrong (m0, m1, m2, m3, m4 and 4 other clients)',
    ],
  ])('says what the exit code means, and whom it is about', (clients, line) => {
    expect(exitLine(outcome(clients))).toBe(line);
  });

  it('of a run that excuses who is behind tells it from one that has delivered all', () => {
    const clients = [lane('a', 'done', { delivered: 2 }), lane('b', 'paused', { pending: 3 })];
    const { report, ...others } = outcome(clients);
    const excused = { ...others, report: { ...report, exitCode: EXIT.done } };
    expect(exitLine(excused)).toBe('exit code 0: everything else was delivered; paused: b');
    const waiting = { ...excused, report: { ...excused.report, clients: clients.slice(1) } };
    expect(exitLine(waiting)).toBe('exit code 0: nothing was delivered; paused: b');
    expect(exitLine({ ...excused, kind: 'dry run' })).toBe(
      'exit code 0: nothing was sent; 2 deliveries would be made; paused: b',
    );
  });
});

const ENTRIES = {
  webhook: 'subscriptions: [{ event: team.created, url: "https://a.example" }]',
  'own request': 'subscriptions: [{ event: team.created, url: "https://a.example/${team.id}", body: none }]',
  kafka: 'kafka: { brokers: [a.example:9092], topic: t }\n    subscriptions: [{ event: team.created }]',
  rabbitmq:
    'rabbitmq: { url: "amqps://a.example", auth: { username: u, password: "${P}" }, exchange: t }\n    subscriptions: [{ event: team.created }]',
};

describe('what helps', () => {
  const problem = { message: 'status 422', status: 422, refused: true, event: EVENT } as const;
  const never = { message: '169.254.169.254 is a metadata service: always refused', event: EVENT };
  it.each([
    [lane('a', 'blocked', { pending: 1, problem }), 'owner', ['team-events again a', 'skip: [evt_1]']],
    [
      lane('a', 'blocked', { pending: 1, problem: { ...problem, refused: undefined, helper: 'operator' } }),
      'operator',
      ['team-events again a'],
    ],
    [
      lane('a', 'blocked', { pending: 1, problem: { ...never, helper: 'operator' } }),
      'owner',
      ['It is never reached, whatever is allowed: correct the url in its entry, clients.yml:7.'],
    ],
    [
      lane('a', 'held', { pending: 1, problem, held: [{ team: 'core', problem }] }),
      'owner',
      ['team-events again a', 'skip: [evt_1]'],
    ],
    [lane('a', 'gone', { pending: 1, problem }), 'owner', ['remove its entry, clients.yml:7']],
    [
      lane('a', 'paused', { pending: 1 }),
      undefined,
      ['"paused: true" is taken out of its entry, clients.yml:7'],
    ],
    [lane('a', 'misconfigured'), 'owner', ['clients.yml:7', 'team-events again a']],
    [lane('a', 'stopped', { pending: 1 }), undefined, ['team-events again a']],
    [lane('a', 'claimed'), 'operator', ['team-events unlock a']],
    [lane('a', 'lost'), undefined, ['team-events again a']],
    [lane('a', 'guarded'), 'operator', []],
    [lane('a', 'history'), 'operator', []],
    [lane('a', 'cursor'), 'operator', ['team-events again a']],
    [
      lane('a', 'cursor', { problem, help: ['Set it again:', '  team-events cursor set a'] }),
      'operator',
      ['team-events cursor set a'],
    ],
    [lane('a', 'done'), undefined, []],
    [lane('a', 'removed'), undefined, []],
  ] as [LaneResult, string | undefined, string[]][])(
    'a client, by its state: %#',
    (result, helper, parts) => {
      const { help = [], ...told } = advised(result, SOURCE);
      expect(told.helper).toBe(helper);
      expect(parts.filter((part) => !help.join('\n').includes(part))).toEqual([]);
      expect(help.length > 0).toBe(parts.length > 0);
      const commands = help.filter((line) => line.includes('team-events '));
      expect(commands.filter((line) => !line.startsWith('  team-events '))).toEqual([]);
    },
  );

  it('no skip where the event is not to blame', () => {
    const away = { message: 'it accepts no connection', event: EVENT };
    const { help } = advised(lane('a', 'blocked', { pending: 1, problem: away }), SOURCE);
    expect(help?.join('\n')).not.toContain('skip');
  });

  it.each<[status: number, of: keyof typeof ENTRIES, helps: string]>([
    [302, 'webhook', 'correct the url in its entry, clients.yml:7'],
    [401, 'webhook', 'correct the secret or the rights of its entry, clients.yml:7'],
    [403, 'webhook', 'the secret or the rights'],
    [404, 'webhook', 'the url'],
    [405, 'webhook', 'the url'],
    [407, 'webhook', 'the secret or the rights'],
    [400, 'webhook', 'skip: [evt_1]'],
    [413, 'webhook', 'skip: [evt_1]'],
    [500, 'webhook', 'skip: [evt_1]'],
    [403, 'own request', 'skip: [evt_1]'],
    [404, 'own request', 'skip: [evt_1]'],
    [302, 'own request', 'the url'],
    [10, 'kafka', 'skip: [evt_1]'],
    [29, 'kafka', 'the secret or the rights'],
    [17, 'kafka', 'correct its entry, clients.yml:7, or what it names at the broker'],
    [6, 'kafka', 'again a'],
    [19, 'kafka', 'again a'],
    [320, 'rabbitmq', 'again a'],
    [312, 'rabbitmq', 'what it names at the broker'],
    [406, 'rabbitmq', 'skip: [evt_1]'],
    [403, 'rabbitmq', 'variables are TEAM_EVENTS_CLIENT_A__P'],
    [404, 'rabbitmq', 'what it names at the broker'],
  ])('%d by %s: what was refused, so a skip only if it is the event', (status, of, helps) => {
    const [entry] = readClients(`clients:\n  - name: a\n    ${ENTRIES[of]}\n`).clients;
    const source = { ...SOURCE, entryOf: () => entry };
    const refused = { ...problem, status };
    const help = advised(lane('a', 'blocked', { pending: 1, problem: refused }), source).help?.join('\n');
    expect(help?.includes('orrect')).toBe(!/skip|again/.test(helps));
    expect(help).toContain(helps);
    expect(help?.includes('skip')).toBe(helps.startsWith('skip'));
  });

  it('the line of a client whose entry stands in braces, too', () => {
    const entry = { ...ENTRY, indent: undefined };
    const { help } = advised(lane('a', 'blocked', { problem }), { ...SOURCE, entryOf: () => entry });
    expect(help?.at(-1)).toBe('"skip": ["evt_1"],');
  });

  it('a client that skips events already: the line that takes the place of its own', () => {
    const entry = { ...ENTRY, indent: 2, skip: new Set(['evt_0']) };
    const result = advised(lane('a', 'blocked', { problem }), { ...SOURCE, entryOf: () => entry });
    expect(result.help?.slice(-2)).toEqual([
      'To go on without this event, which this client then never gets, write this line into its entry, clients.yml:7, as it is indented here, in place of its skip:',
      '  skip: [evt_0, evt_1]',
    ]);
  });

  it('without cursors: no next run is promised', () => {
    const clients = [advised(lane('a', 'blocked', { pending: 1, problem }), { ...SOURCE, resumes: false })];
    const text = verdictLines({ ...outcome(clients), resumes: false }, PLAIN).join('\n');
    expect(text).toContain('To try again (what it has accepted may come again, with the same ids):');
    expect(text).toContain('exit code 3: a client was not sent everything (a)');
    expect(text).not.toContain('next run');
  });

  it('names the contact only where the owner can help, and the operator where he can', () => {
    const lines = verdictLines(
      outcome([
        advised(lane('a', 'blocked', { pending: 1, problem }), SOURCE),
        advised(lane('b', 'guarded', { pending: 1 }), SOURCE),
        advised(lane('c', 'stopped', { pending: 1 }), SOURCE),
      ]),
      PLAIN,
    );
    expect(lines.filter((line) => /^[✗‖]/.test(line)).map((line) => /\[(.*)\]$/.exec(line)?.[1])).toEqual([
      '#a',
      'operator',
      undefined,
    ]);
  });
});

describe('what helps several clients alike', () => {
  const problem = { message: 'no answer', event: undefined };
  const text = (clients: readonly LaneResult[]): string => verdictLines(outcome(clients), PLAIN).join('\n');
  const commands = { ...COMMANDS, again: (client?: string) => `team-events --client ${client} --all` };
  const stuck = (client: string): LaneResult =>
    advised(lane(client, 'blocked', { pending: 1, problem }), { ...SOURCE, commands });

  it('stands below the last of them, once, for all of them', () => {
    const shown = text([stuck('a'), lane('fine', 'done'), stuck('a-b'), stuck('c')]);
    expect(shown.match(/To try now/g)).toHaveLength(1);
    expect(shown).toMatch(
      /✗ c .*\n    a, a-b, c:\n    .*To try now:\n      team-events --client a --client a-b --client c --all\n/,
    );
  });

  it.each(['[[[xc0', 'a(', '*', '$&', 'a b'])('also where one is called %s', (name) => {
    const shown = text([stuck('a'), stuck(name)]);
    expect(shown).toContain(`      team-events --client a --client ${name} --all`);
  });

  it('and not where it is not the same', () => {
    expect(text([stuck('a'), lane('b', 'misconfigured', { problem })])).not.toContain('a, b:');
    expect(text([stuck('a'), stuck('b')]).split('\n')).toHaveLength(6);
  });
});

describe('as Markdown', () => {
  const result = (clients: readonly LaneResult[], events = 1): RunResult => {
    const log = logOf(joining(...Array.from({ length: events }, (_, index) => `m${index}`)));
    const recipients = new Map(
      log.flatMap((step) =>
        step.events.map(
          (event) => [event, clients.map(({ client, status }) => ({ client, status }))] as const,
        ),
      ),
    );
    return {
      ...outcome(clients, new Map([['team.members.added', events]])),
      log,
      asked: undefined,
      shares: [],
      recipients,
      atMost: Infinity,
    };
  };
  const textOf = (one: RunResult): string => [...MARKDOWN_REPORTER.result(one, PLAIN)].join('');

  it('begins with the verdict, then totals, the worst client first, the commands, and the events folded', () => {
    const problem = { message: 'POST https://example.com: status 403: no', event: EVENT };
    const text = textOf(
      result([
        lane('fine', 'done', { delivered: 1 }),
        advised(lane('lists', 'blocked', { pending: 1, problem }), SOURCE),
      ]),
    );
    expect(text).toMatch(
      /^### team-events: ✗ exit code 3: a client is behind; the next run goes on there \(lists\)\n\n`1 commit, 1 event: 1 members\.added → fine 1 {2}✗ lists blocked`\n\n\| client /,
    );
    expect(text.indexOf('| `lists` | ✗ blocked')).toBeLessThan(text.indexOf('| `fine` | ✓ done'));
    expect(text).toContain('`#lists` |');
    expect(text).toContain('\n  team-events again lists\n');
    expect(text).toMatch(/<details><summary>1 event<\/summary>\n\n```text\n[^]*→ fine {2}✗ lists blocked/);
  });

  it('has at most 60,000 characters, whatever there is to say, and the verdict is always there', () => {
    const many = Array.from({ length: 300 }, (_, index) => {
      const message = `status 500: ${'x'.repeat(900)}`;
      return advised(
        lane(`c${index}`, 'blocked', { pending: 1, problem: { message, event: EVENT } }),
        SOURCE,
      );
    });
    for (const one of [
      result(many),
      result([lane('fine'.repeat(50), 'done', { delivered: 1 })], 300),
      result(many, 50),
    ]) {
      const text = textOf(one);
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(text).toMatch(/^### team-events: [✓✗] exit code \d/);
    }
  });

  it('lets nobody write Markdown, HTML or mentions: not a receiver, not a contact', () => {
    const message = '<img src=x>`|@everyone\n# big [x](http://evil)';
    const problem = { message, event: undefined, details: ['```', message] };
    const text = textOf(result([advised(lane('a', 'cursor', { contact: '@all|<b>', problem }), SOURCE)]));
    const outside = text.replace(/(`{3,})text\n[^]*?\n\1\n/g, '').replace(/(`+)[^`][^]*?\1/g, '');
    expect(outside).not.toMatch(/<img|@everyone|@all|evil|<b>/);
  });
});
