/**
 * One client's events, strictly one after the other over all of its endpoints: the next is sent only after the
 * last was accepted. What cannot be delivered blocks the lane, and only this lane.
 */
import { describeOutcome, judge, type Outcome } from '../../../adapters/destinations/webhook/answer.ts';
import {
  webhookRequest,
  type WebhookRequest,
} from '../../../adapters/destinations/webhook/webhook-request.ts';
import type { BoundClient } from '../../clients/binding/bind-client.ts';
import { problemsInOneLine, type ClientState } from '../../clients/client-state.ts';
import {
  implicationKey,
  selectForLane,
  type Disposition,
  type Selects,
} from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import { createPace } from '../pace.ts';
import type { GuardStop } from '../removal-guard.ts';
import { askedWaitMs, decideRetry, type RetryPolicy } from '../retry-policy.ts';
import {
  atStep,
  dispositionsFrom,
  eventsOf,
  passedOver,
  sentOn,
  startOf,
  toldBefore,
  type LanePlace,
  type LanePlan,
  dueFrom,
} from './lane-plan.ts';
import { problemAt, type LaneProblem, type LaneResult, type LaneStatus } from './lane-result.ts';

/** What all lanes of a run share. */
export interface DeliveryEnvironment {
  /** Whether the run was asked to send this event at all. */
  readonly selects: Selects;
  /** Asked before each attempt. */
  readonly clientState: (name: string) => ClientState;
  readonly send: (request: WebhookRequest) => Promise<Outcome>;
  /** Runs one attempt as soon as it may be under way; `isRepeated`: the last one of this event failed. */
  readonly inSlot: <Result>(attempt: () => Promise<Result>, isRepeated: boolean) => Promise<Result>;
  /** Comes back early when the run is stopped. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Why a lane may send no more: the run ends, or its cursor is no longer this run's to move. */
  readonly stopped: (client: string) => 'stopped' | 'lost' | 'cursor' | undefined;
  /** Told after each event that was accepted. */
  readonly progress: (client: string, place: LanePlace) => void;
  /** All events are sent again, knowingly. */
  readonly replay?: boolean | undefined;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** The text without secrets, and without what is hidden in this text only. */
  readonly mask: (text: string, own?: readonly string[]) => string;
  /** Something that people may want to see while the run goes on. */
  readonly notice: (client: string, text: string) => void;
}

export interface LaneEnd {
  readonly result: LaneResult;
  /** How far it came. */
  readonly place: LanePlace;
  /** Ids of the events that it was sent in this run, in order. */
  readonly accepted: readonly string[];
  /** Ids of those that it was not sent, in order; none where nobody could read what it wants. */
  readonly left: readonly string[];
  /** Why the removal guard stopped it, where it did. */
  readonly guard: GuardStop | undefined;
}

/** Judges what a lane is still to be sent, for each step of its log. */
export type Guard = (due: readonly (readonly LoggedEvent[])[]) => GuardStop | undefined;

/**
 * Delivers one lane, as far as it goes. Never rejects for what a receiver or a person did. `guardOf` is asked again
 * whenever the client's entry has changed: what it wants now may be another thing.
 */
