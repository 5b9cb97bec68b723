/** What each format sends, byte for byte, beside the shape that the product documents. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIRE_FORMATS, type WireFormat } from '../../../../../../src/core/clients/file/wire-format.ts';
import { FORMATS } from '../../../../../../src/adapters/destinations/webhook/formats/formats.ts';
import { eventOf, type LoggedEvent } from '../../../../../../src/core/events/team-event.ts';
import { arbitraryChange } from '../../../../../support/arbitrary-teams.ts';
import { eventsBetween, sampleStep, team, teams } from '../../../../../support/sample-teams.ts';

const [created] = eventsBetween(teams(), teams(team('payments', { name: 'Payments' })));
if (created === undefined) throw new Error('no event');

const bodyOf = (format: WireFormat, event: LoggedEvent = created): string => FORMATS[format].body(event);

const named = (id: string): LoggedEvent => {
  const [event] = eventsBetween(teams(), teams(team(id)));
  if (event === undefined) throw new Error('no event');
  return event;
};

describe('every format', () => {
  it.each(WIRE_FORMATS)('%s is JSON on one line, the same each time, and says so', (format) => {
    const { contentType } = FORMATS[format];
    expect(contentType).toMatch(/^application\/(cloudevents\+)?json(; charset=utf-8)?$/);
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const event of eventsBetween(before, after)) {
          const body = bodyOf(format, event);
          expect(body).not.toMatch(/[\n\r]/);
          expect(() => JSON.parse(body) as unknown).not.toThrow();
          expect(bodyOf(format, event)).toBe(body);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each(['json', 'cloudevents'] as const)('%s is the event as it is printed', (format) => {
    expect(bodyOf(format)).toBe(created.text);
  });
});

describe('gitlab-pipeline', () => {
  // https://docs.gitlab.com/ci/triggers/: `variables` is a map of texts; the body is the file $TRIGGER_PAYLOAD.
  it('has the event under a key that GitLab leaves alone, and variables for type and team', () => {
    expect(bodyOf('gitlab-pipeline')).toBe(
      `{"variables":{"TEAM_EVENT_TYPE":"team.created","TEAM_EVENT_TEAM":"payments"},"event":${created.text}}`,
    );
  });

  it('arrives whole in the job: nothing is overwritten, and no $ is taken for a variable', () => {
    fc.assert(
      fc.property(
        arbitraryChange,
        fc.constantFrom('$', '$CI_JOB_TOKEN', '${A}', '$$', 'plain'),
        (change, name) => {
          const events = [...eventsBetween(change.before, change.after), named(name)];
          for (const event of events) {
            const { variables, payload } = inGitLab(bodyOf('gitlab-pipeline', event));
            expect(payload['event']).toEqual(eventOf(event));
            expect(variables).toEqual({ TEAM_EVENT_TYPE: event.type, TEAM_EVENT_TEAM: event.subject });
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** What GitLab makes of a trigger's body: its own `id`, `ref` and `token`, then the runner fills in variables. */
function inGitLab(body: string) {
  const secret = new Map([
    ['CI_JOB_TOKEN', 'glcbt-secret'],
    ['$', '$'],
  ]);
  const expand = (text: string): string =>
    text.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_, ...names: (string | undefined)[]) => {
      const name = names.find((one) => one !== undefined);
      return secret.get(name ?? '') ?? '';
    });
  const posted = JSON.parse(body) as { variables: Record<string, string> };
  const overwritten = { ...posted, id: '42', ref: 'main' };
  return {
    variables: Object.fromEntries(
      Object.entries(posted.variables).map(([name, value]) => [name, expand(value)]),
    ),
    payload: JSON.parse(expand(JSON.stringify(overwritten))) as Readonly<Record<string, unknown>>,
  };
}

