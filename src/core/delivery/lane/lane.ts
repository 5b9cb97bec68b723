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
import { selectForLane, type Disposition, type Interest } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { GuardStop } from '../removal-guard.ts';
import { createAttempts, type AttemptEnvironment } from './attempts.ts';
import { createDecision, type Guard } from './lane-decision.ts';
import {
  alreadySent,
  atStep,
  keyOf,
  passedOver,
  sentOn,
  startOf,
  type LanePosition,
  type LanePlan,
} from './lane-plan.ts';
import { problemAt, type LaneProblem, type LaneResult } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';
import { emptyTally, sumUp } from './lane-tally.ts';
import { openFrom, type OpenStep } from './open-steps.ts';

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
  const { now, selects } = environment;
  const attempts = createAttempts(name, environment);
  const decision = createDecision(name, environment, open, guardOf);
  const tally = emptyTally();
  let position = startOf(plan);
  /** Keys of the events of this step that were sent. */
  let sentKeys = new Set(alreadySent(plan));
  /** The dispositions of this step for `chosenFor`; `toSend` counts the events to send from the next one on. */
  let step: { chosenFor: Interest; dispositions: readonly Disposition[]; toSend: number } | undefined;
  let tries = { made: 0, failed: 0 };
  /** Time spent on retries since the last accepted event. */
  let retryingMs = 0;

  function open(): readonly OpenStep[] {
    return openFrom(log, position, sentKeys);
  }

  function end(status: LaneStatus, problem?: LaneProblem): LaneEnd {
    const { last, guard } = decision;
    const ending = { status, problem };
    return {
      ...sumUp(plan, tally, attempts.count, open(), last?.client, selects, ending),
      position,
      next: log[position.step]?.events[position.index],
      accepted: tally.accepted,
      guard: status === 'guarded' ? guard : undefined,
    };
  }

  function moveTo(next: LanePosition): void {
    position = next;
    tries = { made: 0, failed: 0 };
  }

  function choose(client: Interest, events: readonly LoggedEvent[]) {
    if (step?.chosenFor !== client) {
      const dispositions = selectForLane(client, events, selects, position.index, sentKeys);
      const toSend = dispositions.slice(position.index).filter((one) => one === 'send').length;
      step = { chosenFor: client, dispositions, toSend };
    }
    const disposition = step.dispositions[position.index] ?? 'filtered';
    return { disposition, following: step.toSend - 1 };
  }

  while (position.step < log.length) {
    const events = log[position.step]?.events ?? [];
    const event = events[position.index];
    if (event === undefined) {
      moveTo(atStep(position.step + 1, position.lastEvent));
      sentKeys = new Set();
      step = undefined;
      continue;
    }
    const act = decision.next({ event, step: position.step, choose: (client) => choose(client, events) });
    if (act.kind === 'end') return end(act.status, act.problem);
    if (act.kind === 'pass') {
      tally[act.disposition]++;
      moveTo(passedOver(position, event, act.disposition === 'skip'));
      continue;
    }
    const pauseMs = attempts.pace.waitMs(now());
    if (pauseMs > 0) {
      await environment.wait(pauseMs);
      continue;
    }
    const replay = environment.replay ?? (position.step === 0 && (plan.resume?.replay ?? false));
    const made = await attempts.make({ ...act, previousId: position.lastEvent, replay }, tries);
    if (made === undefined) continue;
    const { answer, startedMs } = made;
    if (tries.made++ > 0) retryingMs += now() - startedMs;
    switch (answer.verdict) {
      case 'accepted': {
        tally.accepted.push(event.id);
        sentKeys.add(keyOf(event));
        if (step !== undefined) step.toSend--;
        const next = sentOn(position, event, events);
        moveTo(next);
        retryingMs = 0;
        attempts.accepted(made);
        environment.progress(name, () => next);
        break;
      }
      case 'stopped':
        return end('stopped');
      case 'gone':
        return end('gone', problemAt(answer, event, answer.reason));
      case 'refused':
        return end('blocked', problemAt(answer, event, answer.reason));
      case 'retry': {
        const decided = attempts.retryIn(made, event, tries, retryingMs);
        if (!decided.retry) return end('blocked', problemAt(answer, event, decided.reason));
        retryingMs += decided.waitMs;
        await environment.wait(decided.waitMs);
      }
    }
  }
  return end('done');
}
