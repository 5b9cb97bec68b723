/** How far a lane with `order: team` is: a place before which all is settled, but for what held teams wait for. */
import { implicationKey } from '../../../clients/lane-selection.ts';
import type { HeldTeam } from '../../../cursor/cursor.ts';
import { EVENT_TYPES } from '../../../events/event-type.ts';
import { sequenceBefore } from '../../../events/sequence.ts';
import type { LoggedEvent } from '../../../events/team-event.ts';
import type { LanePlan, LanePosition, Span } from '../lane-plan.ts';
import { isBefore, isReplayed, type Place, type TeamQueue } from './team-queue.ts';

/** A step of the log that the pointer has reached. */
export interface EnteredStep {
  /** Its events that are not settled. */
  readonly open: Set<LoggedEvent>;
  /** The events of the same team in the step that were not settled when the run began, in order. */
  readonly part: (event: LoggedEvent) => readonly LoggedEvent[];
  /** Keys of its events that were sent. */
  readonly sent: Set<string>;
  /** Indexes of its events that were sent. */
  readonly accepted: Set<number>;
  /** Whether any was sent or skipped. */
  begun: boolean;
}

/**
 * `pointer` has passed all events before it, of which those in `queues` are not settled; `newest` is right after the
 * newest event that was sent or skipped. The position is as near as it can be: what is only being tried, with nothing
 * sent after it, comes after the position, so that an interrupted run holds nothing.
 */
export function positionOf(
  plan: LanePlan,
  entered: ReadonlyMap<number, EnteredStep>,
  pointer: Place,
  newest: Place,
  queues: Iterable<TeamQueue>,
  lastEvent: string | undefined,
): LanePosition {
  let place = pointer;
  for (const { events, held } of queues) {
    if (held !== undefined && !held.isDoubtful) continue;
    const open = events.find((event) => !isBefore(event, newest));
    if (open !== undefined && isBefore(open, place)) place = open;
  }
  const { step } = place;
  const { accepted = new Set<number>(), begun = false } = entered.get(step) ?? {};
  const index = begun ? place.index : 0;
  const events = plan.log[step]?.events ?? [];
  const sent = new Set(events.filter((_, at) => accepted.has(at)).map(({ type }) => type));
  const unsent: Span[] = [];
  for (const [at, { type }] of events.slice(0, index).entries()) {
    if (!sent.has(type) || accepted.has(at)) continue;
    const last = unsent.at(-1);
    if (last?.[1] === at - 1) unsent[unsent.length - 1] = [last[0], at];
    else unsent.push([at, at]);
  }
  const held = heldBefore({ step, index }, plan, entered);
  return { step, index, begun, sent, unsent, lastEvent, ...(held.length > 0 && { held }) };
}

/** The teams with an open event before `place`: each as of its first one. */
function heldBefore(
  place: Place,
  plan: LanePlan,
  entered: ReadonlyMap<number, EnteredStep>,
): readonly HeldTeam[] {
  const found = new Map<string, HeldTeam>();
  for (const [step, { open, part, sent }] of [...entered].sort(([a], [b]) => a - b)) {
    const current = plan.log[step];
    if (current === undefined || open.size === 0) continue;
    const { from, to, root, events } = current;
    for (const [index, event] of events.entries()) {
      if (!isBefore({ step, index }, place)) break;
      const { subject: team } = event;
      if (!open.has(event) || found.has(team)) continue;
      const implications = part(event).flatMap((one) => (one.subject === team ? one.impliedBy : []));
      const types = EVENT_TYPES.filter((type) =>
        [{ type, team }, ...implications].some((one) => one.type === type && sent.has(implicationKey(one))),
      );
      found.set(team, {
        team,
        from,
        to,
        ...(root && { root }),
        sequence: sequenceBefore(event.sequence),
        ...(types.length > 0 && { sent: types }),
        ...(isReplayed(plan, step) && { replay: true as const }),
      });
    }
  }
  return [...found.values()];
}
