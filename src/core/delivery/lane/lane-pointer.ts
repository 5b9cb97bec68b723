/** Where a lane is whose events go strictly one after the other, and what becomes of the events from there on. */
import {
  selectForLane,
  type Disposition,
  type Interest,
  type Selects,
} from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import {
  alreadySent,
  atStep,
  keyOf,
  passedOver,
  sentOn,
  startOf,
  type LanePlan,
  type LanePosition,
} from './lane-plan.ts';
import { openFrom, type OpenStep } from './open-steps.ts';

/** An event that is not settled, and what becomes of it for a client. */
export interface Upcoming {
  readonly event: LoggedEvent;
  /** Its step in the log of the lane. */
  readonly step: number;
  readonly disposition: Disposition;
  /** How many events of its step are to be sent after it. */
  readonly following: number;
}

export interface LanePointer {
  /** The next event and its step; undefined at the end of the log. */
  next(): Pick<Upcoming, 'event' | 'step'> | undefined;
  /** The next event and all after it, as the client is to get them. */
  upcoming(client: Interest): Iterable<Upcoming>;
  /** Moves over the next event. `send`: it was accepted. */
  settle(outcome: Disposition): void;
  /** What is not settled. */
  open(): readonly OpenStep[];
  readonly position: LanePosition;
}

export function createLanePointer(plan: LanePlan, selects: Selects): LanePointer {
  const { log } = plan;
  let position = startOf(plan);
  /** Keys of the events of this step that were sent. */
  let sentKeys = new Set(alreadySent(plan));
  /** The dispositions of this step for `client`; `toSend` counts the events to send from the next one on. */
  let chosen: { client: Interest; dispositions: readonly Disposition[]; toSend: number } | undefined;

  function next(): Pick<Upcoming, 'event' | 'step'> | undefined {
    for (let events = log[position.step]?.events; events !== undefined; events = log[position.step]?.events) {
      const event = events[position.index];
      if (event !== undefined) return { event, step: position.step };
      position = atStep(position.step + 1, position.lastEvent);
      sentKeys = new Set();
      chosen = undefined;
    }
    return undefined;
  }

  function* upcoming(client: Interest): Iterable<Upcoming> {
    for (let { step, index } = position; step < log.length; step++, index = 0) {
      const events = log[step]?.events ?? [];
      const isFirst = step === position.step;
      if (isFirst && chosen?.client !== client) {
        const dispositions = selectForLane(client, events, selects, index, sentKeys);
        chosen = { client, dispositions, toSend: toSendFrom(dispositions, index) };
      }
      const dispositions = isFirst && chosen ? chosen.dispositions : selectForLane(client, events, selects);
      let following = isFirst && chosen ? chosen.toSend : toSendFrom(dispositions, index);
      for (; index < events.length; index++) {
        const disposition = dispositions[index] ?? 'filtered';
        if (disposition === 'send') following--;
        yield { event: events[index]!, step, disposition, following };
      }
    }
  }

  return {
    next,
    upcoming,
    settle(outcome) {
      const { event } = next() ?? {};
      if (event === undefined) throw new Error('the lane is at the end of its log');
      if (outcome === 'send') {
        sentKeys.add(keyOf(event));
        if (chosen !== undefined) chosen.toSend--;
        position = sentOn(position, event, log[position.step]?.events ?? []);
      } else position = passedOver(position, event, outcome === 'skip');
    },
    open: () => openFrom(log, position, sentKeys),
    get position() {
      return position;
    },
  };
}

const toSendFrom = (dispositions: readonly Disposition[], index: number): number =>
  dispositions.slice(index).filter((one) => one === 'send').length;
