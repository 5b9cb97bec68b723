/** How long a receiver asks to wait: by `Retry-After` as RFC 9110 has it, and by GitHub's headers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedWaitMs, retryAfterMs } from '../../../../../src/adapters/destinations/webhook/retry-after.ts';

const NOW = Date.UTC(2026, 0, 5, 9);

describe('a request that came too early', () => {
  const THROTTLED = {
    kind: 'answered',
    status: 403,
    retryAfter: undefined,
    rateRemaining: '0',
    body: '',
  } as const;

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
});
