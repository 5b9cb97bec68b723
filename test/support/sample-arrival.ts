/** Requests of a lane as a receiver gets them: event 1, then 2, which names 1 as the one before, and so on. */
import type { ArrivedRequest } from '../../src/commands/listen/order-check.ts';

export interface ArrivalDetails {
  readonly path?: string;
  /** The event that is named as the one before; null for none. */
  readonly previous?: number | null;
  readonly status?: number;
  readonly replay?: boolean;
  readonly body?: string;
}

export function arrival(
  event: number,
  { path = '/', previous = event > 1 ? event - 1 : null, status = 200, replay, body }: ArrivalDetails = {},
): ArrivedRequest {
  return {
    path,
    headers: {
      'webhook-id': `evt_${event}`,
      ...(previous !== null && { 'webhook-previous-id': `evt_${previous}` }),
      ...(replay && { 'webhook-replay': 'true' }),
    },
    body: body ?? JSON.stringify({ sequence: String(event).padStart(12, '0') }),
    accepted: status < 300,
  };
}
