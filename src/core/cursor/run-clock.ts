/** The clock of a run; tests use their own. */

export interface RunClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `act` repeatedly, until the returned function is called. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
  /** Ends early if `signal` aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Yields to the event loop during long work, so that signals are handled. */
  readonly breathe: () => Promise<void>;
}
