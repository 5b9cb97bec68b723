/** The clock of a real run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunClock } from '../../core/cursor/run-clock.ts';
import { breathe } from './breathe.ts';

export const SYSTEM_CLOCK: RunClock = {
  now: Date.now,
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds).unref();
    return () => clearInterval(timer);
  },
  // Keeps the process alive: a run must not end during a pause.
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  breathe,
};
