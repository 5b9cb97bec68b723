/** Times and durations on the command line. */
import { describe, expect, it } from 'vitest';
import { claimTime, time } from '../../../src/cli/option-values.ts';

describe('a time', () => {
  it.each([
    ['2026-01-05', '2026-01-05T00:00:00.000Z'],
    ['2026-01-05T09:00:00Z', '2026-01-05T09:00:00.000Z'],
    ['2026-01-05t09:00:00.5z', '2026-01-05T09:00:00.500Z'],
    ['2026-01-05T09:00:00+02:00', '2026-01-05T07:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(time(text)).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-29',
    '2026-13-01',
    '2026-01-05T09:00',
    '2026-01-05T25:00:00Z',
    '5/1/2026',
    '1767603600',
  ])('%j is none', (text) => {
    expect(() => time(text)).toThrow('expected a time such as');
  });
});

it('a claim is long enough for a run to renew it', () => {
  expect(claimTime('10s')).toBe(10_000);
  expect(() => claimTime('9999ms')).toThrow('expected at least 10s');
});
