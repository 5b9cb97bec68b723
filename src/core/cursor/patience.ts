/** A store that is away for a moment, such as a git server that restarts: asked again and again, for a minute in all. */
import { UnreachableError } from '../../errors.ts';
import type { RunClock } from './run-clock.ts';

export interface Patience {
  readonly clock: RunClock;
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Told once, where it has to be tried again. */
  readonly notice?: ((error: UnreachableError) => void) | undefined;
}

export const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/**
 * `act` is given what ends it when time is up, and what it calls where it has got a part done: then the minute begins
 * anew. @throws what it threw at last, or other than an UnreachableError
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
