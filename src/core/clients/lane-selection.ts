/** Which events of a step go to a client. */
import { type EventType, EVENT_TYPES } from '../events/event-type.ts';
import type { Implication, LoggedEvent } from '../events/team-event.ts';
import type { WireFormat } from './file/wire-format.ts';
import type { Scope } from './scope.ts';

/**
 * send: the lane gets it. skip: a person passed it over in the clients file. filtered: the client does not
 * subscribe to it or to its team, the run was not asked for it, or the client is sent an event that implies it.
 */
export type Disposition = 'send' | 'skip' | 'filtered';

/** Of a client, what decides about its events. */
export interface Interest {
  /** By type of event; without a scope to all teams. */
  readonly subscriptions: ReadonlyMap<
    EventType,
    { readonly scope: Scope | undefined; readonly format?: WireFormat }
  >;
  readonly skip: ReadonlySet<string>;
}

/** Of a client whose entry cannot be read, or is not there. */
export const EVERYTHING: Interest = {
  subscriptions: new Map(EVENT_TYPES.map((type) => [type, { scope: undefined }])),
  skip: new Set(),
};

/** Whether the run was asked to send an event at all. */
export type Selects = (event: LoggedEvent) => boolean;

/**
 * For each event of one whole step, in their order. In the middle of a step, where the client may have changed,
 * `from` is the index to go on at, and `sent` holds the keys of what it was sent before; only the dispositions from
 * there on count.
 */
export function selectForLane(
  { subscriptions, skip }: Interest,
  step: readonly LoggedEvent[],
  selects: Selects = () => true,
  from = 0,
  sent: ReadonlySet<string> = new Set(),
): Disposition[] {
  const subscribed = (event: LoggedEvent): boolean => {
    const subscription = subscriptions.get(event.type);
    return subscription !== undefined && (subscription.scope?.(event) ?? true) && selects(event);
  };
  const sentKeys = new Set(sent);
  for (const event of step.slice(from)) {
    if (subscribed(event) && !skip.has(event.id))
      sentKeys.add(implicationKey({ type: event.type, team: event.subject }));
  }
  return step.map((event) => {
    if (!subscribed(event)) return 'filtered';
    if (event.impliedBy.some((implication) => sentKeys.has(implicationKey(implication)))) return 'filtered';
    return skip.has(event.id) ? 'skip' : 'send';
  });
}

export const implicationKey = ({ type, team }: Implication): string => `${type}\n${team}`;
