/** A request for machines, whole: `send` takes such lines, and sends the body on to the byte. */
import type { Received } from '../received.ts';

export const requestLine = (received: Received): string => `${JSON.stringify(received)}\n`;
