/** Durations are written `10ms`, `2s`, `5m`, `24h`. */
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../../../src/core/clients/file/duration.ts';

describe('a duration', () => {
  it.each([
    ['10ms', 10],
    ['2s', 2000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['0s', 0],
    ['1.5s', 1500],
    ['0.25h', 900_000],
  ])('%s is %i ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '5', 's', '5 s', '-5s', '5S', '5d', '1e3s', '.5s', '5s ', '5s2ms', 'Infinitys', '99999h'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});
