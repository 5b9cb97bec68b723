/** The event itself, byte for byte as it is printed, or a list of such; the content type tells the two formats apart. */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import type { Format } from './format.ts';

const list = (events: readonly LoggedEvent[]): string => `[${events.map(({ text }) => text).join(',')}]`;

/** A content type that every common body parser handles. */
export const json: Format = {
  contentType: 'application/json',
  body: ({ text }) => text,
  batch: { contentType: 'application/json', body: list },
};

/**
 * The structured and the batched mode of CloudEvents:
 * https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 */
export const cloudevents: Format = {
  contentType: 'application/cloudevents+json',
  body: ({ text }) => text,
  batch: { contentType: 'application/cloudevents-batch+json', body: list },
};
