/** Why an event cannot be carried, known without sending it. Loads none of the code that sends: dry runs need none. */
import type { WebhookSubscription } from '../../../core/clients/file/client.ts';
import type { Interest } from '../../../core/clients/lane-selection.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { shownRequests } from '../../../core/clients/requests-of.ts';
import { FORMATS } from './formats/formats.ts';

/** Why the format cannot carry the event; a body of its own has none. */
export const refusalOf = (
  event: LoggedEvent,
  { format, request }: Pick<WebhookSubscription, 'format' | 'request'>,
): string | undefined => (request?.body === undefined ? FORMATS[format].refusal?.(event) : undefined);

/** Why the client's subscription cannot carry the event; undefined if it can. */
export function unsendable(event: LoggedEvent, { subscriptions }: Interest): string | undefined {
  const { format, request } = subscriptions.get(event.type) ?? {};
  const made = shownRequests(event, subscriptions);
  if (made?.ok === false) return made.wrong;
  return format && refusalOf(event, { format, request });
}
