/** Settings of a run for the cursors that it moves. */
import type { UnreachableError } from '../../errors.ts';
import type { RunClock } from './run-clock.ts';

export interface CursorSessionSettings {
  /** Identifies the run for people: its URL in CI. */
  readonly run: string;
  /** A claim that is not renewed for this long lapses. */
  readonly claimMs: number;
  /** Decides when a claim lapses and how long writes are retried; nothing else. */
  readonly clock: RunClock;
  /** Aborts writes in progress. */
  readonly signal?: AbortSignal;
  /** Called when the store is unreachable and will be retried. */
  readonly notice?: (error: UnreachableError) => void;
}