describe('github-dispatch', () => {
  // https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event
  it('is an event_type and a client_payload with one key', () => {
    expect(bodyOf('github-dispatch')).toBe(
      `{"event_type":"team.created","client_payload":{"event":${created.text}}}`,
    );
    expect(FORMATS['github-dispatch'].headers).toEqual({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    });
  });

  // GitHub's documentation says "less than 64KB", and its support "65535 bytes" (vsoch/askci#37).
  it.each(['x', 'é', '\u{1f680}'])(
    'takes a payload of 65,535 bytes, and refuses more with the reason: %s',
    (character) => {
      const padded = (bytes: number): LoggedEvent => {
        const count = Math.floor((bytes - 12) / Buffer.byteLength(character));
        const rest = bytes - 12 - count * Buffer.byteLength(character);
        return { ...created, text: `"${character.repeat(count)}${'x'.repeat(rest)}"` };
      };
      expect(bodyOf('github-dispatch', padded(65_535))).toContain('client_payload');
      const format = FORMATS['github-dispatch'];
      expect(format.refusal?.(padded(65_535))).toBeUndefined();
      expect(format.refusal?.(padded(65_536))).toMatch(/65536 bytes, and GitHub takes 65535: .*skip/);
    },
  );
});

describe('slack', () => {
  const commit = 'Change the teams (Sample Author, 2026-01-05, bbbbbbbbbbbb)';
  const textOf = (event: LoggedEvent): string =>
    (JSON.parse(bodyOf('slack', event)) as { text: string }).text;
  const textsBetween = (...both: Parameters<typeof eventsBetween>): string[] =>
    eventsBetween(...both).map((event) => textOf(event));

  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: { "text": "…" }
  it('is a text', () => {
    expect(bodyOf('slack')).toBe(
      `{"text":"Payments (payments) is a new team, without members.\\n${commit}"}`,
    );
  });

  const core = team('core', { name: 'Core', members: ['alice', 'bob'], tags: ['old', 'x'] });
  const before = teams(core);

  it.each<[string, ReturnType<typeof teams>, readonly string[]]>([
    [
      'a team with members',
      teams(core, team('new', { members: ['carol'] })),
      ['new is a new team: carol.', 'new: carol joined.'],
    ],
    [
      'its end',
      teams(),
      ['Core (core): alice and bob left.', 'Core (core) is gone; its members were alice and bob.'],
    ],
    [
      'who comes and goes',
      teams(team('core', { name: 'Core', members: ['bob', 'carol', 'dave', 'erin'], tags: ['old', 'x'] })),
      ['Core (core): alice left.', 'Core (core): carol, dave and erin joined.'],
    ],
    [
      'changes',
      teams(
        team('core', { name: 'Kernel', members: ['alice', 'bob'], tags: ['new', 'x'], perimeter: { a: 1 } }),
      ),
      ['Kernel (core) has changed: name Core → Kernel; perimeter (none) → {"a":1}; tags −old +new.'],
    ],
    [
      'a rename',
      teams([team('base', { name: 'Core', members: ['alice'], tags: ['old', 'x'] }), ['core']]),
      ['Core (base) has changed: id core → base; members −bob.'],
    ],
  ])('tells %s', (_, after, expected) => {
    const events = eventsBetween(before, after).filter(
      ({ impliedBy }) => !impliedBy.some(({ type }) => type === 'team.modified'),
    );
    expect(events.map((event) => textOf(event).replace(`\n${commit}`, ''))).toEqual(expected);
  });

  it('lists twenty of many, and tells how many more there are', () => {
    const many = team('big', {
      members: Array.from({ length: 120 }, (_, index) => `m${String(index).padStart(3, '0')}`),
    });
    const [text = ''] = textsBetween(teams(), teams(many));
    expect(text).toMatch(/^big is a new team: m000, m001, .*m019 and 100 more\.\n/);
  });

  const before100 = 'a'.repeat(98);

  // A receiver that reads JSON strictly takes no half of a character.
  it.each(['\u{1f680}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', 'e\u0301'])(
    'cuts long values between characters: %s',
    (character) => {
      const long = team('t', { attributes: { description: `${before100}${character} and so on` } });
      const [text = ''] = textsBetween(teams(team('t')), teams(long));
      expect(text).toContain(`description (none) → ${before100}….`);
      expect(Buffer.from(text).toString()).toBe(text);
    },
  );

  it('is of a length that every chat takes, whatever the event holds', () => {
    const long = (index: number): string => `${index}${'x'.repeat(500)}`;
    const many = Array.from({ length: 100 }, (_, index) => long(index));
    const attributes = Object.fromEntries(many.map((name) => [name, name]));
    const full = team(long(0), { name: long(1), members: many, tags: many, attributes });
    const step = sampleStep({
      commit: { title: long(2), author: { name: long(3), email: 'a@example.com' } },
    });
    const texts = [
      ...textsBetween(teams(), teams(full), step),
      ...textsBetween(teams(team(long(0))), teams(full), step),
      ...textsBetween(teams(full), teams(), step),
    ];
    for (const text of texts) {
      expect(text.length).toBeLessThan(4000);
      expect(text).toMatch(/ and \d+ more/);
    }
  });

  /** What Slack and Mattermost show of a text: code as it is, entities as characters. */
  const shown = (text: string): string =>
    text
      .replace(/`([^`]*)`/g, '$1')
      .replaceAll('\u02cb', '`')
      .replaceAll('\u200b', '')
      .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');

  it.each([
    '*bold*',
    '_slanted_',
    '__init__',
    '~struck~ out',
    '`code`',
    ':tada:',
    '# heading',
    '> quoted',
    '- item',
    '&gt; quoted',
    '1. first',
    'a * b',
    '$HOME',
    'back\\slash',
    '~town-square',
  ])('shows formatting of names, people, titles and values as it is written: %s', (name) => {
    const step = sampleStep({ commit: { title: name, author: { name, email: 'a@example.com' } } });
    const [created_ = '', joined = ''] = textsBetween(
      teams(),
      teams(team('t', { name, members: [name] })),
      step,
    );
    for (const text of [created_, joined]) {
      const outside = text.replace(/`[^`]*`/g, 'code');
      expect(outside).not.toMatch(/[*_~\\$]|^\s*[-+#>]|^\s*\d+\.|:\w+:|^ {4}/m);
      expect(shown(text)).toContain(name);
    }
    expect(shown(created_)).toBe(
      `${name} (t) is a new team: ${name}.\n${name} (${name}, 2026-01-05, bbbbbbbbbbbb)`,
    );
  });

  it.each([
    'payments_core',
    'R&D',
    'Équipe d’à côté',
    '[OPS-1] fix: a thing (again)',
    'a.b@example.com',
    'C++',
  ])('shows plain names plainly: %s', (name) => {
    const [text = ''] = textsBetween(teams(), teams(team('t', { name })));
    expect(text).not.toContain('`');
    expect(shown(text)).toContain(`${name} (t) is a new team`);
  });

  const EVIL = [
    '<!channel>',
    '@channel',
    'x @here y',
    '<@U024BE7LH>',
    '[payments]: https://phish.example.com',
    '<https://evil.example|log in here>',
    '[log in here](https://evil.example)',
    '![](https://evil.example/x.png)',
    '[log in][1]',
    'a\n<!everyone>',
    'a\u2028b\u202ec',
    '&lt;!channel&gt;',
    '@@all',
  ];

  it.each(EVIL)(
    'mentions nobody and makes no link of what a team, a member or a commit is called: %j',
    (name) => {
      const step = sampleStep({ commit: { title: name, author: { name, email: 'a@example.com' } } });
      const texts = [
        ...textsBetween(teams(), teams(team('t', { name, members: [name] })), step),
        ...textsBetween(
          teams(team('t')),
          teams(team('t', { name, tags: [name], attributes: { [name]: name } })),
          step,
        ),
      ];
      expect(texts).toHaveLength(3);
      for (const text of texts) {
        expect(text).not.toMatch(/[<>]|@(?!\u200b)|\][([:]|[\u2028\u202e]|&(?!amp;|lt;|gt;)/);
        expect(text.split('\n')).toHaveLength(2);
      }
    },
  );
});
