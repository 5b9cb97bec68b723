/** What is pending for one lane, and how far the lane has come. */
import {
  implicationKey,
  selectForLane,
  type Disposition,
  type Interest,
  type Selects,
} from '../../clients/lane-selection.ts';
import type { EventType } from '../../events/event-type.ts';
import type { LogStep } from '../../events/log-step.ts';
import { isUpTo } from '../../events/sequence.ts';
import type { LoggedEvent } from '../../events/team-event.ts';

export interface LanePlan {
  readonly client: string;
  readonly contact: string | undefined;
  readonly log: readonly LogStep[];
  /** The part of the log's first step that an earlier run settled. */
  readonly resume?: Resume | undefined;
  /** Id of the last event that was sent before. */
  readonly lastEvent?: string | undefined;
  /** The first commit of history, if the lane begins before it. */
  readonly first?: string | undefined;
}

export interface Resume {
  /** Sequence of the last settled event. */
  readonly sequence: string;
  /** Types of the events already sent in that step. */
  readonly sent: readonly EventType[];
  /** Events of those types that were still not sent: skipped, or not subscribed to at that time. */
  readonly unsent?: readonly Span[];
  /** A person moved the lane here: the whole step is sent again. */
  readonly replay?: boolean;
}

/** A range of events of a step, by index; first and last are included. */
export type Span = readonly [first: number, last: number];

/** All events before `index` of the log's `step` are settled: accepted, skipped or not the lane's. */
export interface LanePosition {
  readonly step: number;
  readonly index: number;
  /** True once an event of this step was sent or skipped; while false the cursor may stay before the step. */
  readonly begun: boolean;
  /** Types of the events sent in this step. */
  readonly sent: ReadonlySet<EventType>;
  /** Events of those types that were still not sent: skipped, or not subscribed to at that time. */
  readonly unsent: readonly Span[];
  readonly lastEvent: string | undefined;
}

/** The position at which a lane begins. */
export function startOf({ log, resume, lastEvent }: LanePlan): LanePosition {
  const settled = resume === undefined ? 0 : settledOf(log, resume);
  const { sent, unsent = [] } = resume ?? {};
  return {
    step: 0,
    index: settled,
    begun: settled > 0,
    sent: new Set(sent),
    unsent: spansWithin(unsent, settled),
    lastEvent,
  };
}

/** Number of events of the first step that are settled. */
const settledOf = ([first]: LanePlan['log'], { sequence: last }: Resume): number =>
  (first?.events.findLastIndex(({ sequence }) => isUpTo(sequence, last)) ?? -1) + 1;

/** The beginning of a step: nothing of it is settled. */
export const atStep = (step: number, lastEvent: string | undefined): LanePosition => ({
  step,
  index: 0,
  begun: false,
  sent: new Set(),
  unsent: [],
  lastEvent,
});

/** The position after the next event, which was not sent. */
export function passedOver(position: LanePosition, { type }: LoggedEvent, skipped: boolean): LanePosition {
  const { index, begun, sent, unsent } = position;
  const next = { ...position, index: index + 1, begun: begun || skipped };
  return sent.has(type) ? { ...next, unsent: withSpan(unsent, [index, index]) } : next;
}

/** The position after the next event, which was accepted. `events` are those of the step. */
export function sentOn(
  position: LanePosition,
  { type, id }: LoggedEvent,
  events: readonly LoggedEvent[],
): LanePosition {
  const { index, sent, unsent } = position;
  const next = { ...position, index: index + 1, begun: true, lastEvent: id };
  if (sent.has(type)) return next;
  const first = events.findIndex((event) => event.type === type); // events of one type are adjacent
  return {
    ...next,
    sent: new Set(sent).add(type),
    unsent: first < index ? withSpan(unsent, [first, index - 1]) : unsent,
  };
}

function withSpan(spans: readonly Span[], [first, last]: Span): readonly Span[] {
  const before = spans.at(-1);
  if (before === undefined || before[1] + 1 < first) return [...spans, [first, last]];
  return [...spans.slice(0, -1), [before[0], last]];
}

/** Keys of the events already sent in the step where the lane begins, as `selectForLane` expects them. */
export function alreadySent({ log, resume }: LanePlan): ReadonlySet<string> {
  if (resume === undefined) return new Set();
  const events = log[0]?.events ?? [];
  const settled = settledOf(log, resume);
  const types = new Set(resume.sent);
  const unsent = new Set(
    spansWithin(resume.unsent ?? [], settled).flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
    ),
  );
  const sent = events.slice(0, settled).filter(({ type }, index) => types.has(type) && !unsent.has(index));
  return new Set(sent.map(({ type, subject }) => implicationKey({ type, team: subject })));
}

/**
 * Sorted, merged, and none beyond `events`. A tag may hold any ranges, because whoever can push can write one; reading
 * it costs no more than its own length.
 */
function spansWithin(spans: readonly Span[], events: number): readonly Span[] {
  const found: Span[] = [];
  for (const [first, last] of [...spans].sort(([a], [b]) => a - b)) {
    const end = Math.min(last, events - 1);
    const before = found.at(-1);
    if (end < first) continue;
    if (before === undefined || before[1] + 1 < first) found.push([first, end]);
    else found[found.length - 1] = [before[0], Math.max(before[1], end)];
  }
  return found;
}

/** The dispositions of all events from a position on, step by step; in the first step only from the position on. */
export function dispositionsFrom(
  log: readonly LogStep[],
  { step, index }: Pick<LanePosition, 'step' | 'index'>,
  sentKeys: ReadonlySet<string>,
  interest: Interest,
  selects: Selects,
): readonly (readonly Disposition[])[] {
  return log.slice(step).map(({ events }, offset) => {
    if (offset > 0) return selectForLane(interest, events, selects);
    return selectForLane(interest, events, selects, index, sentKeys).slice(index);
  });
}

/** The events that a lane has yet to send, per step of its log. */
export const dueEvents = (
  plan: LanePlan,
  interest: Interest,
  selects: Selects,
): readonly (readonly LoggedEvent[])[] =>
  dueFrom(plan.log, startOf(plan), alreadySent(plan), interest, selects);

/** As `dueEvents`, from a position on; steps before it have none. */
export function dueFrom(
  log: readonly LogStep[],
  position: Pick<LanePosition, 'step' | 'index'>,
  sentKeys: ReadonlySet<string>,
  interest: Interest,
  selects: Selects,
): readonly (readonly LoggedEvent[])[] {
  const dispositions = dispositionsFrom(log, position, sentKeys, interest, selects);
  return log.map(({ events }, step) => {
    const from = step === position.step ? position.index : 0;
    return events.slice(from).filter((_, index) => dispositions[step - position.step]?.[index] === 'send');
  });
}

/** Counts the pending events of a lane by disposition. */
export function countDispositions(
  plan: LanePlan,
  interest: Interest,
  selects: Selects,
): Readonly<Record<Disposition, number>> {
  const count = { send: 0, skip: 0, filtered: 0 };
  const sentKeys = alreadySent(plan);
  for (const one of dispositionsFrom(plan.log, startOf(plan), sentKeys, interest, selects).flat())
    count[one]++;
  return count;
}

/** The number of events pending for a lane, whatever their disposition. */
export function eventsOf(plan: LanePlan): number {
  return plan.log.reduce((sum, { events }) => sum + events.length, 0) - startOf(plan).index;
}
