/** What came of one attempt, and what it means for the event. */

export type Outcome =
  /** The receiver answered; what it said afterwards changes nothing. `body` is its beginning. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: string;
    }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** `reset`: the connection was closed on us, as a kept-alive one may be at any time. */
  | { readonly kind: 'unreachable'; readonly message: string; readonly reset: boolean }
  /** The network policy forbids it; `rule` says why. */
  | { readonly kind: 'forbidden'; readonly rule: string }
  /** The run was told to stop during the attempt. */
  | { readonly kind: 'aborted' };

export type Verdict = 'accepted' | 'retry' | 'refused' | 'gone' | 'aborted';

const RETRIED_STATUSES: ReadonlySet<number> = new Set([404, 408, 409, 425, 429]);

/** `done` lists statuses that the subscription counts as accepted. */
export function judge(outcome: Outcome, done: readonly number[]): Verdict {
  switch (outcome.kind) {
    case 'timeout':
    case 'unreachable':
      return 'retry';
    case 'forbidden':
      return 'refused';
    case 'aborted':
      return 'aborted';
    case 'answered': {
      const { status } = outcome;
      if ((status >= 200 && status < 300) || done.includes(status)) return 'accepted';
      if (status === 410) return 'gone';
      return RETRIED_STATUSES.has(status) || (status >= 500 && status < 600) ? 'retry' : 'refused';
    }
  }
}

/** For people: what happened, in a few words. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'timeout':
      return `no answer within ${outcome.timeoutMs} ms`;
    case 'unreachable':
      return outcome.message;
    case 'forbidden':
      return outcome.rule;
    case 'aborted':
      return 'the run was stopped';
    case 'answered': {
      const said = firstLine(outcome.body);
      const redirect = outcome.status >= 300 && outcome.status < 400 ? ' (redirects are never followed)' : '';
      return `status ${outcome.status}${redirect}${said === '' ? '' : `: ${said}`}`;
    }
  }
}

const firstLine = (body: string): string => (body.trim().split(/[\r\n]/, 1)[0] ?? '').slice(0, 200);
