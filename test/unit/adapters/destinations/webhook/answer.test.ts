/** What an attempt's outcome means for the event. */
import { describe, expect, it } from 'vitest';
import {
  describeOutcome,
  judge,
  type Outcome,
  type Judgement,
} from '../../../../../src/adapters/destinations/webhook/answer.ts';
import { answered } from '../../../../support/sample-delivery.ts';

const asItIs = (text: string): string => text;
const ANY = { success: undefined, done: [] };

const RETRIED = [404, 408, 409, 425];

const verdictOf = (status: number): Judgement => {
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 410) return 'gone';
  if (status === 429) return 'throttled';
  return RETRIED.includes(status) || (status >= 500 && status < 600) ? 'retry' : 'refused';
};

describe('a status', () => {
  it.each([
    [200, 'accepted'],
    [204, 'accepted'],
    [299, 'accepted'],
    [301, 'refused'],
    [302, 'refused'],
    [304, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'retry'],
    [408, 'retry'],
    [409, 'retry'],
    [410, 'gone'],
    [422, 'refused'],
    [425, 'retry'],
    [429, 'throttled'],
    [500, 'retry'],
    [503, 'retry'],
    [599, 'retry'],
  ] as const)('%i is %s', (status, verdict) => {
    expect(judge(answered(status), ANY)).toBe(verdict);
  });

  it('of any number from 100 to 599 is judged by the same rules', () => {
    for (let status = 100; status < 600; status++)
      expect([status, judge(answered(status), ANY)]).toEqual([status, verdictOf(status)]);
  });

  it.each([
    ['Retry-After', { retryAfter: '3' }, 'throttled'],
    ['no request left', { rateRemaining: '0' }, 'throttled'],
    ['requests left', { rateRemaining: '12' }, 'refused'],
    ['neither', {}, 'refused'],
  ] as const)('403 with %s: %j is %s', (_, headers, verdict) => {
    expect(judge({ ...answered(403), ...headers }, ANY)).toBe(verdict);
    expect(judge({ ...answered(401), ...headers }, ANY)).toBe('refused');
  });

  // src/adapters/destinations/webhook/answer.ts, judge: everything from 500 on is retried.
  it.each([600, 799, 999])('%i, which is no 5xx, is refused', (status) => {
    expect(judge(answered(status), ANY)).toBe('refused');
  });

  it.each([400, 409, 410, 422, 500])(
    '%i is accepted where the subscription lists it as done already',
    (status) => {
      expect(judge(answered(status), { ...ANY, done: [404, status] })).toBe('accepted');
      expect(judge(answered(status), { ...ANY, done: [404] })).not.toBe('accepted');
    },
  );
});

describe('a subscription that lists statuses of success', () => {
  const listed = { success: [201, 202], done: [409] };

  it.each([
    [201, 'accepted'],
    [202, 'accepted'],
    [200, 'refused'],
    [204, 'refused'],
    [409, 'accepted'],
    [500, 'retry'],
    [301, 'refused'],
  ] as const)('%i is %s', (status, verdict) => {
    expect(judge(answered(status), listed)).toBe(verdict);
  });
});

describe('an attempt without an answer', () => {
  it.each([
    [{ kind: 'timeout', timeoutMs: 15_000 }, 'retry', 'no answer within 15000 ms'],
    [{ kind: 'unreachable', message: 'connect ECONNREFUSED', reset: false }, 'retry', 'connect ECONNREFUSED'],
    [
      { kind: 'forbidden', rule: '127.0.0.1 is a loopback address' },
      'refused',
      '127.0.0.1 is a loopback address',
    ],
    [{ kind: 'aborted' }, 'stopped', 'the run was stopped'],
    [{ kind: 'unsendable', reason: 'it is too large' }, 'refused', 'it is too large'],
  ] as [Outcome, Judgement, string][])('%j is judged %s and told as %j', (outcome, verdict, text) => {
    expect(judge(outcome, ANY)).toBe(verdict);
    expect(describeOutcome(outcome, asItIs)).toBe(text);
  });
});

describe('an answer is told', () => {
  const redirected = (location: string): Outcome => ({
    kind: 'answered',
    status: 307,
    retryAfter: undefined,
    location,
    body: '',
  });

  it.each([
    [answered(503), 'status 503'],
    [answered(500, undefined, '  Something broke\nat line 3'), 'status 500: Something broke at line 3'],
    [answered(302), 'status 302 (redirects are never followed)'],
    [redirected('/login?next=secret'), 'status 307 to /login (redirects are never followed)'],
    [
      redirected('https://user:pw@sso.example.com:8443/start/here?t=secret#x'),
      'status 307 to https://sso.example.com:8443/start/here (redirects are never followed)',
    ],
    [
      redirected('  \u001b[31m//else.example/x'),
      'status 307 to [31m//else.example/x (redirects are never followed)',
    ],
  ])('%j as %j', (outcome, text) => {
    expect(describeOutcome(outcome, asItIs)).toBe(text);
  });

  // An address that the clients file may name could be of something that nobody means to read.
  it.each([200, 204, 299, 301, 304])('of status %i without a word of its body', (status) => {
    expect(describeOutcome(answered(status, undefined, 'token: abc'), asItIs)).not.toContain('abc');
  });

  it('with not more than the beginning of what the receiver said, cut between characters', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    const told = describeOutcome(answered(500, undefined, family.repeat(10_000)), asItIs);
    expect(told.length).toBeLessThan(250);
    expect(told).toBe(`status 500: ${family.repeat(Math.floor(199 / family.length))}…`);
  });

  it('without what nobody may see, which is taken out before anything is joined or cut', () => {
    const redact = (text: string): string => text.replace(/sec\nret/g, '***');
    const body = JSON.stringify({ message: `${'x'.repeat(196)}sec\nret and more` });
    expect(describeOutcome(answered(400, undefined, body), redact)).toBe(
      `status 400: ${'x'.repeat(196)}***…`,
    );
    expect(describeOutcome(redirected(`/${'x'.repeat(196)}sec\nret`), redact)).not.toContain('sec');
  });
});
