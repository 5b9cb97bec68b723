/**
 * What a lane with `order: team` has yet to deliver. A pointer goes through the log in order; the events of teams that
 * are behind wait in a queue each.
 *
 *     log    a1 b1 c1 b2 a2 c2 d1 …        b1 is refused, c1 is being sent
 *                         ▲
 *     queues b: b1 b2   c: c1  pointer     a2 was sent; c2 will join the queue of c
 */
import {
  selectForLane,
  type Disposition,
  type Interest,
  type Selects,
} from '../../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../../events/team-event.ts';
import { keyOf, sentBefore, startOf, type LanePlan, type LanePosition } from '../lane-plan.ts';
import { openSteps, type OpenStep } from '../open-steps.ts';
import { createJoinedTeams, renamesIn } from './joined-teams.ts';
import { positionOf, type EnteredStep } from './team-position.ts';
import { isBefore, merged, type Place, type QueuedEvent, type TeamQueue } from './team-queue.ts';

export interface TeamQueues {
  /** The event at the pointer; undefined at the end of the log. */
  current(): QueuedEvent | undefined;
  /** Moves the pointer over its event, which joins the queue of its team. */
  enqueue(): void;
  /** Moves the pointer over its event, which is not for the client. */
  pass(disposition: Exclude<Disposition, 'send'>): void;
  /** Takes an event out of its queue. */
  settle(event: QueuedEvent, outcome: 'accepted' | Exclude<Disposition, 'send'>): void;
  /** The queue of an event's team, if the team is behind. */
  queueOf(event: QueuedEvent): TeamQueue | undefined;
  readonly queues: Iterable<TeamQueue>;
  /** The ids of teams in queues, with how many events of each wait. */
  readonly waiting: ReadonlyMap<string, number>;
  /** What becomes of an event for the client, and how many of its team in the same step are to be sent after it. */
  choose(
    event: QueuedEvent,
    client: Interest,
  ): { readonly disposition: Disposition; readonly following: number };
  /** How many of all teams in the same step are to be sent after an event, where teams wait for each other. */
  followingInStep(event: QueuedEvent, client: Interest): number;
  /** The id of its team's previous event, if known. */
  previousOf(event: QueuedEvent): string | undefined;
  open(): readonly OpenStep[];
  /** How far the lane is. */
  position(lastEvent: string | undefined): LanePosition;
}

