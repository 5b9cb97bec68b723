/** The interface of a format: how a product expects an event. */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import type { Unsendable } from '../answer.ts';

export interface Format {
  readonly contentType: string;
  /** More headers that the product requires; a client's own headers win. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, the same at every attempt; or why the product cannot be sent this event. */
  body(event: LoggedEvent): string | Unsendable;
}
