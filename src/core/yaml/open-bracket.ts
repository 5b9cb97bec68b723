/** Where a collection in brackets may have been left open: the parser names only the place where it noticed. */
import { positionAt } from './node-position.ts';

/** What the parser says where a bracket is missing. It says the first of a quote, too. */
const REASONS: ReadonlySet<string> = new Set([
  'deficient indentation',
  'unexpected end of the stream within a flow collection',
  'missed comma between flow collection entries',
]);
/** What may hold brackets that mean nothing, within one line. */
const QUOTES_AND_COMMENTS = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?<![^\s])#.*/g;

/** A question to put behind the parser's reason; empty if no bracket before `offset` is open. */
export function openBracketHint(reason: string, text: string, offset: number): string {
  if (!REASONS.has(reason)) return '';
  const before = text.slice(0, offset).replace(QUOTES_AND_COMMENTS, (found) => ' '.repeat(found.length));
  let closed = 0;
  for (let at = before.length - 1; at >= 0; at--) {
    const sign = before.charAt(at);
    if (sign === ']' || sign === '}') closed++;
    else if ((sign === '[' || sign === '{') && closed-- === 0) {
      const { line, column } = positionAt(text, at);
      return `: is the ${sign} of line ${line}, column ${column} closed?`;
    }
  }
  return '';
}
