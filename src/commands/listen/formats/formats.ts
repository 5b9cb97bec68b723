/** The formats of `listen`: each request is printed as it arrives. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { Received } from '../received.ts';

type RequestReporter = (received: Received, style: Style) => string;

export const LISTEN_REPORTERS = {
  text: async () => (await import('./text.ts')).requestText,
  ndjson: async () => (await import('./ndjson.ts')).requestLine,
} satisfies Record<string, () => Promise<RequestReporter>>;

export type ListenFormat = keyof typeof LISTEN_REPORTERS;
