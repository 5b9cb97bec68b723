/** The time of a run; in tests another one. */

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
