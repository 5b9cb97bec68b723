/** The interface of a format: how a product expects an event. */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';

export interface Format {
  readonly contentType: string;
  /** More headers that the product requires; a client's own headers win. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, the same at every attempt. */
  body(event: LoggedEvent): string;
  /** How it takes several events at once, where it does; at least one. */
  readonly batch?: {
    readonly contentType: string;
    body(events: readonly LoggedEvent[]): string;
  };
  /** Why the product cannot be sent this event, where that is so. */
  refusal?(event: LoggedEvent): string | undefined;
}
