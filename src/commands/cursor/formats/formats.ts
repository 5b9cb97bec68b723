/** The formats of `cursor show`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { ShownCursors } from '../shown-cursors.ts';

/** `named`: the clients of the clients file, if one is given for comparison. */
type CursorReporter = (shown: ShownCursors, named: ReadonlySet<string> | undefined, style: Style) => string;

export const CURSOR_REPORTERS = {
  text: async () => (await import('./text.ts')).cursorsText,
  json: async () => (await import('./json.ts')).cursorsJson,
} satisfies Record<string, () => Promise<CursorReporter>>;

export type CursorFormat = keyof typeof CURSOR_REPORTERS;
