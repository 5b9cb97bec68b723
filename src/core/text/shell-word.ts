/** Quotes texts for a shell. */
import { printable } from './log-safe.ts';

/**
 * Quotes a text as one word of a shell (bash, if it holds control characters), because people copy commands from
 * messages.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./^~-]+$/.test(text) && !text.startsWith('~')) return text;
  return printable(text) === text
    ? `'${text.replaceAll("'", "'\\''")}'`
    : `$'${printable(text.replace(/[\\']/g, '\\$&'))}'`;
}
