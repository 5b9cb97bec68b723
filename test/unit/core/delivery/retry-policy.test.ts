/** When to try again: full jitter, `Retry-After`, a number of attempts and a budget (contract §6). */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askedWaitMs,
  decideRetry,
  DEFAULT_RETRY_POLICY,
  retryAfterMs,
  type RetryPolicy,
} from '../../../../src/core/delivery/retry-policy.ts';
import { answered, UNREACHABLE } from '../../../support/sample-delivery.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const RESET = { ...UNREACHABLE, reset: true } as const;

/** The wait in milliseconds, or why there is none. */
function decide({
  failures = 1,
  outcome = answered(503),
  spentMs = 0,
  paceMs = undefined as number | undefined,
  random = 0.5,
  policy = {} as Partial<RetryPolicy>,
}): number | string {
  const attempt = { outcome, failures, spentMs, paceMs };
  const decision = decideRetry({ ...DEFAULT_RETRY_POLICY, ...policy }, attempt, random, NOW);
  return decision.retry ? decision.waitMs : decision.reason;
}

describe('the policy by default', () => {
  it('is that of the contract', () => {
    expect(DEFAULT_RETRY_POLICY).toEqual({
      attempts: 5,
      baseDelayMs: 1000,
      maxDelayMs: 30_000,
      budgetMs: 120_000,
    });
  });
});

describe('the wait', () => {
  it.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
  ])('after attempt %i lies below %i ms, anywhere', (failures, bound) => {
    expect(decide({ failures, random: 0 })).toBe(0);
    expect(decide({ failures, random: 0.5 })).toBe(bound / 2);
    expect(decide({ failures, random: 0.999999 })).toBe(bound - 1);
  });

  it('doubles up to its bound, with full jitter', () => {
    const policy = fc.record({ baseDelayMs: fc.integer({ min: 1, max: 5000 }), maxDelayMs: fc.nat(60_000) });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 2000 }), random, (delays, failures, chance) => {
        const wait = decide({ failures, random: chance, policy: { ...delays, attempts: 5000 } });
        const bound = Math.min(delays.maxDelayMs, delays.baseDelayMs * 2 ** (failures - 1));
        expect(wait).toBe(Math.floor(chance * bound));
      }),
    );
  });

  // src/core/delivery/retry-policy.ts, jitter: 0 ms doubled 1024 times is not a number, which counts as over the budget.
  it('is none where the delay is set to nothing, at any attempt', () => {
    const policy = { baseDelayMs: 0, attempts: 5000 };
    expect([1, 1024, 1025, 4000].map((failures) => decide({ failures, policy }))).toEqual([0, 0, 0, 0]);
  });

  it('is none after a connection that was closed on us, the first time', () => {
    expect(decide({ outcome: RESET, random: 0.9 })).toBe(0);
    expect(decide({ outcome: RESET, random: 0.9, failures: 2 })).toBe(1800);
    expect(decide({ outcome: UNREACHABLE, random: 0.9 })).toBe(900);
  });
});

describe('attempts', () => {
  it.each([
    [5, 5, '5 attempts'],
    [6, 5, '6 attempts'],
    [1, 1, '1 attempt'],
  ])('are over after number %i of %i', (failures, attempts, reason) => {
    expect(decide({ failures, policy: { attempts } })).toBe(reason);
  });
});

describe('a request that came too early', () => {
  const THROTTLED = {
    kind: 'answered',
    status: 403,
    retryAfter: undefined,
    rateRemaining: '0',
    body: '',
  } as const;

  it('is no failed attempt', () => {
    expect(decide({ outcome: answered(429), failures: 7, paceMs: 1500 })).toBe(1500);
    expect(decide({ outcome: answered(429), failures: 0, paceMs: 1500, policy: { attempts: 1 } })).toBe(1500);
  });

  it('waits for its pace, or for as long as it was asked to, and no longer than the budget', () => {
    expect(decide({ outcome: answered(429, '3'), paceMs: 1500 })).toBe(3000);
    expect(decide({ outcome: answered(429, '3'), paceMs: 4500 })).toBe(4500);
    expect(decide({ outcome: answered(429), spentMs: 119_000, paceMs: 1500 })).toBe(
      'the time for retries is used up',
    );
  });

  it.each([
    ['since 1970', String(NOW / 1000 + 42), 42_000],
    ['from now', '42', 42_000],
    ['that are over', String(NOW / 1000 - 5), 0],
    ['none', 'soon', undefined],
  ])('is asked to wait by x-ratelimit-reset in seconds %s (%j)', (_, rateReset, expected) => {
    expect(askedWaitMs({ ...THROTTLED, rateReset }, NOW)).toBe(expected);
    expect(askedWaitMs({ ...THROTTLED, rateReset, rateRemaining: '3' }, NOW)).toBeUndefined();
    expect(askedWaitMs({ ...THROTTLED, rateReset, retryAfter: '7' }, NOW)).toBe(7000);
  });
});

describe('the budget', () => {
  it.each([
    [119_000, 1000],
    [119_001, 'the time for retries is used up'],
    [200_000, 'the time for retries is used up'],
  ])('with %i ms spent and a wait of 1000 ms', (spentMs, expected) => {
    expect(decide({ failures: 2, spentMs })).toBe(expected);
  });

  it('is never overrun by a wait', () => {
    fc.assert(
      fc.property(
        fc.nat(130_000),
        fc.nat(200),
        fc.integer({ min: 1, max: 4 }),
        (spentMs, seconds, failures) => {
          const wait = decide({ spentMs, failures, outcome: answered(503, String(seconds)) });
          const longest = spentMs + Math.max(seconds * 1000, 4000);
          const kept = typeof wait === 'number' ? spentMs + wait <= 120_000 : longest > 120_000;
          expect(kept).toBe(true);
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Mon, 05 Jan 2026 09:00:30 GMT', 30_000],
    ['Monday, 05-Jan-26 09:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 08:59:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['7 s', undefined],
    ['0x10', undefined],
    ['2026-01-05T09:00:30Z', undefined],
    ['May I', undefined],
  ])('%j asks for %s ms', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });

  describe('in a time zone of its own', () => {
    const { TZ } = process.env;
    beforeAll(() => void (process.env['TZ'] = 'Asia/Tokyo'));
    afterAll(() => {
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
    });

    // src/core/delivery/retry-policy.ts, retryAfterMs: Date.parse takes the third form of an HTTP date for local time.
    it('a date without a zone is in UTC (RFC 9110, 5.6.7: asctime-date)', () => {
      expect(retryAfterMs('Mon Jan  5 09:00:30 2026', NOW)).toBe(30_000);
    });
  });

  it('is honoured where it asks for more than the jitter', () => {
    expect(decide({ outcome: answered(503, '20') })).toBe(20_000);
    expect(decide({ outcome: answered(503, 'Mon, 05 Jan 2026 09:01:00 GMT') })).toBe(60_000);
    expect(decide({ outcome: answered(503, '1'), failures: 4 })).toBe(4000);
    expect(decide({ outcome: answered(503, 'nonsense') })).toBe(500);
  });

  it('that asks for more than the budget ends the retries, and is told', () => {
    expect(decide({ outcome: answered(503, '3600') })).toBe(
      'the time for retries is used up; it asked to wait 3600 s',
    );
    expect(decide({ outcome: answered(503, '9'.repeat(400)) })).toMatch(/^the time for retries is used up/);
  });
});
