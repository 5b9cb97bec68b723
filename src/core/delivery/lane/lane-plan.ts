/** What is pending for one lane, and how far the lane has come. */
import { implicationKey } from '../../clients/lane-selection.ts';
import type { HeldTeam } from '../../cursor/cursor.ts';
import type { EventType } from '../../events/event-type.ts';
import type { LogStep } from '../../events/log-step.ts';
import { isUpTo } from '../../events/sequence.ts';
import type { LoggedEvent } from '../../events/team-event.ts';

export interface LanePlan {
  readonly client: string;
  readonly contact: string | undefined;
  /** What is pending, oldest first. The steps before `main` hold only those events of held teams that are not settled. */
  readonly log: readonly LogStep[];
  /** The step of the log with which everything of all teams begins; absent: the first. */
  readonly main?: number;
  /** The part of the step `main` that an earlier run settled. */
  readonly resume?: Resume | undefined;
  /** Teams that are behind the others, as the cursor says. */
  readonly held?: readonly HeldTeam[] | undefined;
  /** Ids of teams that the steps before `main` join by a rename. */
  readonly joined?: readonly (readonly [string, string])[];
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
  /** Teams of which some event before it is not settled. */
  readonly held?: readonly HeldTeam[] | undefined;
}

/** The position at which a lane begins. */
export function startOf(plan: LanePlan): LanePosition {
  const { resume, lastEvent, main = 0, held } = plan;
  const settled = resume === undefined ? 0 : settledOf(plan, resume);
  const { sent, unsent = [] } = resume ?? {};
  return {
    step: main,
    index: settled,
    begun: settled > 0,
    sent: new Set(sent),
    unsent: spansWithin(unsent, settled),
    lastEvent,
    ...(held && { held }),
  };
}

/** Number of events of the step `main` that are settled, but for those of held teams. */
const settledOf = ({ log, main = 0 }: LanePlan, { sequence: last }: Resume): number =>
  (log[main]?.events.findLastIndex(({ sequence }) => isUpTo(sequence, last)) ?? -1) + 1;

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

/** The events already sent in the step where the lane begins. */
export function sentBefore(plan: LanePlan): readonly LoggedEvent[] {
  const { log, main = 0, resume } = plan;
  if (resume === undefined) return [];
  const events = log[main]?.events ?? [];
  const settled = settledOf(plan, resume);
  const types = new Set(resume.sent);
  const unsent = new Set(
    spansWithin(resume.unsent ?? [], settled).flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
    ),
  );
  return events.slice(0, settled).filter(({ type }, index) => types.has(type) && !unsent.has(index));
}

/** Their keys, as `selectForLane` expects them. */
export const alreadySent = (plan: LanePlan): ReadonlySet<string> => new Set(sentBefore(plan).map(keyOf));

export const keyOf = ({ type, subject }: LoggedEvent): string => implicationKey({ type, team: subject });

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
