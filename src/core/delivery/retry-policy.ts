/** When to try again: exponential with full jitter, `Retry-After` honoured, within a budget. */
import type { Outcome } from '../../adapters/destinations/webhook/answer.ts';

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
  readonly outcome: Outcome;
  /** Attempts for this event that failed, this one included where it did. */
  readonly failures: number;
  /** What the lane has used of its budget. */
  readonly spentMs: number;
  /** Where the request came too early: how long the lane's pace has the next one wait. */
  readonly paceMs: number | undefined;
}

/** What follows an attempt that is to be made again. `random` lies in [0, 1), `nowMs` counts since 1970. */
export function decideRetry(
  policy: RetryPolicy,
  { outcome, failures, spentMs, paceMs }: FailedAttempt,
  random: number,
  nowMs: number,
): RetryDecision {
  if (paceMs === undefined && failures >= policy.attempts)
    return { retry: false, reason: `${failures} ${failures === 1 ? 'attempt' : 'attempts'}` };
  const asked = askedWaitMs(outcome, nowMs);
  const waitMs = Math.max(paceMs ?? jitter(policy, failures, outcome, random), asked ?? 0);
  if (spentMs + waitMs <= policy.budgetMs) return { retry: true, waitMs };
  const wanted = asked === undefined ? '' : `; it asked to wait ${Math.ceil(asked / 1000)} s`;
  return { retry: false, reason: `the time for retries is used up${wanted}` };
}

function jitter(
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  failures: number,
  outcome: Outcome,
  random: number,
): number {
  if (failures === 1 && outcome.kind === 'unreachable' && outcome.reset) return 0;
  return Math.floor(random * Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failures - 1, 30)));
}

/** How long the receiver asks to wait; undefined where it does not. `nowMs` counts since 1970. */
export function askedWaitMs(outcome: Outcome, nowMs: number): number | undefined {
  if (outcome.kind !== 'answered') return undefined;
  const { retryAfter, rateRemaining, rateReset } = outcome;
  return (
    retryAfterMs(retryAfter, nowMs) ?? (rateRemaining?.trim() === '0' ? resetMs(rateReset, nowMs) : undefined)
  );
}

/** Some say when a limit is lifted in seconds since 1970, others in seconds from now. */
function resetMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (!/^[0-9]{1,12}$/.test(text)) return undefined;
  const milliseconds = Number(text) * 1000;
  return milliseconds > nowMs / 2 ? Math.max(0, milliseconds - nowMs) : milliseconds;
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
