/** Decides which events of a step are sent to a client. */
import { type EventType, EVENT_TYPES } from '../events/event-type.ts';
import type { Implication, LoggedEvent } from '../events/team-event.ts';
import type { RequestTemplate } from '../requests/request-template.ts';
import type { Batch } from './batch.ts';
import type { WireFormat } from './file/wire-format.ts';
import type { Scope } from './scope.ts';

/**
 * send: the event is sent. skip: a person listed the event under `skip` in the clients file. filtered: the client does
 * not subscribe to the type or the team, the run was not asked for the event, or the client is sent an event that
 * implies it.
 */
export type Disposition = 'send' | 'skip' | 'filtered';

/** The part of a client that decides which events it is sent. */
export interface Interest {
  /** By event type; a subscription without a scope covers all teams. */
  readonly subscriptions: ReadonlyMap<
    EventType,
    {
      readonly scope: Scope | undefined;
      readonly format?: WireFormat;
      readonly method?: string;
      readonly request?: RequestTemplate | undefined;
      readonly batch?: Batch | undefined;
    }
  >;
  readonly skip: ReadonlySet<string>;
}

/** Stands in for a client whose entry cannot be read or does not exist. */
export const EVERYTHING: Interest = {
  subscriptions: new Map(EVENT_TYPES.map((type) => [type, { scope: undefined }])),
  skip: new Set(),
};

/** Whether the run was asked to send an event at all. */
export type Selects = (event: LoggedEvent) => boolean;

/**
 * The disposition of each event of one complete step, in order. In the middle of a step, where the client's entry may
 * have changed: `from` is the index at which to continue, and `sent` holds the keys of the events sent before; then
 * only the dispositions from `from` on are meaningful.
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
  // An event makes its id when it is asked for it, so it is not asked where nothing is skipped.
  const isSkipped = (event: LoggedEvent): boolean => skip.size > 0 && skip.has(event.id);
  // Beside `sent`, which may be large: it is not copied. And without a key for each event, of which there may be many.
  const toSend = new Map<EventType, Set<string>>(EVENT_TYPES.map((type) => [type, new Set()]));
  for (const [index, event] of step.entries()) {
    if (index >= from && subscribed(event) && !isSkipped(event)) toSend.get(event.type)?.add(event.subject);
  }
  const isSent = (implication: Implication): boolean =>
    toSend.get(implication.type)?.has(implication.team) || sent.has(implicationKey(implication));
  return step.map((event) => {
    if (!subscribed(event)) return 'filtered';
    if (event.impliedBy.some(isSent)) return 'filtered';
    return isSkipped(event) ? 'skip' : 'send';
  });
}

export const implicationKey = ({ type, team }: Implication): string => `${type}\n${team}`;
