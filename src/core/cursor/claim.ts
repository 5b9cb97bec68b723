/** Whether a run's claim on a client is still valid. */
import type { Cursor } from './cursor.ts';

/** A claim that its run has not renewed for this long lapses, unless `--claim-for` says otherwise. */
export const DEFAULT_CLAIM_MS = 120_000;
/**
 * Other runs may use longer claims. One that reaches further than this factor was written by a wrong clock or by hand.
 */
const LONGEST = 5;

export type ClaimState = 'valid' | 'lapsed' | 'unbelievable';

/** The state by this run's clock; this run's own claims last `claimMs`. */
export function claimState(
  { until }: Pick<NonNullable<Cursor['claim']>, 'until'>,
  nowMs: number,
  claimMs: number,
): ClaimState {
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return 'lapsed';
  return leftMs > LONGEST * Math.max(claimMs, DEFAULT_CLAIM_MS) ? 'unbelievable' : 'valid';
}
