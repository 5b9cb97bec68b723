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
import type { Interest } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { GuardStop } from '../removal-guard.ts';
import { createAttempts, type AttemptEnvironment } from './attempts.ts';
import { createBatch, createDivision } from './batch.ts';
import { createDecision, type Guard, type LaneAct } from './lane-decision.ts';
import type { LanePlan, LanePosition } from './lane-plan.ts';
import { createLanePointer, type Upcoming } from './lane-pointer.ts';
import { problemAt, type LaneProblem, type LaneResult } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';
import { emptyTally, sumUp } from './lane-tally.ts';

/** Shared by all lanes of a run. Functions that take a client are called anew before each attempt. */
export interface DeliveryEnvironment extends AttemptEnvironment {
  /** Returns early when the run is stopped, or `cut` is aborted. */
  readonly wait: (milliseconds: number, cut?: AbortSignal) => Promise<void>;
  /** Called after each accepted event; `position` gives how far the lane is when it is called. */
  readonly progress: (client: string, position: () => LanePosition) => void;
  /** Set if all events are knowingly sent again. */
  readonly replay?: boolean | undefined;
}

export interface LaneEnd {
  readonly result: LaneResult;
  /** How far the lane came. */
  readonly position: LanePosition;
  /** The oldest event that is not settled. */
  readonly next: LoggedEvent | undefined;
  /** The events sent in this run, in order. */
  readonly accepted: readonly LoggedEvent[];
  /** The events not sent, in order; none if the client's entry could never be read. */
  readonly left: readonly LoggedEvent[];
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
  const { client: name } = plan;
  const { now, selects } = environment;
  const pointer = createLanePointer(plan, selects);
  const attempts = createAttempts(name, environment);
  const decision = createDecision(name, environment, () => pointer.open(), guardOf);
  const tally = emptyTally();
  let tries = { made: 0, failed: 0 };
  /** Time spent on retries since the last accepted event. */
  let retryingMs = 0;
  const division = createDivision();

  function end(status: LaneStatus, problem?: LaneProblem): LaneEnd {
    const { last, guard } = decision;
    const ending = { status, problem };
    return {
      ...sumUp(plan, tally, attempts.count, pointer.open(), last?.client, selects, ending),
      position: pointer.position,
      next: pointer.next()?.event,
      accepted: tally.accepted,
      guard: status === 'guarded' ? guard : undefined,
    };
  }

  const isReplay = (step: number): boolean =>
    environment.replay ?? (step === 0 && (plan.resume?.replay ?? false));

  /** The next events up to the last one that goes in the same request; those in between are not for the client. */
  function gather({ bound }: Extract<LaneAct, { kind: 'send' }>): readonly Upcoming[] {
    const upcoming: Upcoming[] = [];
    let sent = 0;
    let batch: ReturnType<typeof createBatch> | undefined;
    for (const one of pointer.upcoming(bound.client)) {
      if (one.disposition === 'send') {
        const [first = one] = upcoming;
        const goesToo = isReplay(one.step) === isReplay(first.step) && decision.allows(one.step);
        if (batch && !(goesToo && batch.add(one))) break;
        batch ??= createBatch(one, bound.client, { events: division.size, bytes: attempts.mostBytes });
        sent = upcoming.length + 1;
      }
      upcoming.push(one);
      if (batch?.isFull) break;
    }
    return upcoming.slice(0, sent);
  }

  /** Moves over the gathered events: of those that were sent the first `accepted`, and those that are not for the client. */
  function settle(gathered: readonly Upcoming[], accepted: number): void {
    let left = accepted;
    for (const { event, disposition } of gathered) {
      if (disposition === 'send' && left-- === 0) return;
      pointer.settle(disposition);
      tries = { made: 0, failed: 0 };
      if (disposition !== 'send') {
        tally[disposition]++;
        continue;
      }
      tally.accepted.push(event);
      division.accepted(1);
      retryingMs = 0;
      const { position } = pointer;
      environment.progress(name, () => position);
    }
  }

  for (let next = pointer.next(); next !== undefined; next = pointer.next()) {
    const choose = (client: Interest): Upcoming => {
      const [first] = pointer.upcoming(client);
      return first!;
    };
    const act = decision.next({ ...next, choose });
    if (act.kind === 'end') return end(act.status, act.problem);
    if (act.kind === 'pass') {
      settle([{ ...next, ...act, following: 0 }], 0);
      continue;
    }
    const pauseMs = attempts.pace.waitMs(now());
    if (pauseMs > 0) {
      await environment.wait(pauseMs);
      continue;
    }
    const gathered = gather(act);
    const [, ...others] = gathered.filter(({ disposition }) => disposition === 'send');
    const events = [next.event, ...others.map(({ event }) => event)] as const;
    const attempted = {
      events,
      bound: act.bound,
      remaining: others.at(-1)?.following ?? act.remaining,
      previousId: pointer.position.lastEvent,
      replay: isReplay(next.step),
    };
    const made = await attempts.make(attempted, tries);
    if (made === undefined) continue;
    const { answer, startedMs } = made;
    if (tries.made++ > 0) retryingMs += now() - startedMs;
    const { verdict, reason } = answer;
    const accepted = verdict === 'accepted' ? events.length : (answer.accepted ?? 0);
    settle(gathered, accepted);
    const [first = next.event, ...behind] = events.slice(accepted);
    const left = [first, ...behind] as const;
    switch (verdict) {
      case 'accepted':
        attempts.accepted(made);
        break;
      case 'stopped':
        return end('stopped');
      case 'gone':
      case 'misconfigured':
        return end(verdict, problemAt(answer, left, reason));
      case 'refused':
        if (attempts.divide(made, left, division)) break;
        return end('blocked', problemAt(answer, left, reason));
      case 'retry': {
        const decided = attempts.retryIn(made, left, tries, retryingMs, division);
        if (!decided.retry) return end('blocked', problemAt(answer, left, decided.reason));
        retryingMs += decided.waitMs;
        await environment.wait(decided.waitMs);
      }
    }
  }
  return end('done');
}
