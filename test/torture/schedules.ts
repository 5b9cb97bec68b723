/** Random schedules, in memory and on real git and files. */
import { runSchedule } from './memory/schedule.ts';
import { inParallel, seedsFrom, sum, type Part, type PartResult } from './part.ts';
import { runRealSchedule } from './real/schedule.ts';

interface Told {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly due: number;
  readonly repeated: number;
  readonly runs: number;
  readonly killed: number;
  readonly faults: number;
}

export const memorySchedules: Part = async ({ seed, alone, quick }) => {
  const seeds = seedsFrom(seed, alone ? 1 : quick ? 300 : 10_000);
  const told = await inParallel(seeds, 1, async (one): Promise<Told> => {
    const result = await attempt(one, () => runSchedule(one));
    if (alone && 'story' in result) process.stdout.write(result.story());
    return { ...result, seed: one, faults: result.faults };
  });
  return resultOf('schedules', told);
};

export const realSchedules: Part = async ({ seed, alone, quick }) => {
  const seeds = seedsFrom(seed, alone ? 1 : quick ? 6 : 200);
  const told = await inParallel(seeds, 2, async (one): Promise<Told> => {
    const result = await attempt(one, async () => {
      const { faults, ...rest } = await runRealSchedule(one);
      return { ...rest, faults: faults.length };
    });
    return { ...result, seed: one };
  });
  return resultOf('real', told);
};

const NOTHING = { due: 0, arrivals: 0, repeated: 0, runs: 0, killed: 0, faults: 0 };

/** What throws is a failure like any other, and must not hide the seed. */
async function attempt<Result>(
  seed: number,
  act: () => Promise<Result>,
): Promise<Result | (typeof NOTHING & { readonly wrong: readonly string[] })> {
  try {
    return await act();
  } catch (error) {
    return { ...NOTHING, wrong: [`seed ${seed}: ${(error as Error).stack}`] };
  }
}

function resultOf(name: string, told: readonly Told[]): PartResult {
  const failed = told.filter(({ wrong }) => wrong.length > 0);
  const lost = failed.filter(({ wrong }) => wrong.some((text) => text.endsWith('is lost'))).length;
  const [first, last] = [told[0]?.seed, told.at(-1)?.seed];
  const total = (key: 'due' | 'repeated' | 'runs' | 'killed' | 'faults'): number =>
    sum(told.map((one) => one[key]));
  return {
    summary:
      `${told.length} schedules (seeds ${first} to ${last}), ${total('runs')} runs, ${total('killed')} killed, ` +
      `${total('faults')} faults: ${total('due')} events due, ${total('repeated')} repeated after a fault; ` +
      `${failed.length} schedules failed, ${lost} with a loss`,
    failures: failed.map(
      ({ seed, wrong }) =>
        `npm run torture -- --only ${name} --seed ${seed} --alone\n    ${wrong.join('\n    ')}`,
    ),
  };
}
