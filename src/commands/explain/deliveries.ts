/** Which clients were sent an event, as far as cursors show. */
import { selectForLane } from '../../core/clients/lane-selection.ts';
import { dueEvents } from '../../core/delivery/lane/open-steps.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { PendingLane } from '../../run/lanes/pending.ts';

export interface Delivery {
  readonly client: string;
  /**
   * passed: the cursor is past the event: it was delivered, or is older than where the client began. pending: the next
   * run sends it. blocked: the receiver refuses it. held: its team waits for an event that the receiver refuses. skipped: the clients file skips it. new: the client has not begun.
   * unknown: history does not lead on from its cursor.
   */
  readonly state: 'passed' | 'pending' | 'blocked' | 'held' | 'skipped' | 'new' | 'unknown';
}

/** For the events of one complete step: the clients that subscribe to each, in the order of the clients file. */
export type DeliveriesOf = (step: readonly LoggedEvent[]) => (event: Explained) => readonly Delivery[];

type Explained = Pick<LoggedEvent, 'id' | 'subject'>;

/** Uses the subscriptions of the present clients file. */
export function deliveriesBy(lanes: readonly PendingLane[]): DeliveriesOf {
  const readers = lanes.flatMap((lane) => {
    const { client, plan, beginning } = lane;
    if (client === undefined) return [];
    const due = new Set(
      plan && dueEvents(plan, client, () => true).flatMap((events) => events.map(({ id }) => id)),
    );
    const blocked = 'cursor' in beginning ? beginning.cursor.blocked?.event : undefined;
    const held = new Set(plan?.held?.map(({ team }) => team));
    const stateOf = ({ id, subject }: Explained): Delivery['state'] => {
      if (beginning.kind === 'new') return 'new';
      if (plan === undefined) return 'unknown';
      if (!due.has(id)) return 'passed';
      if (id === blocked) return 'blocked';
      return held.has(subject) ? 'held' : 'pending';
    };
    return [{ client, stateOf }];
  });
  return (step) => {
    const selected = readers.map(({ client, stateOf }) => {
      const dispositions = selectForLane(client, step);
      return {
        client: client.name,
        stateOf,
        dispositionOf: new Map(step.map(({ id }, at) => [id, dispositions[at]])),
      };
    });
    return (event) =>
      selected.flatMap(({ client, stateOf, dispositionOf }): readonly Delivery[] => {
        switch (dispositionOf.get(event.id)) {
          case 'send':
            return [{ client, state: stateOf(event) }];
          case 'skip':
            return [{ client, state: 'skipped' }];
          case 'filtered':
          case undefined:
            return [];
        }
      });
  };
}
