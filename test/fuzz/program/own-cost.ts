/** What a run inside this process costs it, its receivers included. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Cost } from './program-end.ts';

/** Begins to measure; the function that this gives tells. Linux alone knows the peak of a time; elsewhere it is 0. */
export function measureCost(): () => Cost {
  const before = process.cpuUsage();
  try {
    writeFileSync('/proc/self/clear_refs', '5'); // the peak from now on
  } catch {
    // not Linux, or not allowed: the peak is that of the whole life
  }
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000, peakKilobytes: peak() };
  };
}

/** `VmHWM:    63448 kB` */
function peak(): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
