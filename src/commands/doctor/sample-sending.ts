/** A sample event, as it is sent to a client. */
import { randomUUID } from 'node:crypto';
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { Sending } from '../../core/delivery/destination.ts';
import type { EventType } from '../../core/events/event-type.ts';
import { sampleLog } from '../../core/events/sample-events.ts';

export function sampleOf(type: EventType, client: BoundClient): Sending {
  const nowMs = Date.now();
  const log = sampleLog(nowMs / 1000, randomUUID());
  const event = log.flatMap(({ events }) => events).find((one) => one.type === type);
  if (event === undefined) throw new Error(`there is no sample of ${type}`);
  return { events: [event], client, previousId: undefined, remaining: 0, replay: false, part: 0, nowMs };
}
