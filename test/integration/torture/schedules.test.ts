/** A short part of the fault schedules of `npm run torture`. */
import { expect, it } from 'vitest';
import { runSchedule } from '../../torture/memory/schedule.ts';

it.each(Array.from({ length: 300 }, (_, seed) => seed))(
  'loses nothing and keeps the order through the faults of seed %i',
  async (seed) => {
    expect((await runSchedule(seed)).wrong).toEqual([]);
  },
);
