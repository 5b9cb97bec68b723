/** A store that is away for a moment: growing pauses, a minute in all. */
import { describe, expect, it } from 'vitest';
import { patiently } from '../../../../src/core/cursor/patience.ts';
import { CursorError, UnreachableError } from '../../../../src/errors.ts';
import { createTestClock } from '../../../support/test-clock.ts';

/** A store that is back after so long; each call takes its time. */
function away(milliseconds: number, callMs = 0) {
  const clock = createTestClock();
  const backAt = clock.now() + milliseconds;
  const act = async (): Promise<string> => {
    clock.pass(callMs);
    if (clock.now() < backAt) throw new UnreachableError('the store is away');
    return 'done';
  };
  return { clock, act };
}

describe('a store that is away', () => {
  it.each([0, 400, 4000, 10_000, 30_000, 55_000])('for %i ms is asked until it is back', async (downMs) => {
    const { clock, act } = away(downMs);
    await expect(patiently(act, { clock })).resolves.toBe('done');
    expect(clock.pauses).toEqual(
      [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000].slice(0, clock.pauses.length),
    );
  });

  it.each([0, 30_000])(
    'for ever is given up after a minute, also where each call takes %i ms',
    async (callMs) => {
      const { clock, act } = away(Infinity, callMs);
      const start = clock.now();
      await expect(patiently(act, { clock })).rejects.toThrow('the store is away');
      expect(clock.now() - start).toBeGreaterThan(55_000);
      expect(clock.now() - start).toBeLessThanOrEqual(60_000 + Math.max(8000, callMs));
    },
  );

  it('is told once', async () => {
    const { clock, act } = away(10_000);
    const told: string[] = [];
    await patiently(act, { clock, notice: ({ message }) => told.push(message) });
    expect(told).toEqual(['the store is away']);
  });

  it('is given a minute anew where a part of the work got done', async () => {
    const { clock, act } = away(110_000);
    const inParts = (_: AbortSignal, gotOn: () => void): Promise<string> => {
      if (clock.pauses.length === 10) gotOn();
      return act();
    };
    await expect(patiently(inParts, { clock })).resolves.toBe('done');
  });
});

it('ends a call that hangs when the minute is over, and says what was wrong before', async () => {
  const clock = createTestClock();
  let calls = 0;
  const hangs = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      if (++calls === 1) reject(new UnreachableError('no answer'));
      signal.addEventListener('abort', () => reject(new CursorError('stopped')));
      if (calls > 1) clock.pass(60_000);
    });
  await expect(patiently(hangs, { clock })).rejects.toThrow('no answer');
  expect(calls).toBe(2);
});

it('asks no second time where waiting does not help, or the run is over', async () => {
  const clock = createTestClock();
  const refused = () => Promise.reject(new CursorError('the key is read-only'));
  await expect(patiently(refused, { clock })).rejects.toThrow('read-only');
  const { act } = away(Infinity);
  await expect(patiently(act, { clock, signal: AbortSignal.abort() })).rejects.toThrow('away');
  expect(clock.pauses).toEqual([]);
});
