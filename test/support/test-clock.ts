/** A clock that stands still until somebody waits; then it jumps ahead at once. */
import type { RunClock } from '../../src/core/cursor/run-clock.ts';

export interface TestClock extends RunClock {
  ms: number;
  /** The pauses that were made, in milliseconds. */
  readonly pauses: readonly number[];
  /** As time that an act takes: what is due by then happens. */
  pass(milliseconds: number): void;
}

export function createTestClock(startMs = Date.UTC(2026, 0, 5, 9)): TestClock {
  const pauses: number[] = [];
  const alarms = new Set<{ nextMs: number; readonly milliseconds: number; readonly act: () => void }>();
  const clock: TestClock = {
    ms: startMs,
    pauses,
    now: () => clock.ms,
    every(milliseconds, act) {
      const alarm = { nextMs: clock.ms + milliseconds, milliseconds, act };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    async pause(milliseconds) {
      pauses.push(milliseconds);
      clock.pass(milliseconds);
    },
    breathe: () => Promise.resolve(),
    pass(milliseconds) {
      clock.ms += milliseconds;
      for (const alarm of alarms) {
        if (alarm.nextMs > clock.ms) continue;
        alarm.nextMs = clock.ms + alarm.milliseconds;
        alarm.act();
      }
    },
  };
  return clock;
}
