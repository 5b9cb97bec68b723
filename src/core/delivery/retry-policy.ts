/** When to retry: exponential backoff with full jitter, at least `Retry-After`, within a time budget. */
export interface RetryPolicy {
  /** Failed attempts allowed for one event in one run; an attempt that came too early is no failure. */
  readonly attempts: number;
  /** Upper bound of the first wait; it doubles with each attempt. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long one lane may spend on retries in one run since the last accepted event. */
  readonly budgetMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 5,
  baseDelayMs: 1000,
  maxDelayMs: 30_000,
  budgetMs: 120_000,
};

export type RetryDecision =
  | { readonly retry: true; readonly waitMs: number }
  | {
      readonly retry: false;
      readonly reason: string;
      /** How long the receiver is to be left alone before it is sent anything else; undefined: until the next run. */
      readonly restMs: number | undefined;
    };

export interface FailedAttempt {
  /** Number of failed attempts for this event, including this one if it failed. */
  readonly failures: number;
  /** How much of its budget the lane has used. */
  readonly spentMs: number;
  /** If the request came too early: how long the lane's pace makes the next one wait. */
  readonly paceMs: number | undefined;
  /** How long the receiver asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** The connection had been closed before the request, which says nothing about the receiver. */
  readonly atOnce: boolean | undefined;
}

/** Decides whether to retry and after which wait. `random` is in [0, 1). */
export function decideRetry(
  policy: RetryPolicy,
  { failures, spentMs, paceMs, retryAfterMs: asked, atOnce = false }: FailedAttempt,
  random: number,
): RetryDecision {
  const isAllowed = (waitMs: number): boolean => spentMs + waitMs <= policy.budgetMs;
  const restMs = paceMs === undefined && (asked === undefined || isAllowed(asked)) ? (asked ?? 0) : undefined;
  if (paceMs === undefined && failures >= policy.attempts)
    return { retry: false, reason: `${failures} ${failures === 1 ? 'attempt' : 'attempts'}`, restMs };
  const waitMs = Math.max(paceMs ?? jitter(policy, failures, atOnce, random), asked ?? 0);
  if (isAllowed(waitMs)) return { retry: true, waitMs };
  const wanted = asked === undefined ? '' : `; it asked to wait ${Math.ceil(asked / 1000)} s`;
  return { retry: false, reason: `the time for retries is used up${wanted}`, restMs };
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
