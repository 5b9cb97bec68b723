/** What is pending for one lane, and how far it has come in it. */
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
  /** Of the log's first step, what an earlier run has settled. */
  readonly resume?: Resume | undefined;
  /** The id of the last event that it was sent before. */
  readonly lastEvent?: string | undefined;
  /** Where it begins before the first commit: which that is. */
  readonly first?: string | undefined;
}

export interface Resume {
  /** Of the last event that is settled. */
  readonly sequence: string;
  /** Types of the events that it was sent in that step. */
  readonly sent: readonly EventType[];
  /** Events of those types that it was not sent all the same. */
  readonly unsent?: readonly Span[];
  /** A person has placed the lane so: all of the step is sent again. */
  readonly replay?: boolean;
}

/** Events of a step, by the index of the first and of the last. */
export type Span = readonly [first: number, last: number];

/** Every event before `index` of the log's `step` is settled: accepted, skipped or not the lane's. */
export interface LanePosition {
  readonly step: number;
  readonly index: number;
  /** Whether any event of this step was sent or skipped: else it is as good as untouched. */
  readonly begun: boolean;
  /** Types of the events that the lane was sent in this step. */
  readonly sent: ReadonlySet<EventType>;
  /** Events of those types that it was not sent all the same: skipped, or not wanted when their turn came. */
  readonly unsent: readonly Span[];
  readonly lastEvent: string | undefined;
}

/** Where a lane begins. */
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

/** How many events of the first step are settled. */
const settledOf = ([first]: LanePlan['log'], { sequence: last }: Resume): number =>
  (first?.events.findLastIndex(({ sequence }) => isUpTo(sequence, last)) ?? -1) + 1;

/** Nothing of this step is settled. */
export const atStep = (step: number, lastEvent: string | undefined): LanePosition => ({
  step,
  index: 0,
  begun: false,
  sent: new Set(),
  unsent: [],
  lastEvent,
});

/** After its next event, which was not sent. */
export function passedOver(position: LanePosition, { type }: LoggedEvent, skipped: boolean): LanePosition {
  const { index, begun, sent, unsent } = position;
  const next = { ...position, index: index + 1, begun: begun || skipped };
  return sent.has(type) ? { ...next, unsent: withSpan(unsent, [index, index]) } : next;
}

/** After its next event, which was accepted. `events` are those of the step. */
export function sentOn(
  position: LanePosition,
  { type, id }: LoggedEvent,
  events: readonly LoggedEvent[],
): LanePosition {
  const { index, sent, unsent } = position;
  const next = { ...position, index: index + 1, begun: true, lastEvent: id };
  if (sent.has(type)) return next;
  const first = events.findIndex((event) => event.type === type); // those of one type stand together
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
 * In order, apart, and none beyond so many events: a tag may name any, as whoever may push can write one, and costs no
 * more than its own length.
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

/** What becomes of each event from a position on, step by step; of the first step only those from the position on. */
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

/** The events of a lane that it is still to be sent, for each step of its log. */
export const dueEvents = (
  plan: LanePlan,
  interest: Interest,
  selects: Selects,
): readonly (readonly LoggedEvent[])[] =>
  dueFrom(plan.log, startOf(plan), alreadySent(plan), interest, selects);

/** As `dueEvents`, from a position on: none of the steps before it. */
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

/** What becomes of the events that are pending for a lane. */
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

/** How many events are pending for a lane, whatever becomes of them. */
export function eventsOf(plan: LanePlan): number {
  return plan.log.reduce((sum, { events }) => sum + events.length, 0) - startOf(plan).index;
}
