/** A record is a CloudEvent in structured mode for the CloudEvents SDK; its value is the event, byte for byte. */
import { CloudEvent, Kafka, type KafkaMessage } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../../../src/adapters/destinations/kafka/message.ts';
import { sampleLog } from '../../../../../src/core/events/sample-events.ts';
import { eventOf } from '../../../../../src/core/events/team-event.ts';

const EVENTS = sampleLog(1_767_603_720, 'nonce').flatMap(({ events }) => events);

describe.each(EVENTS.map((event) => [event.type, event] as const))('%s', (_type, event) => {
  const message = messageOf(event, false, 42);

  it('has the bytes of the event, and its team as key', () => {
    expect(message.value.toString()).toBe(event.text);
    expect(message.key.toString()).toBe('sample-team');
    expect(message.timestamp).toBe(42);
  });

  it('is the event for the CloudEvents SDK', () => {
    const received = {
      headers: message.headers,
      key: message.key.toString(),
      value: message.value.toString(),
    } as unknown as KafkaMessage<string>;
    expect(Kafka.isEvent(received)).toBe(true);
    const parsed = Kafka.toEvent(received) as CloudEvent<unknown>;
    const { time, ...attributes } = eventOf(event);
    expect(parsed.toJSON()).toMatchObject({ ...attributes, time: new Date(time).toISOString() });
    expect(parsed.validate()).toBe(true);
  });

  it('repeats its attributes in headers, as the binding allows', () => {
    const { data: _, datacontenttype: __, ...attributes } = eventOf(event);
    expect(message.headers).toEqual({
      'content-type': 'application/cloudevents+json',
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value])),
    });
  });
});

it('says that it is sent again on purpose', () => {
  const [event] = EVENTS;
  expect(messageOf(event!, true, 42).headers).toMatchObject({ 'webhook-replay': 'true' });
});
