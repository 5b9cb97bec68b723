/** When to try again: exponential with full jitter, `Retry-After` honoured, within a budget. */
import type { Outcome } from './outcome.ts';

export interface RetryPolicy {
  /** Attempts for one event in one run, the first included. */
  readonly attempts: number;
  /** The bound of the first wait; it doubles from attempt to attempt. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long one lane may be retrying in one run, all events together. */
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

/**
 * What follows attempt number `attempt` (from 1) that ended with `outcome`. `spentMs` is what the lane has used of
 * its budget, `random` lies in [0, 1), `nowMs` counts since 1970.
 */
export function decideRetry(
  policy: RetryPolicy,
  attempt: number,
  outcome: Outcome,
  spentMs: number,
  random: number,
  nowMs: number,
): RetryDecision {
  if (attempt >= policy.attempts)
    return { retry: false, reason: `${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}` };
  const asked = outcome.kind === 'answered' ? retryAfterMs(outcome.retryAfter, nowMs) : undefined;
  const waitMs = Math.max(jitter(policy, attempt, outcome, random), asked ?? 0);
  if (spentMs + waitMs <= policy.budgetMs) return { retry: true, waitMs };
  const wanted = asked === undefined ? '' : `; it asked to wait ${Math.ceil(asked / 1000)} s`;
  return { retry: false, reason: `the time for retries is used up${wanted}` };
}

function jitter(
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  attempt: number,
  outcome: Outcome,
  random: number,
): number {
  if (attempt === 1 && outcome.kind === 'unreachable' && outcome.reset) return 0;
  return Math.floor(random * Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(attempt - 1, 30)));
}

/** Seconds or an HTTP date -> milliseconds from now; undefined where it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  // The oldest of the three forms of HTTP dates names no zone; all are in UTC.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
