/** A complete request for machines: `send` accepts such lines, and sends the body byte for byte. */
import type { Received } from '../received.ts';

export const requestLine = (received: Received): string => `${JSON.stringify(received)}\n`;
