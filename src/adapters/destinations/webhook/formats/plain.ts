/** The event itself, byte for byte as it is printed; the content type tells the two formats apart. */
import type { Format } from './format.ts';

/** A content type that every common body parser handles. */
export const json: Format = { contentType: 'application/json', body: ({ text }) => text };

/** The structured mode of CloudEvents: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md */
export const cloudevents: Format = { contentType: 'application/cloudevents+json', body: ({ text }) => text };
