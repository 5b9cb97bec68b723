/**
 * Decides what a lane does next, anew before each act, because the clients file may change and the run may be stopped.
 */
import type { BoundClient } from '../../clients/binding/bind-client.ts';
import { problemsInOneLine, type ClientState } from '../../clients/client-state.ts';
import {
  implicationKey,
  selectForLane,
  type Disposition,
  type Selects,
} from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { GuardStop } from '../removal-guard.ts';
import { dueFrom, alreadySent, type LanePosition, type LanePlan } from './lane-plan.ts';
import type { LaneProblem } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';

/** Judges the events that a lane has yet to send, given per step of its log. */
export type Guard = (due: readonly (readonly LoggedEvent[])[]) => GuardStop | undefined;

export type LaneAct =
  | { readonly kind: 'end'; readonly status: LaneStatus; readonly problem?: LaneProblem }
  /** The next event is not sent to this client. */
  | { readonly kind: 'pass'; readonly event: LoggedEvent; readonly disposition: 'skip' | 'filtered' }
  | {
      readonly kind: 'send';
      readonly event: LoggedEvent;
      /** The client as it was when this was decided. */
      readonly bound: BoundClient;
      /** Number of events of the step to be sent after it. */
      readonly remaining: number;
    };

export interface DecisionSources {
  readonly selects: Selects;
  readonly clientState: (name: string) => ClientState;
  readonly stopped: (client: string) => 'stopped' | 'lost' | 'cursor' | undefined;
}

export interface LaneDecision {
  /** What to do at `position`, which must be at an event of its step. */
  next(position: LanePosition): LaneAct;
  /** Records that the client was sent this event: events implied by it are left out from now on. */
  accepted(event: LoggedEvent): void;
  /** Records that the lane enters its next step, of which nothing was sent yet. */
  stepBegins(): void;
  /** The client as last read; undefined if its entry could never be read. */
  readonly last: BoundClient | undefined;
  /** Keys of the events of this step that were sent. */
  readonly sentKeys: ReadonlySet<string>;
  readonly guard: GuardStop | undefined;
}

export function createDecision(
  plan: LanePlan,
  { selects, clientState, stopped }: DecisionSources,
  guardOf: Guard,
): LaneDecision {
  const { client: name, log } = plan;
  let sentKeys = new Set(alreadySent(plan));
  let last: BoundClient | undefined;
  /** The dispositions of the current step for `decidedFor`; `toSend` counts the events to send from the next one on. */
  let step: { decidedFor: BoundClient; dispositions: readonly Disposition[]; toSend: number } | undefined;
  let guard: { judgedFor: BoundClient; stop: GuardStop | undefined } | undefined;

  function stepFor(bound: BoundClient, events: readonly LoggedEvent[], index: number) {
    if (step?.decidedFor === bound) return step;
    const dispositions = selectForLane(bound.client, events, selects, index, sentKeys);
    const toSend = dispositions.slice(index).filter((one) => one === 'send').length;
    return (step = { decidedFor: bound, dispositions, toSend });
  }

  function guardFor(bound: BoundClient, position: LanePosition): GuardStop | undefined {
    if (guard?.judgedFor !== bound) {
      guard = { judgedFor: bound, stop: guardOf(dueFrom(log, position, sentKeys, bound.client, selects)) };
    }
    return guard.stop;
  }

  return {
    next(position) {
      const state = clientState(name);
      if (state.kind !== 'ready') return endOf(state);
      const { bound } = state;
      last = bound;
      const events = log[position.step]?.events ?? [];
      const event = events[position.index];
      if (event === undefined)
        throw new Error(`no event ${position.index} in step ${position.step} of ${name}`);
      const { dispositions, toSend } = stepFor(bound, events, position.index);
      const disposition = dispositions[position.index] ?? 'filtered';
      if (disposition !== 'send') return { kind: 'pass', event, disposition };
      if (bound.client.paused) return { kind: 'end', status: 'paused' };
      const stop = guardFor(bound, position);
      if (stop !== undefined && position.step >= stop.step) return { kind: 'end', status: 'guarded' };
      const why = stopped(name);
      if (why !== undefined) return { kind: 'end', status: why };
      return { kind: 'send', event, bound, remaining: toSend - 1 };
    },
    accepted({ type, subject }) {
      sentKeys.add(implicationKey({ type, team: subject }));
      if (step !== undefined) step.toSend--;
    },
    stepBegins() {
      sentKeys = new Set();
      step = undefined;
    },
    get last() {
      return last;
    },
    get sentKeys() {
      return sentKeys;
    },
    get guard() {
      return guard?.stop;
    },
  };
}

function endOf(state: Exclude<ClientState, { kind: 'ready' }>): LaneAct {
  switch (state.kind) {
    case 'removed':
      return { kind: 'end', status: 'removed' };
    case 'unusable':
      return { kind: 'end', status: 'stopped' };
    case 'misconfigured':
      return {
        kind: 'end',
        status: 'misconfigured',
        problem: { message: problemsInOneLine(state.problems), event: undefined },
      };
  }
}
