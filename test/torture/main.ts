/** `npm run torture [-- --only NAME] [--quick] [--seed N] [--alone]`: all parts, a line for each. */
import { parseArgs } from 'node:util';
import { crowd } from './crowd.ts';
import { damage } from './damage.ts';
import { hangingClient } from './hanging-client.ts';
import { killSweep } from './kill-sweep.ts';
import { mistakes } from './mistakes.ts';
import type { Part } from './part.ts';
import { memorySchedules, realSchedules } from './schedules.ts';

const PARTS: Readonly<Record<string, Part>> = {
  schedules: memorySchedules,
  mistakes,
  real: realSchedules,
  kills: killSweep,
  crowd,
  damage,
  hanging: hangingClient,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '0' },
    quick: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
  },
});
if (values.only !== undefined && !(values.only in PARTS)) {
  throw new Error(`--only ${values.only}: the parts are ${Object.keys(PARTS).join(', ')}`);
}
for (const [name, part] of Object.entries(PARTS)) {
  if (values.only !== undefined && values.only !== name) continue;
  const start = Date.now();
  const { summary, failures } = await part({
    seed: Number(values.seed),
    quick: values.quick,
    alone: values.alone,
  });
  const mark = failures.length === 0 ? '✓' : '✗';
  console.log(`${mark} ${name}: ${summary} (${((Date.now() - start) / 1000).toFixed(0)} s)`);
  for (const failure of failures.slice(0, 20)) console.log(`  ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}
