/** What `listen` says of order, to people. */
import { describe, expect, it } from 'vitest';
import type { OrderCheck } from '../../../src/delivery/order-check.ts';
import { counted, NOTHING_RECEIVED, summaryLine } from '../../../src/report/received-summary.ts';
import { requestLine } from '../../../src/report/received-text.ts';
import { createStyle } from '../../../src/report/style.ts';

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

const request = (check: OrderCheck, status = 200) =>
  ({
    number: 1,
    method: 'POST',
    path: '/',
    status,
    headers: { 'webhook-id': 'evt_1' },
    body: '{"type":"team.created","subject":"a"}',
    check,
    signature: 'unchecked',
  }) as const;

describe('what arrived, for people', () => {
  it.each(CHECKS)('%j is said in the line as %j', (check, said) => {
    expect(requestLine(request(check), plain)).toBe(`#1  200  POST /  team.created a  evt_1${said}\n`);
  });

  it('is summed up in one line, in which what was not there is named as well', () => {
    const tally = CHECKS.reduce((sum, [check]) => counted(sum, request(check)), NOTHING_RECEIVED);
    expect(summaryLine(counted(tally, request({ verdict: 'first' }, 503)), plain)).toBe(
      '12 requests, 11 accepted, 2 retries, 2 duplicates, 1 gap, 1 out of order, 1 replay, ' +
        '2 with other bytes than before, 1 without webhook-id',
    );
    expect(summaryLine(NOTHING_RECEIVED, coloured)).toBe(
      '0 requests, 0 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order',
    );
    expect(summaryLine(tally, coloured)).toContain(coloured.red('1 gap'));
  });
});