export function createTeamQueues(plan: LanePlan, selects: Selects): TeamQueues {
  const { log, main = 0, joined = [] } = plan;
  const atStart = openSteps(plan);
  const start = startOf(plan);
  const teams = createJoinedTeams();
  const queues = new Map<string, TeamQueue>();
  const waiting = new Map<string, number>();
  const previous = new Map<string, string>();
  /** Steps that the pointer has reached and of which something may be open. */
  const entered = new Map<number, EnteredStep>();
  let pointer: Place = { step: 0, index: 0 };
  let current: QueuedEvent | undefined;
  /** Right after the newest event that was sent or skipped. */
  let newest: Place = start;
  let isMoved = false;
  /** How many events of a step are to be sent after each, as of when that was asked first. */
  let counted:
    | { readonly step: number; readonly client: Interest; readonly after: ReadonlyMap<LoggedEvent, number> }
    | undefined;

  const teamOf = ({ event }: QueuedEvent): string => teams.teamOf(event.subject);

  function join(earlier: string, id: string): void {
    const { gone, team } = teams.join(earlier, id) ?? {};
    if (gone === undefined || team === undefined) return;
    const [own, other] = [queues.get(team), queues.get(gone)];
    queues.delete(gone);
    if (other !== undefined) queues.set(team, own ? merged(own, other) : other);
    const last = previous.get(team) ?? previous.get(gone);
    if (last !== undefined) previous.set(team, last);
  }

  function enter(step: number): EnteredStep {
    const { events = [] } = log[step] ?? {};
    const { events: open = [], sent = [] } = atStart[step] ?? {};
    const renames = renamesIn(events);
    for (const [earlier, id] of renames) join(earlier, id);
    const parts = new Map<string, LoggedEvent[]>();
    for (const event of open) {
      const team = renames.get(event.subject) ?? event.subject;
      const part = parts.get(team);
      if (part === undefined) parts.set(team, [event]);
      else part.push(event);
    }
    const before = new Set(step === main ? sentBefore(plan) : []);
    const accepted = new Set<number>();
    for (const [index, event] of before.size > 0 ? events.entries() : []) {
      if (!before.has(event)) continue;
      accepted.add(index);
      previous.set(teams.teamOf(event.subject), event.id);
    }
    const state = {
      open: new Set(open),
      part: ({ subject }: LoggedEvent) => parts.get(renames.get(subject) ?? subject) ?? [],
      sent: new Set(sent),
      accepted,
      begun: step === main && start.begun,
    };
    entered.set(step, state);
    return state;
  }

  function leave(step: number): void {
    if (pointer.step > step && entered.get(step)?.open.size === 0) entered.delete(step);
  }

  function next(): QueuedEvent | undefined {
    while (current === undefined) {
      const { step, index } = pointer;
      const events = log[step]?.events;
      if (events === undefined) return undefined;
      const { open } = entered.get(step) ?? enter(step);
      const event = events[index];
      if (event === undefined) {
        pointer = { step: step + 1, index: 0 };
        leave(step);
      } else if (open.has(event)) {
        current = { event, step, index, batch: undefined, deliveredBefore: undefined };
      } else pointer = { step, index: index + 1 }; // settled by an earlier run
    }
    return current;
  }

  function moveOver(): QueuedEvent {
    const event = next();
    if (event === undefined) throw new Error('the pointer is at the end of the log');
    pointer = { step: event.step, index: event.index + 1 };
    current = undefined;
    isMoved = true;
    return event;
  }

  function enqueue(): void {
    const event = moveOver();
    const team = teamOf(event);
    const queue = queues.get(team);
    if (queue === undefined) queues.set(team, { events: [event], held: undefined });
    else queue.events.push(event);
    waiting.set(event.event.subject, (waiting.get(event.event.subject) ?? 0) + 1);
  }

  function close({ event, step, index }: QueuedEvent, outcome: Parameters<TeamQueues['settle']>[1]): void {
    const state = entered.get(step);
    if (state === undefined) throw new Error(`step ${step} is not open`);
    isMoved = true;
    state.open.delete(event);
    if (outcome !== 'filtered') {
      state.begun = true;
      if (step >= main && isBefore(newest, { step, index: index + 1 })) newest = { step, index: index + 1 };
    }
    if (outcome === 'accepted') {
      state.sent.add(keyOf(event));
      state.accepted.add(index);
      previous.set(teams.teamOf(event.subject), event.id);
    }
    leave(step);
  }

  for (const [earlier, id] of joined) join(earlier, id);
  for (let event = next(); event !== undefined && isBefore(event, start); event = next()) enqueue();
  isMoved = false;

  return {
    current: next,
    enqueue,
    pass: (disposition) => close(moveOver(), disposition),
    settle(event, outcome) {
      const team = teamOf(event);
      const queue = queues.get(team);
      if (queue === undefined) throw new Error(`no queue of ${event.event.subject}`);
      queue.events.splice(queue.events.indexOf(event), 1);
      if (queue.events.length === 0) queues.delete(team);
      const left = (waiting.get(event.event.subject) ?? 0) - 1;
      if (left > 0) waiting.set(event.event.subject, left);
      else waiting.delete(event.event.subject);
      close(event, outcome);
    },
    queueOf: (event) => queues.get(teamOf(event)),
    queues: { [Symbol.iterator]: () => queues.values() },
    waiting,
    choose({ event, step }, client) {
      const { open, part, sent } = entered.get(step) ?? enter(step);
      const events = part(event).filter((one) => open.has(one));
      const dispositions = selectForLane(client, events, selects, 0, sent);
      const index = events.indexOf(event);
      const following = dispositions.slice(index + 1).filter((one) => one === 'send').length;
      return { disposition: dispositions[index] ?? 'filtered', following };
    },
    followingInStep({ event, step }, client) {
      if (counted?.step !== step || counted.client !== client) {
        const { open, sent } = entered.get(step) ?? enter(step);
        const dispositions = selectForLane(client, [...open], selects, 0, sent);
        const due = [...open].filter((_, index) => dispositions[index] === 'send');
        counted = { step, client, after: new Map(due.map((one, index) => [one, due.length - 1 - index])) };
      }
      return counted.after.get(event) ?? 0;
    },
    previousOf: (event) => previous.get(teamOf(event)),
    open: () =>
      log.map(({ events }, step): OpenStep => {
        const state = entered.get(step);
        if (state !== undefined)
          return { events: events.filter((event) => state.open.has(event)), sent: state.sent };
        return step < pointer.step ? { events: [], sent: new Set() } : atStart[step]!;
      }),
    position(lastEvent) {
      if (!isMoved) return { ...start, lastEvent };
      return positionOf(plan, entered, pointer, newest, queues.values(), lastEvent);
    },
  };
}
