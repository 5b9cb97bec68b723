/** In the midst of long work the process hears. */
import { expect, it } from 'vitest';
import { breathe } from '../../../../src/adapters/process/breathe.ts';

function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it('lets timers be heard between the parts of long work, however many work side by side', async () => {
  const heard: string[] = [];
  const timer = setInterval(() => heard.push('timer'), 1);
  const worker = async (name: string): Promise<void> => {
    for (const part of [1, 2]) {
      work(30);
      await breathe();
      heard.push(`${name}${part}`);
    }
  };
  await Promise.all(['a', 'b', 'c'].map(worker));
  clearInterval(timer);
  const order = heard.filter((one, index) => one !== 'timer' || heard[index - 1] !== 'timer').join(' ');
  expect(order).toMatch(/a1 timer b1 timer c1 timer a2 (timer )?b2 (timer )?c2/);
});

it('costs no turn where the process has just heard', async () => {
  work(30);
  await breathe();
  let turned = false;
  setImmediate(() => (turned = true));
  await breathe();
  expect(turned).toBe(false);
});
