/** Whose turn it is at a client: for how long a run's claim counts. */
import type { Cursor } from './cursor.ts';

/** After so long without a word from its run a claim lapses, unless `--claim-for` says otherwise. */
export const DEFAULT_CLAIM_MS = 120_000;
/** Runs may have claims of their own length; what reaches further, a clock that is ahead or a hand has written. */
const LONGEST = 5;

export type ClaimState = 'valid' | 'lapsed' | 'unbelievable';

/** By the clock of this run, whose own claims last `claimMs`. */
export function claimState(
  { until }: Pick<NonNullable<Cursor['claim']>, 'until'>,
  nowMs: number,
  claimMs: number,
): ClaimState {
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return 'lapsed';
  return leftMs > LONGEST * Math.max(claimMs, DEFAULT_CLAIM_MS) ? 'unbelievable' : 'valid';
}
