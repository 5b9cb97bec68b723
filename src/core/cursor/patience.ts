/** Retries a store that is unreachable for a moment, such as a git server that restarts: for a minute in all. */
import { UnreachableError } from '../../errors.ts';
import type { RunClock } from './run-clock.ts';

export interface Patience {
  readonly clock: RunClock;
  /** Ends the retries at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, at the first failure that is retried. */
  readonly notice?: ((error: UnreachableError) => void) | undefined;
}

export const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/**
 * Runs `act` until it succeeds. `act` gets a signal that aborts when the time is up, and a function to call after
 * partial progress: then the minute starts anew.
 * @throws the last error of `act`; at once if it is not an UnreachableError
 */
export async function patiently<Result>(
  act: (signal: AbortSignal, gotOn: () => void) => Promise<Result>,
  { clock, signal: outer, notice }: Patience,
): Promise<Result> {
  const timeUp = new AbortController();
  const signal = outer === undefined ? timeUp.signal : AbortSignal.any([outer, timeUp.signal]);
  const startClock = (): (() => void) => clock.every(PATIENCE_MS, () => timeUp.abort());
  let stopClock = startClock();
  const gotOn = (): void => {
    stopClock();
    stopClock = startClock();
  };
  let last: UnreachableError | undefined;
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await act(signal, gotOn);
      } catch (error) {
        if (signal.aborted) throw last ?? error;
        if (!(error instanceof UnreachableError)) throw error;
        if (last === undefined) notice?.(error);
        last = error;
      }
      await clock.pause(pauseMs, signal);
      if (signal.aborted) throw last;
    }
  } finally {
    stopClock();
  }
}
