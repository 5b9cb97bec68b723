/**
 * One client's events, strictly one after the other over all of its endpoints: the next is sent only after the
 * last was accepted. What cannot be delivered blocks the lane, and only this lane.
 *
 *     next event ──▶ not for it ──▶ passed over ──▶ next event
 *          │
 *          ├──▶ paused, guarded, stopped, … ──▶ end
 *          │
 *          └──▶ pause of its pace ──▶ attempt ──▶ accepted ──▶ next event
 *                     ▲                  ├──▶ retry: wait ─┐
 *                     └──────────────────┼─────────────────┘
 *                                        └──▶ refused, gone, given up ──▶ end
 */
import type { Answer, Destination } from '../destination.ts';
import { createPace } from '../pace.ts';
import type { GuardStop } from '../removal-guard.ts';
import { decideRetry, type RetryPolicy } from '../retry-policy.ts';
import { createDecision, type DecisionSources, type Guard, type LaneAct } from './lane-decision.ts';
import { atStep, passedOver, sentOn, startOf, type LanePosition, type LanePlan } from './lane-plan.ts';
import { problemAt, type LaneProblem, type LaneResult } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';
import { emptyTally, sumUp } from './lane-tally.ts';

/** Shared by all lanes of a run. Functions that take a client are called anew before each attempt. */
export interface DeliveryEnvironment extends DecisionSources {
  readonly destination: Destination;
  /** Runs one attempt as soon as a slot is free; `isRepeated`: the attempt before it for this event failed. */
  readonly withinLimit: <Result>(attempt: () => Promise<Result>, isRepeated: boolean) => Promise<Result>;
  /** Returns early when the run is stopped. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Called after each accepted event. */
  readonly progress: (client: string, position: LanePosition) => void;
  /** Set if all events are knowingly sent again. */
  readonly replay?: boolean | undefined;
  readonly retry: RetryPolicy;
  /** Shows a message to people while the run goes on. */
  readonly notice: (client: string, text: string) => void;
}

export interface LaneEnd {
  readonly result: LaneResult;
  /** How far the lane came. */
  readonly position: LanePosition;
  /** Ids of the events sent in this run, in order. */
  readonly accepted: readonly string[];
  /** Ids of the events not sent, in order; none if the client's entry could never be read. */
  readonly left: readonly string[];
  /** Why the removal guard stopped the lane, if it did. */
  readonly guard: GuardStop | undefined;
}

/**
 * Delivers one lane as far as it goes. Never rejects because of what a receiver or a person did. `guardOf` is called
 * again whenever the client's entry changes, because the client may now want other events.
 */
export async function runLane(
  plan: LanePlan,
  environment: DeliveryEnvironment,
  guardOf: Guard,
): Promise<LaneEnd> {
  const { client: name, log } = plan;
  const { now, notice, selects, retry, random } = environment;
  const decision = createDecision(plan, environment, guardOf);
  const pace = createPace(retry.baseDelayMs);
  const tally = emptyTally();
  let position = startOf(plan);
  /** Attempts for the event at `position`: how many were made, and how many failed. */
  let tries = { made: 0, failed: 0 };
  /** Time spent on retries since the last accepted event. */
  let retryingMs = 0;

  function end(status: LaneStatus, problem?: LaneProblem): LaneEnd {
    const { sentKeys, last, guard } = decision;
    const summed = sumUp(plan, tally, position, sentKeys, last?.client, selects, status, problem);
    return { ...summed, position, accepted: tally.accepted, guard: status === 'guarded' ? guard : undefined };
  }

  function moveTo(next: LanePosition): void {
    position = next;
    tries = { made: 0, failed: 0 };
  }

  /** Makes one attempt as soon as a slot is free; undefined if the decision to make it no longer holds by then. */
  const attempt = ({ event, bound, remaining }: Extract<LaneAct, { kind: 'send' }>) =>
    environment.withinLimit(async () => {
      const state = environment.clientState(name);
      if (state.kind !== 'ready' || state.bound !== bound || environment.stopped(name)) return undefined;
      const replay = environment.replay ?? (position.step === 0 && (plan.resume?.replay ?? false));
      const startedMs = now();
      const previousId = position.lastEvent;
      const sending = { event, client: bound, previousId, remaining, replay, nowMs: startedMs };
      const answer = await environment.destination.send(sending);
      if (!answer.unsent) tally.attempts++;
      return { answer, startedMs };
    }, tries.failed > 0);

  /** How long to wait before the next attempt, or why there will be none. */
  function retryIn({ reason, retryAfterMs, tooEarly, atOnce }: Answer): ReturnType<typeof decideRetry> {
    if (tooEarly) pace.refused(now(), retryAfterMs);
    else tries.failed++;
    const paceMs = tooEarly ? pace.waitMs(now()) : undefined;
    const failed = { failures: tries.failed, spentMs: retryingMs, paceMs, retryAfterMs, atOnce };
    const decided = decideRetry(retry, failed, random());
    return decided.retry ? decided : { ...decided, reason: `${reason} (given up: ${decided.reason})` };
  }

  while (position.step < log.length) {
    const events = log[position.step]?.events ?? [];
    if (position.index >= events.length) {
      moveTo(atStep(position.step + 1, position.lastEvent));
      decision.stepBegins();
      continue;
    }
    const act = decision.next(position);
    if (act.kind === 'end') return end(act.status, act.problem);
    if (act.kind === 'pass') {
      tally[act.disposition]++;
      moveTo(passedOver(position, act.event, act.disposition === 'skip'));
      continue;
    }
    const pauseMs = pace.waitMs(now());
    if (pauseMs > 0) {
      await environment.wait(pauseMs);
      continue;
    }
    const made = await attempt(act);
    if (made === undefined) continue;
    const { event } = act;
    const { answer, startedMs } = made;
    if (tries.made++ > 0) retryingMs += now() - startedMs;
    switch (answer.verdict) {
      case 'accepted':
        tally.accepted.push(event.id);
        decision.accepted(event);
        moveTo(sentOn(position, event, events));
        retryingMs = 0;
        pace.accepted(startedMs);
        environment.progress(name, position);
        break;
      case 'stopped':
        return end('stopped');
      case 'gone':
        return end('gone', problemAt(answer, event, answer.reason));
      case 'refused':
        return end('blocked', problemAt(answer, event, answer.reason));
      case 'retry': {
        const decided = retryIn(answer);
        if (!decided.retry) return end('blocked', problemAt(answer, event, decided.reason));
        notice(
          name,
          `${event.type} ${event.subject}: ${answer.reason}; next try in ${inWords(decided.waitMs)}`,
        );
        retryingMs += decided.waitMs;
        await environment.wait(decided.waitMs);
      }
    }
  }
  return end('done');
}

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
