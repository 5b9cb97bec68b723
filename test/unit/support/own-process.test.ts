import { expect, it } from 'vitest';
import { BUNDLE } from '../../support/program.ts';
import { loadProgram } from '../../support/own-process.ts';

it('listens for errors once, however many runs go on at the same time, and no longer than they do', async () => {
  const run = loadProgram(BUNDLE);
  const count = (): number =>
    process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
  const before = count();
  const runs = Array.from({ length: 12 }, () => run(['--version'], {}));
  expect(count()).toBeLessThanOrEqual(before + 2);
  for (const { code } of await Promise.all(runs)) expect(code).toBe(0);
  expect(count()).toBeLessThanOrEqual(before);
});
