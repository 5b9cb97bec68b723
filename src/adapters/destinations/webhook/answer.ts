/** The result of one attempt, and what it means for the event. */
import type { Endpoint } from '../../../core/clients/binding/endpoint.ts';
import { placeOfUrl } from '../../../core/clients/binding/place.ts';
import type { AnswerRule } from '../../../core/clients/file/client.ts';
import { shorten } from '../../../core/text/shorten.ts';
import { givenReason } from './given-reason.ts';

export type Outcome =
  /** The format cannot carry the event, so it was never sent. */
  | { readonly kind: 'unsendable'; readonly reason: string }
  /** The event asks nothing of the receiver. */
  | { readonly kind: 'needless' }
  /** What had to be known first could not be used, or is not there. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** The receiver answered; whatever happens to the rest of the answer does not matter. `body` is its beginning. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** `x-ratelimit-remaining` and `x-ratelimit-reset`. */
      readonly rateRemaining?: string | undefined;
      readonly rateReset?: string | undefined;
      /** The target of a redirect, as the receiver gave it. */
      readonly location?: string | undefined;
      /** The receiver's clock, as `date` says it. */
      readonly date?: string | undefined;
      readonly body: string;
    }
  /** `detail`: what the attempt was waiting for. */
  | { readonly kind: 'timeout'; readonly timeoutMs: number; readonly detail?: string | undefined }
  /** `reset`: the receiver closed the connection, which can happen to a kept-alive one at any time. */
  | { readonly kind: 'unreachable'; readonly message: string; readonly reset: boolean }
  /** The network policy forbids the request; `rule` says why. */
  | { readonly kind: 'forbidden'; readonly rule: string }
  /** The run was told to stop during the attempt. */
  | { readonly kind: 'aborted' };

/** What an outcome means for its event. `throttled`: the request came too early, which is no failure. */
export type Judgement = 'accepted' | 'retry' | 'throttled' | 'refused' | 'gone' | 'stopped';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([404, 408, 409, 425]);

/** Which answers a subscription counts as accepted. */
export type Acceptance = Pick<Endpoint, 'success' | 'done'>;

/** Whether one of the rules is met. */
const matches = (rules: readonly AnswerRule[], { status, body }: Answered): boolean =>
  rules.some((rule) =>
    typeof rule === 'number' ? rule === status : rule.status === status && body.includes(rule.body),
  );

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

export function judge(outcome: Outcome, { success, done }: Acceptance): Judgement {
  switch (outcome.kind) {
    case 'timeout':
    case 'unreachable':
    case 'unusable':
      return 'retry';
    case 'needless':
      return 'accepted';
    case 'forbidden':
    case 'unsendable':
      return 'refused';
    case 'aborted':
      return 'stopped';
    case 'answered': {
      const { status } = outcome;
      if ((success && matches(success, outcome)) ?? isSuccess(status)) return 'accepted';
      if (matches(done, outcome)) return 'accepted';
      if (status === 410) return 'gone';
      if (isThrottled(outcome)) return 'throttled';
      return RETRIED_STATUSES.has(status) || (status >= 500 && status < 600) ? 'retry' : 'refused';
    }
  }
}

/**
 * 429, or 403 as GitHub answers beyond its rate limits:
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
type Answered = Outcome & { readonly kind: 'answered' };

const isThrottled = ({ status, retryAfter, rateRemaining }: Answered): boolean =>
  status === 429 || (status === 403 && (retryAfter !== undefined || rateRemaining?.trim() === '0'));

/** For people: in a few words, why the event was not accepted. `redact` removes secrets. */
export function describeOutcome(outcome: Outcome, redact: (text: string) => string): string {
  switch (outcome.kind) {
    case 'timeout':
      return `no answer within ${outcome.timeoutMs} ms${outcome.detail === undefined ? '' : `: ${redact(outcome.detail)}`}`;
    case 'unreachable':
      return redact(outcome.message);
    case 'forbidden':
      return redact(outcome.rule);
    case 'unsendable':
    case 'unusable':
      return redact(outcome.reason);
    case 'needless':
      return 'there was nothing to do';
    case 'aborted':
      return 'the run was stopped';
    case 'answered':
      return describeAnswer(outcome, redact);
  }
}

const MAX_REASON = 200;

/** The body is quoted only if the status is a refusal: with other statuses it says nothing about the reason. */
function describeAnswer({ status, location, body }: Answered, redact: (text: string) => string): string {
  // Redacted before it is cut, because half a secret is not recognised, and before lines are joined, because a secret may
  // be wrapped.
  const told = (text: string): string => shorten(redact(text).trim().replace(/\s+/g, ' '), MAX_REASON);
  if (isSuccess(status)) return `status ${status} (not listed under success)`;
  if (status >= 300 && status < 400) {
    const where = location === undefined ? '' : ` to ${placeOfUrl(redact(location))}`;
    return `status ${status}${where} (redirects are never followed)`;
  }
  const reason = told(givenReason(body));
  return `status ${status}${reason === '' ? '' : `: ${reason}`}`;
}

/** How much of an answer a journal keeps. */
const WORDS = 100;

/** The beginning of what the receiver said, on one line; why there is none, if it has not answered. `redact` removes secrets. */
export function firstWords(outcome: Outcome, redact: (text: string) => string): string {
  if (outcome.kind !== 'answered') return describeOutcome(outcome, redact);
  // Masked before it is cut: half a secret would not be found.
  return shorten(redact(givenReason(outcome.body)).replace(/\s+/g, ' ').trim(), WORDS);
}
