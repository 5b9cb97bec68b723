/**
 * One client's events, strictly one after the other over all of its endpoints: the next is sent only after the
 * last was accepted. What cannot be delivered blocks the lane, and only this lane.
 */
import type { BoundClient } from '../clients/bind-client.ts';
import { implicationKey, selectForLane, type Disposition, type Selects } from '../clients/lane-selection.ts';
import type { ClientsFileError } from '../errors.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import type { FileProblem } from '../yaml/checked-file.ts';
import { describeOutcome, judge, type Outcome } from './outcome.ts';
import type { GuardStop } from './removal-guard.ts';
import { decideRetry, type RetryPolicy } from './retry-policy.ts';
import { webhookRequest, type WebhookRequest } from './webhook-request.ts';

/** What the clients file says of a client now. */
export type ClientState =
  | { readonly kind: 'ready'; readonly bound: BoundClient }
  | { readonly kind: 'misconfigured'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'removed' }
  | { readonly kind: 'unusable'; readonly error: ClientsFileError };

export type LaneStatus =
  | 'done'
  /** An event cannot be delivered. */
  | 'blocked'
  /** The receiver answered 410: it wants no more. */
  | 'gone'
  /** The removal guard stopped it. */
  | 'guarded'
  | 'paused'
  | 'misconfigured'
  /** The client left the clients file during the run. */
  | 'removed'
  /** The run ended before the lane did. */
  | 'stopped';

export interface LaneProblem {
  readonly message: string;
  readonly event:
    | { readonly id: string; readonly type: string; readonly team: string; readonly commit: string }
    | undefined;
}

/** delivered + pending + skipped + filtered = all events of the range. */
export interface LaneResult {
  readonly client: string;
  readonly contact: string | undefined;
  readonly status: LaneStatus;
  readonly delivered: number;
  readonly pending: number;
  readonly skipped: number;
  readonly filtered: number;
  readonly attempts: number;
  readonly problem: LaneProblem | undefined;
}

/** What all lanes of a run share. */
export interface DeliveryEnvironment {
  readonly log: readonly (readonly LoggedEvent[])[];
  /** Whether the run was asked to send this event at all. */
  readonly selects: Selects;
  /** Asked before each attempt. */
  readonly clientState: (name: string) => ClientState;
  readonly send: (request: WebhookRequest) => Promise<Outcome>;
  /** Runs one attempt as soon as it may be under way. */
  readonly inSlot: <Result>(attempt: () => Promise<Result>) => Promise<Result>;
  /** Comes back early when the run is stopped. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly stopped: () => boolean;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Something that people may want to see while the run goes on. */
  readonly notice: (client: string, text: string) => void;
}

/** Delivers the lane of one client, as far as it goes. Never rejects for what a receiver or a person did. */
export async function runLane(
  name: string,
  contact: string | undefined,
  environment: DeliveryEnvironment,
  guard: GuardStop | undefined,
): Promise<LaneResult> {
  const { log, now, notice } = environment;
  const count = { send: 0, skip: 0, filtered: 0 };
  let attempts = 0;
  let retryingMs = 0;
  let previousId: string | undefined;
  let last: BoundClient | undefined;
  let told: ReadonlySet<string> = new Set();

  const end = (status: LaneStatus, step: number, index: number, problem?: LaneProblem): LaneResult => {
    const left = { send: 0, skip: 0, filtered: 0 };
    log.slice(step).forEach((events, offset) => {
      const [from, sent] = offset === 0 ? [index, told] : [0, undefined];
      const dispositions: readonly Disposition[] = last
        ? selectForLane(last.client, events, environment.selects, from, sent)
        : events.map(() => 'send');
      for (const disposition of dispositions.slice(from)) left[disposition]++;
    });
    return {
      client: name,
      contact,
      status,
      delivered: count.send,
      pending: left.send,
      skipped: count.skip + left.skip,
      filtered: count.filtered + left.filtered,
      attempts,
      problem,
    };
  };

  /** One attempt, as soon as it has a slot; undefined where what it was decided on does not hold any more. */
  const attemptNow = (event: LoggedEvent, decidedOn: BoundClient) =>
    environment.inSlot(async () => {
      const state = environment.clientState(name);
      if (state.kind !== 'ready' || state.bound !== decidedOn || environment.stopped()) return undefined;
      const endpoint = decidedOn.endpoints.get(event.type);
      if (endpoint === undefined) throw new Error(`${name} has no endpoint for ${event.type}`);
      attempts++;
      const nowMs = now();
      const outcome = await environment.send(
        webhookRequest(event, endpoint, {
          keys: decidedOn.keys,
          previousId,
          userAgent: environment.userAgent,
          defaultTimeoutMs: environment.timeoutMs,
          nowMs,
        }),
      );
      return { outcome, verdict: judge(outcome, endpoint.done), tookMs: now() - nowMs };
    });

  for (const [step, events] of log.entries()) {
    let dispositions: readonly Disposition[] = [];
    let decidedFor: BoundClient | undefined;
    const sent = new Set<string>();
    told = sent;
    for (const [index, event] of events.entries()) {
      for (let attempt = 1; ;) {
        const state = environment.clientState(name);
        if (state.kind !== 'ready') return end(...endOf(state, step, index));
        last = state.bound;
        if (decidedFor !== last) {
          dispositions = selectForLane(last.client, events, environment.selects, index, sent);
          decidedFor = last;
        }
        const disposition = dispositions[index] ?? 'filtered';
        if (disposition !== 'send') {
          count[disposition]++;
          break;
        }
        if (last.client.paused) return end('paused', step, index);
        if (guard !== undefined && event.step >= guard.step) return end('guarded', step, index);
        if (environment.stopped()) return end('stopped', step, index);

        const made = await attemptNow(event, last);
        if (made === undefined) continue;
        const { outcome, verdict, tookMs } = made;
        if (attempt > 1) retryingMs += tookMs;
        if (verdict === 'accepted') {
          count.send++;
          previousId = event.id;
          sent.add(implicationKey({ type: event.type, team: event.subject }));
          break;
        }
        if (verdict === 'aborted') return end('stopped', step, index);
        const said = describeOutcome(outcome);
        if (verdict !== 'retry') {
          return end(verdict === 'gone' ? 'gone' : 'blocked', step, index, problemOf(event, said));
        }
        const { retry, random } = environment;
        const decision = decideRetry(retry, attempt, outcome, retryingMs, random(), now());
        if (!decision.retry) {
          return end('blocked', step, index, problemOf(event, `${said} (given up: ${decision.reason})`));
        }
        notice(name, `${event.type} ${event.subject}: ${said}; next try in ${inWords(decision.waitMs)}`);
        retryingMs += decision.waitMs;
        await environment.wait(decision.waitMs);
        attempt++;
      }
    }
  }
  return end('done', log.length, 0);
}

function endOf(
  state: Exclude<ClientState, { kind: 'ready' }>,
  step: number,
  index: number,
): [LaneStatus, number, number, LaneProblem?] {
  switch (state.kind) {
    case 'removed':
      return ['removed', step, index];
    case 'unusable':
      return ['stopped', step, index];
    case 'misconfigured': {
      const message = problemsInOneLine(state.problems);
      return ['misconfigured', step, index, { message, event: undefined }];
    }
  }
}

const problemOf = (event: LoggedEvent, message: string): LaneProblem => ({
  message,
  event: { id: event.id, type: event.type, team: event.subject, commit: event.commit },
});

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

export const problemsInOneLine = (problems: readonly FileProblem[]): string =>
  problems.map(({ line, message }) => `line ${line}: ${message}`).join('; ');
