/**
 * Decides what a lane does next, anew before each act, because the clients file may change and the run may be stopped.
 */
import type { BoundClient } from '../../clients/binding/bind-client.ts';
import { misconfiguredProblem, type ClientState } from '../../clients/client-state.ts';
import type { Disposition, Interest, Selects } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { GuardStop } from '../removal-guard.ts';
import type { LaneProblem } from './lane-result.ts';
import type { LaneStatus } from './lane-status.ts';
import { dueIn, type OpenStep } from './open-steps.ts';

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

/** An event that may be next. */
export interface Candidate {
  readonly event: LoggedEvent;
  /** Its step in the log of the lane. */
  readonly step: number;
  /** What becomes of it for a client, and how many events of its step are to be sent after it. */
  readonly choose: (client: Interest) => { readonly disposition: Disposition; readonly following: number };
}

export interface LaneDecision {
  /** What to do with a candidate now. */
  next(candidate: Candidate): LaneAct;
  /** Whether the guard lets an event of this step go with the one that was decided last. */
  allows(step: number): boolean;
  /** The client as last read; undefined if its entry could never be read. */
  readonly last: BoundClient | undefined;
  readonly guard: GuardStop | undefined;
}

/** `open` gives what is not settled yet: the guard judges it again whenever the client's entry has changed. */
export function createDecision(
  name: string,
  { selects, clientState, stopped }: DecisionSources,
  open: () => readonly OpenStep[],
  guardOf: Guard,
): LaneDecision {
  let last: BoundClient | undefined;
  let guard: { judgedFor: BoundClient; stop: GuardStop | undefined } | undefined;

  function guardFor(bound: BoundClient): GuardStop | undefined {
    if (guard?.judgedFor !== bound) {
      guard = { judgedFor: bound, stop: guardOf(dueIn(open(), bound.client, selects)) };
    }
    return guard.stop;
  }

  return {
    next({ event, step, choose }) {
      const state = clientState(name);
      if (state.kind !== 'ready') return endOf(state);
      const { bound } = state;
      last = bound;
      const { disposition, following } = choose(bound.client);
      if (disposition !== 'send') return { kind: 'pass', event, disposition };
      if (bound.client.paused) return { kind: 'end', status: 'paused' };
      const stop = guardFor(bound);
      if (stop !== undefined && step >= stop.step) return { kind: 'end', status: 'guarded' };
      const why = stopped(name);
      if (why !== undefined) return { kind: 'end', status: why };
      return { kind: 'send', event, bound, remaining: following };
    },
    allows: (step) => step < (guard?.stop?.step ?? Infinity),
    get last() {
      return last;
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
        problem: misconfiguredProblem(state.problems),
      };
  }
}
