/** A clock that does not wait: what is due next happens at once, in a certain order. */
import { setImmediate as drained } from 'node:timers/promises';

export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Goes on until this is settled. @throws where nothing is due any more, and it never will be */
  until<Result>(done: Promise<Result>): Promise<Result>;
}

interface Alarm {
  readonly atMs: number;
  readonly number: number;
  readonly ring: () => void;
}

export function createVirtualTime(startMs = Date.UTC(2026, 0, 5, 9)): VirtualTime {
  let nowMs = startMs;
  let numbered = 0;
  const alarms: Alarm[] = [];
  return {
    now: () => nowMs,
    sleep: (milliseconds) =>
      new Promise((ring) => {
        const alarm = { atMs: nowMs + Math.max(0, milliseconds), number: numbered++, ring };
        const index = alarms.findLastIndex(({ atMs }) => atMs <= alarm.atMs);
        alarms.splice(index + 1, 0, alarm); // those of one time ring in the order in which they were set
      }),
    async until(done) {
      let settled = false;
      const settle = (): void => void (settled = true);
      done.then(settle, settle);
      for (;;) {
        await drained(); // all that follows from the last alarm has happened
        if (settled) return done;
        const next = alarms.shift();
        if (next === undefined) throw new Error('nothing will ever happen again');
        nowMs = next.atMs;
        next.ring();
      }
    },
  };
}

/** The wait, or less where the signal comes. */
export const unlessStopped = (wait: Promise<void>, signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : Promise.race([wait, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))]);
