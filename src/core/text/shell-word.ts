/** Texts as words of a shell. */
import { printable } from './log-safe.ts';

/** A text as a shell takes it for one word (bash, where it holds control characters): what messages show is copied. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./^~-]+$/.test(text) && !text.startsWith('~')) return text;
  return printable(text) === text
    ? `'${text.replaceAll("'", "'\\''")}'`
    : `$'${printable(text.replace(/[\\']/g, '\\$&'))}'`;
}
