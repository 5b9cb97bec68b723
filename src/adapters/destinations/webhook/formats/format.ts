/** What a format is: how a product wants an event. */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import type { Unsendable } from '../answer.ts';

export interface Format {
  readonly contentType: string;
  /** What the product asks for beside it; a client's own headers win. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The same at every attempt; or why the product cannot be sent this event. */
  body(event: LoggedEvent): string | Unsendable;
}
