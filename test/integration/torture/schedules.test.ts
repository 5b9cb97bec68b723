/** A short part of `npm run torture`, always with the same seeds. */
import { expect, it } from 'vitest';
import { runSchedule } from '../../torture/memory/schedule.ts';
import { inParallel, seedsFrom } from '../../torture/part.ts';
import { runRealSchedule } from '../../torture/real/schedule.ts';

type Told = readonly [seed: number, wrong: readonly string[]];
const failed = (told: readonly Told[]): Told[] => told.filter(([, wrong]) => wrong.length > 0);

it('in memory, random faults lose nothing and change no order', async () => {
  const told: Told[] = [];
  for (const seed of seedsFrom(0, 100)) told.push([seed, (await runSchedule(seed)).wrong]);
  expect(failed(told)).toEqual([]);
});

it('on real git, files and HTTP neither', async () => {
  const told = await inParallel(seedsFrom(0, 2), 2, async (seed): Promise<Told> => [
    seed,
    (await runRealSchedule(seed)).wrong,
  ]);
  expect(failed(told)).toEqual([]);
});
