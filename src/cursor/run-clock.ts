/** The time of a run; in tests another one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { breathe } from '../breathe.ts';

export interface RunClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Does it again and again, until what it gives is called. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
  /** Ends early where `signal` aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Lets the process hear in the midst of long work. */
  readonly breathe: () => Promise<void>;
}

export const SYSTEM_CLOCK: RunClock = {
  now: Date.now,
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds).unref();
    return () => clearInterval(timer);
  },
  // It keeps the process alive: a run must not end in a pause.
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  breathe,
};
