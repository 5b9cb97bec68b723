/** What `listen` says of order, to people. */
import { describe, expect, it } from 'vitest';
import type { OrderCheck } from '../../../../../src/commands/listen/order-check.ts';
import {
  withRequest,
  NOTHING_RECEIVED,
  summaryLine,
} from '../../../../../src/commands/listen/received-summary.ts';
import { requestText } from '../../../../../src/commands/listen/formats/text.ts';
import { createStyle } from '../../../../../src/adapters/process/terminal/style.ts';
import { eventsBetween, team, teams } from '../../../../support/sample-teams.ts';

const plain = createStyle('never', {}, 'stdout', false);
const coloured = createStyle('always', {}, 'stdout', false);

const CHECKS: [OrderCheck, string][] = [
  [{ verdict: 'in order' }, ''],
  [{ verdict: 'unchecked' }, ''],
  [{ verdict: 'first' }, ''],
  [{ verdict: 'first', after: 'evt_0' }, '  first here, after evt_0'],
  [{ verdict: 'retry', sameBytes: true }, '  retry'],
  [{ verdict: 'retry', sameBytes: false }, '  retry with other bytes than before'],
  [{ verdict: 'again', sameBytes: true }, '  again: a duplicate'],
  [{ verdict: 'again', sameBytes: false }, '  again: a duplicate with other bytes than before'],
  [{ verdict: 'replay', sameBytes: true }, '  replay'],
  [{ verdict: 'gap', missing: 'evt_\u001b[2J' }, '  gap: evt_\\u001b[2J is missing before it'],
  [{ verdict: 'out of order', overtakenBy: 'evt_2' }, '  out of order: it belongs before evt_2'],
];

const request = (check: OrderCheck, status = 200, body = 'no event') =>
  ({
    number: 1,
    method: 'POST',
    path: '/',
    status,
    headers: { 'webhook-id': 'evt_1' },
    body,
    check,
    signature: 'unchecked',
  }) as const;

describe('what arrived, for people', () => {
  it.each(CHECKS)('%j is said in the line as %j', (check, said) => {
    expect(requestText(request(check), plain)).toBe(
      `#1  200  POST /  8 bytes that are no event  evt_1${said}\n`,
    );
  });

  const FIRST = { verdict: 'first' } as const;
  const before = teams(team('core', { members: ['alice'], tags: ['old'], perimeter: 'x' }));
  const after = teams(
    team('core', { members: ['bob'], tags: ['new'], perimeter: 'y' }),
    team('new', { members: ['carol'] }),
  );
  const commit = '      bbbbbbbbbbbb  Change the teams  (Sample Author, 2026-01-05)\n';

  it.each([
    ['team.created new', ['+ carol']],
    ['team.modified core', ['perimeter  x → y', 'tags  - old + new']],
    ['team.members.removed core', ['- alice']],
    ['team.members.added core', ['+ bob']],
  ])('of %s says in lines of their own who came and went and what changed', (what, lines) => {
    const event = eventsBetween(before, after).find(({ type, subject }) => `${type} ${subject}` === what);
    const details = lines.map((line) => `      ${line}\n`).join('');
    expect(requestText(request(FIRST, 200, event?.text), plain)).toBe(
      `#1  200  POST /  ${what}  evt_1\n${details}${commit}`,
    );
  });

  it('finds the event in the wrappings of presets, and shows what a channel would', () => {
    const [event] = eventsBetween(teams(), teams(team('a')));
    const shown = (body: string): string => requestText(request(FIRST, 200, body), plain);
    for (const body of [`{"event":${event?.text}}`, `{"client_payload":{"event":${event?.text}}}`])
      expect(shown(body)).toBe(`#1  200  POST /  team.created a  evt_1\n${commit}`);
    expect(shown('{"text":"a is a new team.\\nBy Ann"}')).toContain(
      'POST /  a is a new team. – By Ann  evt_1',
    );
  });

  it.each([
    ['"from":"x",', ''],
    ['"added":["new"]', '"added":7'],
    ['"file":"teams/core.yml"', '"file":null'],
    ['"title":"Change the teams"', '"title":[]'],
  ])('is no event of ours where %s is written %s', (part, written) => {
    const modified = eventsBetween(before, after).find(({ type }) => type === 'team.modified')?.text ?? '';
    expect(modified).toContain(part);
    expect(requestText(request(FIRST, 200, modified.replace(part, written)), plain)).toContain(
      'that are no event',
    );
  });

  it.each([
    ['is not repeated at a retry', { verdict: 'retry', sameBytes: true }],
    ['is not repeated for a duplicate', { verdict: 'again', sameBytes: true }],
  ] as const)('%s', (_, check) => {
    const [event] = eventsBetween(teams(), teams(team('a', { members: ['alice'] })));
    expect(requestText(request(check, 200, event?.text), plain).split('\n')).toHaveLength(2);
  });

  it.each([
    '{"type":"team.created"}',
    '{"id":"x","type":"team.created","subject":"a","data":{"team":{"members":[null]}}}',
    'null',
    '[]',
    '{"event":7}',
    '{"event":null,"client_payload":3}',
    '"text"',
  ])('that only looks like an event is none: %s', (body) => {
    expect(requestText(request(FIRST, 200, body), plain)).toBe(
      `#1  200  POST /  ${body.length} bytes that are no event  evt_1\n`,
    );
  });

  it('is summed up in one line, in which what was not there is named as well', () => {
    const tally = CHECKS.reduce((sum, [check]) => withRequest(sum, request(check)), NOTHING_RECEIVED);
    expect(summaryLine(withRequest(tally, request({ verdict: 'first' }, 503)), plain)).toBe(
      '12 requests, 11 accepted, 2 retries, 2 duplicates, 1 gap, 1 out of order, 1 replay, ' +
        '2 with other bytes than before, 1 without webhook-id',
    );
    expect(summaryLine(NOTHING_RECEIVED, coloured)).toBe(
      '0 requests, 0 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order',
    );
    expect(summaryLine(tally, coloured)).toContain(coloured.red('1 gap'));
    const forged = withRequest(NOTHING_RECEIVED, { ...request(FIRST), signature: 'wrong' });
    expect(summaryLine(forged, plain)).toContain(', 1 without a signature that is right');
  });
});
