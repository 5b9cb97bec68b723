/** When to try again: full jitter, `Retry-After`, a number of attempts and a budget. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideRetry,
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
} from '../../../../src/core/delivery/retry-policy.ts';

/** The wait in milliseconds, or why there is none. */
function decide({
  failures = 1,
  spentMs = 0,
  paceMs = undefined as number | undefined,
  retryAfterMs = undefined as number | undefined,
  atOnce = undefined as boolean | undefined,
  random = 0.5,
  policy = {} as Partial<RetryPolicy>,
}): number | string {
  const attempt = { failures, spentMs, paceMs, retryAfterMs, atOnce };
  const decision = decideRetry({ ...DEFAULT_RETRY_POLICY, ...policy }, attempt, random);
  return decision.retry ? decision.waitMs : decision.reason;
}

describe('the policy by default', () => {
  it('tries five times, doubles the waits, and gives up after two minutes', () => {
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
    expect(decide({ atOnce: true, random: 0.9 })).toBe(0);
    expect(decide({ atOnce: true, random: 0.9, failures: 2 })).toBe(1800);
    expect(decide({ atOnce: false, random: 0.9 })).toBe(900);
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
  it('is no failed attempt', () => {
    expect(decide({ failures: 7, paceMs: 1500 })).toBe(1500);
    expect(decide({ failures: 0, paceMs: 1500, policy: { attempts: 1 } })).toBe(1500);
  });

  it('waits for its pace, or for as long as it was asked to, and no longer than the budget', () => {
    expect(decide({ retryAfterMs: 3000, paceMs: 1500 })).toBe(3000);
    expect(decide({ retryAfterMs: 3000, paceMs: 4500 })).toBe(4500);
    expect(decide({ spentMs: 119_000, paceMs: 1500 })).toBe('the time for retries is used up');
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
          const wait = decide({ spentMs, failures, retryAfterMs: seconds * 1000 });
          const longest = spentMs + Math.max(seconds * 1000, 4000);
          const kept = typeof wait === 'number' ? spentMs + wait <= 120_000 : longest > 120_000;
          expect(kept).toBe(true);
        },
      ),
    );
  });
});

describe('what the receiver asks for', () => {
  it('is honoured where it asks for more than the jitter', () => {
    expect(decide({ retryAfterMs: 20_000 })).toBe(20_000);
    expect(decide({ retryAfterMs: 1000, failures: 4 })).toBe(4000);
    expect(decide({})).toBe(500);
  });

  it('that asks for more than the budget ends the retries, and is told', () => {
    expect(decide({ retryAfterMs: 3_600_000 })).toBe(
      'the time for retries is used up; it asked to wait 3600 s',
    );
    expect(decide({ retryAfterMs: Infinity })).toMatch(/^the time for retries is used up/);
  });
});
