/** What is not settled of a lane's log, step by step, and what a client is to be sent of that. */
import {
  implicationKey,
  selectForLane,
  type Disposition,
  type Interest,
  type Selects,
} from '../../clients/lane-selection.ts';
import type { HeldTeam } from '../../cursor/cursor.ts';
import type { LogStep } from '../../events/log-step.ts';
import { isUpTo } from '../../events/sequence.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import { alreadySent, startOf, type LanePlan, type LanePosition } from './lane-plan.ts';

export interface OpenStep {
  /** The events that are not settled, in order. */
  readonly events: readonly LoggedEvent[];
  /** Keys of the step's events that were sent. */
  readonly sent: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const NOTHING: OpenStep = { events: [], sent: NONE };

/** What is not settled where a lane begins; one for each step of its log. */
export function openSteps(plan: LanePlan): readonly OpenStep[] {
  const { log, main = 0, held = [] } = plan;
  const { index } = startOf(plan);
  const ofTeam = new Map(held.map((team) => [team.team, team]));
  return log.map((step, at): OpenStep => {
    if (at > main) return { events: step.events, sent: NONE };
    const events =
      at < main
        ? step.events
        : step.events.filter(
            (event, place) => place >= index || isBehind(ofTeam.get(event.subject), step, event),
          );
    const own = held.filter((team) => isOfStep(team, step));
    const sent = own.flatMap((team) => sentKeysOf(team, events));
    return { events, sent: new Set([...(at === main ? alreadySent(plan) : []), ...sent]) };
  });
}

/** What is not settled from a position on, in a lane without held teams. `sent`: keys of the events sent in its step. */
export const openFrom = (
  log: readonly LogStep[],
  { step, index }: Pick<LanePosition, 'step' | 'index'>,
  sent: ReadonlySet<string>,
): readonly OpenStep[] =>
  log.map(({ events }, at) =>
    at < step ? NOTHING : at > step ? { events, sent: NONE } : { events: events.slice(index), sent },
  );

export const isOfStep = (
  held: Pick<HeldTeam, 'from' | 'to' | 'root'>,
  { from, to, root }: Pick<LogStep, 'from' | 'to' | 'root'>,
): boolean => held.from === from && held.to === to && held.root === root;

/** Whether an event of the step in which a lane begins is behind, because its team is. */
const isBehind = (held: HeldTeam | undefined, step: LogStep, { sequence }: LoggedEvent): boolean =>
  held !== undefined && !(isOfStep(held, step) && isUpTo(sequence, held.sequence));

/** Keys of what a held team was sent in its step: its own, and those of the other id of a rename. */
function sentKeysOf({ team, sent = [] }: HeldTeam, events: readonly LoggedEvent[]): readonly string[] {
  if (sent.length === 0) return [];
  const implied = events.flatMap(({ subject, impliedBy }) => (subject === team ? impliedBy : []));
  return [
    ...sent.map((type) => implicationKey({ type, team })),
    ...implied.filter(({ type }) => sent.includes(type)).map(implicationKey),
  ];
}

/** The dispositions of the events of an open step. */
export const dispositionsOf = (
  { events, sent }: OpenStep,
  interest: Interest,
  selects: Selects,
): readonly Disposition[] => selectForLane(interest, events, selects, 0, sent);

/** The events to be sent, per step. */
export const dueIn = (
  open: readonly OpenStep[],
  interest: Interest,
  selects: Selects,
): readonly (readonly LoggedEvent[])[] =>
  open.map((step) => {
    const dispositions = dispositionsOf(step, interest, selects);
    if (dispositions.every((one) => one === 'send')) return step.events; // no copy of what may be a million events
    return step.events.filter((_, index) => dispositions[index] === 'send');
  });

/** The events that a lane has yet to send, per step of its log. */
export const dueEvents = (
  plan: LanePlan,
  interest: Interest,
  selects: Selects,
): readonly (readonly LoggedEvent[])[] => dueIn(openSteps(plan), interest, selects);

/** Counts events by disposition. */
export function countIn(
  open: readonly OpenStep[],
  interest: Interest,
  selects: Selects,
): Readonly<Record<Disposition, number>> {
  const count = { send: 0, skip: 0, filtered: 0 };
  for (const step of open) for (const one of dispositionsOf(step, interest, selects)) count[one]++;
  return count;
}

/** Counts the pending events of a lane by disposition. */
export const countDispositions = (
  plan: LanePlan,
  interest: Interest,
  selects: Selects,
): Readonly<Record<Disposition, number>> => countIn(openSteps(plan), interest, selects);

/** The number of events pending for a lane, whatever their disposition. */
export const eventsOf = (plan: LanePlan): number =>
  openSteps(plan).reduce((sum, { events }) => sum + events.length, 0);
