/** What a long run tells while it lasts. */
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../../src/run/serving/progress.ts';
import { createTestClock } from '../../../support/test-clock.ts';

function started() {
  const clock = createTestClock();
  const told: string[][] = [];
  return { clock, told, progress: createProgress(clock, (lines) => told.push([...lines])) };
}

describe('the progress of a run', () => {
  it('is told every ten seconds: how far, how fast, and how long it will take', () => {
    const { clock, told, progress } = started();
    progress.began('groups', () => 10_000);
    for (let sent = 0; sent < 2600; sent++) progress.accepted('groups');
    clock.pass(9_999);
    expect(told).toEqual([]);
    clock.pass(1);
    for (let sent = 0; sent < 1610; sent++) progress.accepted('groups');
    clock.pass(10_000);
    expect(told).toEqual([
      ['groups 2,600/10,000  260/s  29 s left'],
      ['groups 4,210/10,000  161/s  36 s left'],
    ]);
  });

  it('says of a client that gets nothing that it waits, and of one that has ended nothing', () => {
    const { clock, told, progress } = started();
    progress.began('slow', () => 3);
    progress.began('fast', () => 5);
    progress.accepted('slow');
    progress.ended('fast');
    clock.pass(10_000);
    clock.pass(10_000);
    expect(told).toEqual([['slow 1/3  0.1/s  20 s left'], ['slow 1/3  0/s  waiting for its receiver']]);
    progress.ended('slow');
    clock.pass(10_000);
    expect(told).toHaveLength(2);
  });

  it('names ten of many clients, and counts no events of the others', () => {
    const { clock, told, progress } = started();
    let counted = 0;
    for (let index = 0; index < 1200; index++) {
      progress.began(`c${index}`, () => {
        counted++;
        return 100;
      });
    }
    clock.pass(10_000);
    expect(told[0]).toHaveLength(11);
    expect(told[0]?.at(-1)).toBe('and 1,190 more clients under way');
    expect(counted).toBe(10);
  });

  it('tells long times in minutes and hours', () => {
    const { clock, told, progress } = started();
    progress.began('a', () => 1000);
    progress.began('b', () => 100_000);
    progress.accepted('a');
    for (let sent = 0; sent < 10; sent++) progress.accepted('b');
    clock.pass(10_000);
    expect(told).toEqual([['a 1/1,000  0.1/s  3 h left', 'b 10/100,000  1.0/s  28 h left']]);
  });

  it('ends with the run', () => {
    const { clock, told, progress } = started();
    progress.began('a', () => 10);
    progress.stop();
    clock.pass(60_000);
    expect(told).toEqual([]);
  });
});
