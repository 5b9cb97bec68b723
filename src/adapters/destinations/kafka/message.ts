/**
 * The record of an event: the structured mode of the CloudEvents Kafka protocol binding. The value is the event, byte for
 * byte as it is printed; its attributes stand in `ce_` headers as well, so that who looks for some types need not parse
 * every value. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
import type { LoggedEvent, TeamEvent } from '../../../core/events/team-event.ts';
import type { KafkaMessage } from './protocol.ts';

/** The key is the team's id: of one team's events, a partition and a compacted topic know that they belong together. */
export const keyOf = ({ subject }: LoggedEvent): Buffer => Buffer.from(subject);

/** `timestamp`: when it is sent, because retention counts from there. */
export function messageOf(event: LoggedEvent, replay: boolean, timestamp: number): KafkaMessage {
  const { text } = event; // made anew each time
  const { data: _, datacontenttype: __, ...attributes } = JSON.parse(text) as TeamEvent;
  const named = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value] as const);
  return {
    key: keyOf(event),
    value: Buffer.from(text),
    headers: {
      'content-type': 'application/cloudevents+json',
      ...Object.fromEntries(named),
      ...(replay && { 'webhook-replay': 'true' }),
    },
    timestamp,
  };
}
