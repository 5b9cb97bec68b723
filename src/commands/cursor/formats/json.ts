/** Cursors for machines: one JSON document. */
import type { ShownCursors } from '../shown-cursors.ts';

export const cursorsJson = (shown: ShownCursors): string => `${JSON.stringify({ version: 1, ...shown })}\n`;
