/** What a receiver that says 429 is sent: few requests in vain, and nearly as many as it takes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../../../src/core/delivery/pace.ts';
import { DEFAULT_RETRY_POLICY } from '../../../../src/core/delivery/retry-policy.ts';

const { baseDelayMs, budgetMs } = DEFAULT_RETRY_POLICY;

/** Whether a request at this time is accepted; else how long the receiver asks to wait. */
type Receiver = (nowMs: number) => true | { readonly askedMs: number | undefined };

const inWholeSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000) * 1000;

/** `perSecond` tokens, of which it keeps at most `burst`. */
function tokenBucket(perSecond: number, burst: number, asks: boolean): Receiver {
  let tokens = burst;
  let lastMs = 0;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + ((nowMs - lastMs) / 1000) * perSecond);
    lastMs = nowMs;
    if (tokens < 1) return { askedMs: asks ? inWholeSeconds(((1 - tokens) / perSecond) * 1000) : undefined };
    tokens--;
    return true;
  };
}

/** So many requests in each minute of the clock. */
function perMinute(count: number, asks: boolean): Receiver {
  let minute = -1;
  let seen = 0;
  return (nowMs) => {
    const now = Math.floor(nowMs / 60_000);
    if (now > minute) seen = 0;
    minute = now;
    if (seen++ < count) return true;
    return { askedMs: asks ? inWholeSeconds((now + 1) * 60_000 - nowMs) : undefined };
  };
}

/** A token bucket that takes nothing for a while once it was empty. */
function penalty(perSecond: number, burst: number, forMs: number): Receiver {
  const bucket = tokenBucket(perSecond, burst, false);
  let untilMs = 0;
  return (nowMs) => {
    if (nowMs >= untilMs) {
      if (bucket(nowMs) === true) return true;
      untilMs = nowMs + forMs;
    }
    return { askedMs: undefined };
  };
}

/** Sends so many events one after the other, each until it is accepted. */
function sendAll(receiver: Receiver, events: number, latencyMs = 5) {
  const pace = createPace(baseDelayMs);
  let nowMs = 0;
  let refused = 0;
  let longestRetryMs = 0;
  for (let event = 0; event < events; event++) {
    for (let retryingSince: number | undefined; ;) {
      nowMs += pace.waitMs(nowMs);
      const startedMs = nowMs;
      nowMs += latencyMs;
      const answer = receiver(nowMs);
      if (retryingSince !== undefined) longestRetryMs = Math.max(longestRetryMs, nowMs - retryingSince);
      if (answer === true) {
        pace.accepted(startedMs);
        break;
      }
      pace.refused(nowMs, answer.askedMs);
      refused++;
      retryingSince ??= nowMs;
    }
  }
  return { share: refused / (events + refused), seconds: nowMs / 1000, longestRetryMs };
}

describe('the pace', () => {
  it('is none as long as nothing is refused', () => {
    const pace = createPace(baseDelayMs);
    for (let nowMs = 0; nowMs < 100; nowMs++) pace.accepted(nowMs);
    expect(pace.waitMs(100)).toBe(0);
  });

  it('keeps to what a token bucket takes: at most one in twenty refused, at more than half of its rate at least', () => {
    const rates = fc.record({
      perSecond: fc.double({ min: 0.05, max: 5, noNaN: true }),
      burst: fc.integer({ min: 1, max: 200 }),
      asks: fc.boolean(),
    });
    fc.assert(
      fc.property(rates, ({ perSecond, burst, asks }) => {
        const events = burst + 1000;
        const { share, seconds, longestRetryMs } = sendAll(tokenBucket(perSecond, burst, asks), events);
        expect(share).toBeLessThanOrEqual(1 / 20);
        expect(longestRetryMs).toBeLessThan(budgetMs);
        expect(1000 / perSecond / seconds).toBeGreaterThan(0.55);
      }),
    );
  });

  it('keeps to so many a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.boolean(), (count, asks) => {
        const { share, seconds, longestRetryMs } = sendAll(perMinute(count, asks), count + 1000);
        expect(share).toBeLessThanOrEqual(1 / 20);
        expect(longestRetryMs).toBeLessThan(budgetMs);
        expect(((1000 / count) * 60) / seconds).toBeGreaterThan(0.55);
      }),
    );
  });

  it.each([
    [0.1, 11, 58_000],
    [1, 5, 5000],
    [5, 100, 60_000],
  ])(
    'tries nothing at the cost of many refusals: %d a second, %i at once, else none for %i ms',
    (...limits) => {
      const { share, longestRetryMs } = sendAll(penalty(...limits), 1000);
      expect(share).toBeLessThanOrEqual(1 / 20);
      expect(longestRetryMs).toBeLessThan(budgetMs);
    },
  );

  it('finds out that a receiver takes more than before, or less', () => {
    const slow = () => tokenBucket(1, 5, true);
    const fast = () => tokenBucket(20, 20, true);
    const changed = (first: Receiver, second: Receiver): Receiver => {
      let seen = 0;
      return (nowMs) => (seen++ < 300 ? first : second)(nowMs);
    };
    expect(sendAll(changed(slow(), fast()), 1300).seconds).toBeLessThan(600);
    const slowed = sendAll(changed(fast(), slow()), 1300);
    expect(slowed.share).toBeLessThanOrEqual(1 / 20);
    expect(slowed.longestRetryMs).toBeLessThan(budgetMs);
  });

  it('waits for as long as it is asked to, and longer where that was not enough', () => {
    const pace = createPace(baseDelayMs);
    pace.refused(0, 3000);
    expect(pace.waitMs(0)).toBe(3000);
    pace.refused(3000, 3000);
    expect(pace.waitMs(3000)).toBe(6000);
    pace.refused(9000, 100_000);
    expect(pace.waitMs(9000)).toBe(100_000);
  });
});