export async function runLane(
  plan: LanePlan,
  environment: DeliveryEnvironment,
  guardOf: Guard,
): Promise<LaneEnd> {
  const { client: name, log } = plan;
  const { now, notice, selects } = environment;
  const count = { skip: 0, filtered: 0 };
  const accepted: string[] = [];
  const pace = createPace(environment.retry.baseDelayMs);
  let attempts = 0;
  /** Since the last event that was accepted. */
  let retryingMs = 0;
  let place = startOf(plan);
  let last: BoundClient | undefined;
  let told: Set<string> | undefined;
  let guard: GuardStop | undefined;
  let guarded: BoundClient | undefined;

  const end = (status: LaneStatus, problem?: LaneProblem): LaneEnd => {
    const rest = { send: 0, skip: 0, filtered: 0 };
    const left: string[] = [];
    // Where its entry could never be read, nobody knows what it wants of these.
    if (last === undefined) rest.send = eventsOf(plan);
    else {
      const events = log.slice(place.step).flatMap((step, at) => step.events.slice(at > 0 ? 0 : place.index));
      const dispositions = dispositionsFrom(log, place, told ?? toldBefore(plan), last.client, selects);
      for (const [index, disposition] of dispositions.flat().entries()) {
        rest[disposition]++;
        if (disposition === 'send') left.push(events[index]?.id ?? '');
      }
    }
    const result: LaneResult = {
      client: name,
      contact: plan.contact,
      status,
      delivered: accepted.length,
      pending: rest.send,
      skipped: count.skip + rest.skip,
      filtered: count.filtered + rest.filtered,
      attempts,
      problem,
    };
    return { result, place, accepted, left, guard: status === 'guarded' ? guard : undefined };
  };

  /** One attempt, as soon as it has a slot; undefined where what it was decided on does not hold any more. */
  const attemptNow = (event: LoggedEvent, decidedOn: BoundClient, remaining: number, isRepeated: boolean) =>
    environment.inSlot(async () => {
      const state = environment.clientState(name);
      if (state.kind !== 'ready' || state.bound !== decidedOn || environment.stopped(name)) return undefined;
      const endpoint = decidedOn.endpoints.get(event.type);
      if (endpoint === undefined) throw new Error(`${name} has no endpoint for ${event.type}`);
      const nowMs = now();
      const request = webhookRequest(event, endpoint, {
        keys: decidedOn.keys,
        previousId: place.lastEvent,
        remaining,
        replay: environment.replay ?? (place.step === 0 && (plan.resume?.replay ?? false)),
        userAgent: environment.userAgent,
        mostTimeoutMs: environment.timeoutMs,
        nowMs,
      });
      const isSendable = 'url' in request;
      if (isSendable) attempts++;
      const outcome = isSendable ? await environment.send(request) : request;
      return { endpoint, outcome, verdict: judge(outcome, endpoint), startedMs: nowMs };
    }, isRepeated);

  for (const [step, { events }] of log.entries()) {
    if (step > 0) {
      place = atStep(step, place.lastEvent);
      told = new Set();
    }
    let dispositions: readonly Disposition[] = [];
    let decidedFor: BoundClient | undefined;
    let toSend = 0; // of this step, from here on
    for (const [index, event] of events.entries()) {
      if (index < place.index) continue;
      for (let tries = 0, failures = 0; ;) {
        const state = environment.clientState(name);
        if (state.kind !== 'ready') return end(...endOf(state));
        last = state.bound;
        told ??= new Set(toldBefore(plan));
        if (decidedFor !== last) {
          dispositions = selectForLane(last.client, events, selects, index, told);
          decidedFor = last;
          toSend = dispositions.slice(index).filter((one) => one === 'send').length;
        }
        const disposition = dispositions[index] ?? 'filtered';
        if (disposition !== 'send') {
          count[disposition]++;
          place = passedOver(place, event, disposition === 'skip');
          break;
        }
        if (last.client.paused) return end('paused');
        if (guarded !== last) {
          guard = guardOf(dueFrom(log, place, told, last.client, selects));
          guarded = last;
        }
        if (guard !== undefined && step >= guard.step) return end('guarded');
        const why = environment.stopped(name);
        if (why !== undefined) return end(why);

        const pauseMs = pace.waitMs(now());
        if (pauseMs > 0) {
          await environment.wait(pauseMs);
          continue;
        }
        const made = await attemptNow(event, last, toSend - 1, failures > 0);
        if (made === undefined) continue;
        const { endpoint, outcome, verdict, startedMs } = made;
        if (tries++ > 0) retryingMs += now() - startedMs;
        if (verdict === 'accepted') {
          accepted.push(event.id);
          toSend--;
          told.add(implicationKey({ type: event.type, team: event.subject }));
          place = sentOn(place, event, events);
          retryingMs = 0;
          pace.accepted(startedMs);
          environment.progress(name, place);
          break;
        }
        if (verdict === 'aborted') return end('stopped');
        const { own } = last.hidden;
        const where = environment.mask(endpoint.place);
        const said = `${where}: ${describeOutcome(outcome, (text) => environment.mask(text, own))}`;
        const problemOf = (message: string) => problemAt(where, outcome, event, message);
        if (verdict === 'throttled') pace.refused(now(), askedWaitMs(outcome, now()));
        else if (verdict === 'retry') failures++;
        else return end(verdict === 'gone' ? 'gone' : 'blocked', problemOf(said));
        const paceMs = verdict === 'throttled' ? pace.waitMs(now()) : undefined;
        const attempt = { outcome, failures, spentMs: retryingMs, paceMs };
        const decision = decideRetry(environment.retry, attempt, environment.random(), now());
        if (!decision.retry) {
          return end('blocked', problemOf(`${said} (given up: ${decision.reason})`));
        }
        notice(name, `${event.type} ${event.subject}: ${said}; next try in ${inWords(decision.waitMs)}`);
        retryingMs += decision.waitMs;
        await environment.wait(decision.waitMs);
      }
    }
  }
  place = atStep(log.length, place.lastEvent);
  return end('done');
}

function endOf(state: Exclude<ClientState, { kind: 'ready' }>): [LaneStatus, LaneProblem?] {
  switch (state.kind) {
    case 'removed':
      return ['removed'];
    case 'unusable':
      return ['stopped'];
    case 'misconfigured':
      return ['misconfigured', { message: problemsInOneLine(state.problems), event: undefined }];
  }
}

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
