/** Which events of a step go to a client. */
import type { EventType, Implication, LoggedEvent, TeamEvent } from '../events/team-event.ts';

/**
 * send: the lane gets it. skip: a person passed it over in the clients file. filtered: the client does not
 * subscribe to it, the run was not asked for it, or the client is sent an event that implies it.
 */
export type Disposition = 'send' | 'skip' | 'filtered';

/** Of a client, what decides about its events. */
export interface Interest {
  readonly subscriptions: ReadonlyMap<EventType, unknown>;
  readonly skip: ReadonlySet<string>;
}

/** Whether the run was asked to send an event at all. */
export type Selects = (event: TeamEvent) => boolean;

/** For each event of one whole step, in their order. */
export function selectForLane(
  { subscriptions, skip }: Interest,
  step: readonly LoggedEvent[],
  selects: Selects = () => true,
): Disposition[] {
  const subscribed = (event: TeamEvent): boolean => subscriptions.has(event.type) && selects(event);
  const wanted = step.filter(({ event }) => subscribed(event) && !skip.has(event.id));
  const byTeam = new Set(
    wanted.map(({ event }) => implicationKey({ type: event.type, team: event.subject })),
  );
  return step.map(({ event, impliedBy }) => {
    if (!subscribed(event)) return 'filtered';
    if (impliedBy.some((implication) => byTeam.has(implicationKey(implication)))) return 'filtered';
    return skip.has(event.id) ? 'skip' : 'send';
  });
}

const implicationKey = ({ type, team }: Implication): string => `${type}\n${team}`;
