/**
 * One client's events, strictly one after the other over all of its endpoints: the next is sent only after the
 * last was accepted. What cannot be delivered blocks the lane, and only this lane.
 */
import type { BoundClient } from '../clients/bind-client.ts';
import { selectForLane, type Disposition, type Selects } from '../clients/lane-selection.ts';
import type { ClientsFileError } from '../errors.ts';
import type { LoggedEvent, TeamEvent } from '../events/team-event.ts';
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

  const end = (status: LaneStatus, step: number, index: number, problem?: LaneProblem): LaneResult => {
    const left = { send: 0, skip: 0, filtered: 0 };
    log.slice(step).forEach((events, offset) => {
      const dispositions = last
        ? dispositionsOf(last, events, environment)
        : events.map((): Disposition => 'send');
      for (const disposition of offset === 0 ? dispositions.slice(index) : dispositions) left[disposition]++;
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

  for (const [step, events] of log.entries()) {
    let dispositions: readonly Disposition[] = [];
    let decidedFor: BoundClient | undefined;
    for (const [index, { event, step: place }] of events.entries()) {
      let failedAtMs: number | undefined;
      for (let attempt = 1; ; attempt++) {
        const state = environment.clientState(name);
        if (state.kind !== 'ready') {
          return end(...endOf(state, step, index));
        }
        last = state.bound;
        if (decidedFor !== last) {
          dispositions = dispositionsOf(last, events, environment);
          decidedFor = last;
        }
        const disposition = dispositions[index] ?? 'filtered';
        if (disposition !== 'send') {
          count[disposition]++;
          break;
        }
        if (last.client.paused) return end('paused', step, index);
        if (guard !== undefined && place >= guard.step) return end('guarded', step, index);
        if (environment.stopped()) return end('stopped', step, index);

        const endpoint = last.endpoints.get(event.type);
        if (endpoint === undefined) throw new Error(`${name} has no endpoint for ${event.type}`);
        attempts++;
        const request = webhookRequest(event, endpoint, {
          keys: last.keys,
          previousId,
          userAgent: environment.userAgent,
          defaultTimeoutMs: environment.timeoutMs,
          nowMs: now(),
        });
        const outcome = await environment.send(request);
        const verdict = judge(outcome, endpoint.done);
        if (verdict === 'accepted') {
          if (failedAtMs !== undefined) retryingMs += now() - failedAtMs;
          count.send++;
          previousId = event.id;
          break;
        }
        if (verdict === 'aborted') return end('stopped', step, index);
        const said = describeOutcome(outcome);
        if (verdict !== 'retry') {
          return end(verdict === 'gone' ? 'gone' : 'blocked', step, index, problemOf(event, said));
        }
        failedAtMs ??= now();
        const spentMs = retryingMs + now() - failedAtMs;
        const decision = decideRetry(
          environment.retry,
          attempt,
          outcome,
          spentMs,
          environment.random(),
          now(),
        );
        if (!decision.retry) {
          return end('blocked', step, index, problemOf(event, `${said} (given up: ${decision.reason})`));
        }
        notice(name, `${event.type} ${event.subject}: ${said}; next try in ${inWords(decision.waitMs)}`);
        await environment.wait(decision.waitMs);
      }
    }
  }
  return end('done', log.length, 0);
}

function dispositionsOf(
  { client }: BoundClient,
  events: readonly LoggedEvent[],
  { selects }: DeliveryEnvironment,
): Disposition[] {
  return selectForLane(client, events, selects);
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
      const message = state.problems.map((problem) => `line ${problem.line}: ${problem.message}`).join('; ');
      return ['misconfigured', step, index, { message, event: undefined }];
    }
  }
}

const problemOf = (event: TeamEvent, message: string): LaneProblem => ({
  message,
  event: { id: event.id, type: event.type, team: event.subject, commit: event.data.commit.id },
});

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
