/**
 * The sequence numbers of one producer id, by which a broker knows a repetition: what comes with numbers that it has had
 * from this producer is confirmed and not stored again. So numbers belong to one list of events for ever: once that has
 * been sent, only the same list may come with them, until it is confirmed. Anything else needs another producer id.
 */
import type { LoggedEvent } from '../../../core/events/team-event.ts';

export interface Sequences {
  /** Whether these events may be sent to the partition by this producer. */
  allows(partition: number, events: readonly LoggedEvent[]): boolean;
  /** The number of the first of them, and when they were sent first: a repetition is the same, byte for byte. */
  begin(partition: number, events: readonly LoggedEvent[], nowMs: number): Begun;
  /** The broker has confirmed what was begun. */
  confirmed(partition: number): void;
}

export interface Begun {
  readonly sequence: number;
  readonly sentMs: number;
}

interface Unconfirmed extends Begun {
  readonly ids: readonly string[];
}

export function createSequences(): Sequences {
  const next = new Map<number, number>();
  const unconfirmed = new Map<number, Unconfirmed>();
  const allows: Sequences['allows'] = (partition, events) => {
    const ids = unconfirmed.get(partition)?.ids;
    return (
      ids === undefined || (ids.length === events.length && events.every(({ id }, at) => id === ids[at]))
    );
  };
  return {
    allows,
    begin(partition, events, nowMs) {
      if (!allows(partition, events)) throw new Error(`the numbers of partition ${partition} are in use`);
      const begun = unconfirmed.get(partition) ?? {
        ids: events.map(({ id }) => id),
        sequence: next.get(partition) ?? 0,
        sentMs: nowMs,
      };
      unconfirmed.set(partition, begun);
      return begun;
    },
    confirmed(partition) {
      const begun = unconfirmed.get(partition);
      if (begun === undefined) throw new Error(`nothing was begun in partition ${partition}`);
      next.set(partition, begun.sequence + begun.ids.length);
      unconfirmed.delete(partition);
    },
  };
}
