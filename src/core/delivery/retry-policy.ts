/** When to try again: exponential with full jitter, `Retry-After` honoured, within a budget. */
export interface RetryPolicy {
  /** Failed attempts for one event in one run; that it came too early is no failure. */
  readonly attempts: number;
  /** The bound of the first wait; it doubles from attempt to attempt. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long one lane may be retrying in one run since the last event that was accepted. */
  readonly budgetMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 5,
  baseDelayMs: 1000,
  maxDelayMs: 30_000,
  budgetMs: 120_000,
};

export type RetryDecision =
  { readonly retry: true; readonly waitMs: number } | { readonly retry: false; readonly reason: string };

export interface FailedAttempt {
  /** Attempts for this event that failed, this one included where it did. */
  readonly failures: number;
  /** What the lane has used of its budget. */
  readonly spentMs: number;
  /** Where the request came too early: how long the lane's pace has the next one wait. */
  readonly paceMs: number | undefined;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** The connection had been closed before, which says nothing of the receiver. */
  readonly atOnce: boolean | undefined;
}

/** What follows an attempt that is to be made again. `random` lies in [0, 1). */
export function decideRetry(
  policy: RetryPolicy,
  { failures, spentMs, paceMs, retryAfterMs: asked, atOnce = false }: FailedAttempt,
  random: number,
): RetryDecision {
  if (paceMs === undefined && failures >= policy.attempts)
    return { retry: false, reason: `${failures} ${failures === 1 ? 'attempt' : 'attempts'}` };
  const waitMs = Math.max(paceMs ?? jitter(policy, failures, atOnce, random), asked ?? 0);
  if (spentMs + waitMs <= policy.budgetMs) return { retry: true, waitMs };
  const wanted = asked === undefined ? '' : `; it asked to wait ${Math.ceil(asked / 1000)} s`;
  return { retry: false, reason: `the time for retries is used up${wanted}` };
}

function jitter(
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  failures: number,
  atOnce: boolean,
  random: number,
): number {
  if (failures === 1 && atOnce) return 0;
  return Math.floor(random * Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failures - 1, 30)));
}
