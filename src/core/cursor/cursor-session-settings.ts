/** What a run decides of the cursors that it moves. */
import type { UnreachableError } from '../../errors.ts';
import type { RunClock } from './run-clock.ts';

export interface CursorSessionSettings {
  /** Names the run for people: its URL in CI. */
  readonly run: string;
  /** After so long without a word from its run a claim lapses. */
  readonly claimMs: number;
  /** It decides when a claim lapses, and for how long it is tried to write; nothing else. */
  readonly clock: RunClock;
  /** Gives up what is still being written. */
  readonly signal?: AbortSignal;
  /** Told where the store is away, and is tried again. */
  readonly notice?: (error: UnreachableError) => void;
}
