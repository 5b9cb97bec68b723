/** Cursors for machines: one document. */
import type { ShownCursors } from '../shown-cursors.ts';

export const cursorsJson = (shown: ShownCursors): string => `${JSON.stringify({ version: 1, ...shown })}\n`;
