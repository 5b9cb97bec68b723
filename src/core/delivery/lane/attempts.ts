/** The attempts of one lane: each made as soon as a slot is free, and what follows from a failed one. */
import type { BoundClient } from '../../clients/binding/bind-client.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { Answer, Destination, Sending } from '../destination.ts';
import { createPace, type Pace } from '../pace.ts';
import { decideRetry, type RetryPolicy } from '../retry-policy.ts';
import { bytesOf, type Division } from './batch.ts';
import type { DecisionSources } from './lane-decision.ts';

export interface AttemptEnvironment extends DecisionSources {
  readonly destination: Destination;
  /** Runs one attempt as soon as a slot is free; `isRepeated`: the attempt before it for these events failed. */
  readonly withinLimit: <Result>(attempt: () => Promise<Result>, isRepeated: boolean) => Promise<Result>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly retry: RetryPolicy;
  /** Shows a message to people while the run goes on. */
  readonly notice: (client: string, text: string) => void;
}

/** The attempts for one event or batch: how many were made, and how many failed. */
export interface Tries {
  made: number;
  failed: number;
}

/** What is sent in one attempt; as in `Sending`. */
export interface Attempted {
  readonly events: Sending['events'];
  /** The client as it was when this was decided. */
  readonly bound: BoundClient;
  readonly remaining: number;
  readonly previousId: string | undefined;
  readonly replay: boolean;
}

/** Of an event that takes several requests: how many were accepted, by the client as it was. */
interface Parts {
  readonly bound: BoundClient;
  readonly accepted: number;
  /** What had been spent of the budget for retries when the last one was accepted; known at the next failure. */
  spentMs?: number;
}

export interface Attempt {
  readonly answer: Answer;
  readonly startedMs: number;
  /** How often the receiver had asked for a slower pace when it began. */
  readonly refusals: number;
}

export type Next =
  { readonly retry: true; readonly waitMs: number } | { readonly retry: false; readonly reason: string };

export interface Attempts {
  /**
   * Makes one; undefined if there is to be another decision first: that to make it no longer holds once a slot is free,
   * or a part of the event was accepted, and the next one follows.
   */
  make(attempted: Attempted, tries: Tries): Promise<Attempt | undefined>;
  /** Records an accepted one. */
  accepted(attempt: Attempt): void;
  /**
   * How long to wait before the next one, which may be with fewer of the events, or why there will be none. `spentMs`:
   * used of the budget for retries.
   */
  retryIn(
    attempt: Attempt,
    events: readonly LoggedEvent[],
    tries: Tries,
    spentMs: number,
    division: Division,
  ): Next;
  /** Whether fewer of the events are tried again, as several were refused together. */
  divide(attempt: Attempt, events: readonly LoggedEvent[], division: Division): boolean;
  /** The most bytes that the receiver takes at once, as far as it has said. */
  readonly mostBytes: number;
  readonly pace: Pick<Pace, 'waitMs' | 'isLimited'>;
  /** Number of attempts made. */
  readonly count: number;
}

export function createAttempts(name: string, environment: AttemptEnvironment): Attempts {
  const { now, notice, random, retry } = environment;
  const pace = createPace(retry.baseDelayMs);
  let count = 0;
  let mostBytes = Infinity;
  /** Answers to requests that began before the last of these say nothing about the pace since. */
  let refusals = 0;
  /** By id of the first event. */
  const parts = new Map<string | undefined, Parts>();

  function partOf({ events: [first], bound }: Attempted): number {
    const known = parts.get(first?.id);
    return known?.bound === bound ? known.accepted : 0; // as the client is now, the parts may be others
  }

  /** What counts against the budget: nothing from before the last accepted part. */
  function spentSince([first]: readonly LoggedEvent[], spentMs: number): number {
    const known = parts.get(first?.id);
    if (known === undefined) return spentMs;
    known.spentMs ??= spentMs;
    return spentMs - known.spentMs;
  }

  function accepted({ startedMs, answer, refusals: before }: Attempt): void {
    if (before === refusals && !answer.unsent) pace.accepted(startedMs);
  }

  return {
    pace,
    get count() {
      return count;
    },
    get mostBytes() {
      return mostBytes;
    },
    make: (attempted, tries) =>
      environment.withinLimit(async () => {
        const { events, bound, ...others } = attempted;
        const state = environment.clientState(name);
        if (state.kind !== 'ready' || state.bound !== bound || environment.stopped(name)) return undefined;
        const begun = { startedMs: now(), refusals };
        const part = partOf(attempted);
        const sending = { events, client: bound, ...others, part, nowMs: begun.startedMs };
        const answer = await environment.destination.send(sending);
        if (!answer.unsent) count++;
        const made = { answer, ...begun };
        if (answer.verdict !== 'accepted') return made;
        if (!answer.more) {
          parts.delete(events[0]?.id);
          return made;
        }
        parts.set(events[0]?.id, { bound, accepted: part + 1 });
        [tries.made, tries.failed] = [0, 0];
        accepted(made);
        return undefined;
      }, tries.failed > 0),
    accepted,
    divide({ answer }, events, division) {
      if (events.length < 2) return false;
      if (answer.tooLarge) mostBytes = Math.min(mostBytes, Math.floor(bytesOf(events) / 2));
      else division.failed(events.length);
      return true;
    },
    retryIn({ answer, refusals: before }, events, tries, spentMs, division) {
      const { reason, retryAfterMs, tooEarly, atOnce } = answer;
      if (!tooEarly) tries.failed++;
      else if (before === refusals) {
        refusals++;
        pace.refused(now(), retryAfterMs);
      }
      const paceMs = tooEarly ? pace.waitMs(now()) : undefined;
      const spent = spentSince(events, spentMs);
      const failed = { failures: tries.failed, spentMs: spent, paceMs, retryAfterMs, atOnce };
      const decided = decideRetry(retry, failed, random());
      const isSeveral = events.length > 1;
      let waitMs: number;
      if (decided.retry) {
        waitMs = decided.waitMs;
        if (isSeveral && division.isOngoing && !tooEarly) division.failed(events.length);
      } else {
        if (!isSeveral || decided.restMs === undefined)
          return { retry: false, reason: `${reason} (given up: ${decided.reason})` };
        waitMs = decided.restMs;
        division.failed(events.length);
        tries.failed--; // fewer of them are tried once more
      }
      notice(name, `${nameOf(events)}: ${reason}; next try in ${inWords(waitMs)}`);
      return { retry: true, waitMs };
    },
  };
}

/** For people. */
export function nameOf([first, ...others]: readonly LoggedEvent[]): string {
  const named = `${first?.type} ${first?.subject}`;
  return others.length === 0 ? named : `${named} and ${others.length} more`;
}

const inWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
