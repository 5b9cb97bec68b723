/** The event itself, byte for byte as it is printed; the content type says how it wants to be read. */
import type { Format } from './format.ts';

/** What every ordinary body parser reads. */
export const json: Format = { contentType: 'application/json', body: ({ text }) => text };

/** The structured mode of CloudEvents: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md */
export const cloudevents: Format = { contentType: 'application/cloudevents+json', body: ({ text }) => text };
