/**
 * What other readers of YAML take, and js-yaml 5 refuses: a closing bracket no deeper than the key of its collection, and
 * a tab between the items of one.
 *
 *     members: [
 *       alice,
 *     ]
 *
 * There blanks mean nothing, so a deeper bracket, or a blank for the tab, is the same text.
 */
import { YAMLException } from 'js-yaml';

const REASON = 'deficient indentation';
/** Characters that are read again for one text, in all: what is left then is refused. */
const MAX_REREAD = 16 * 1024 * 1024;

/** What `read` makes of `text`, with the text that it could read: lines stay the same. @throws what it throws at first */
export function withBracketsIndented<Result>(
  text: string,
  read: (text: string) => Result,
): { readonly result: Result; readonly text: string } {
  let first: unknown;
  let attempt: string | undefined = text;
  for (let reread = 0; attempt !== undefined && reread <= MAX_REREAD; reread += text.length) {
    try {
      return { result: read(attempt), text: attempt };
    } catch (error) {
      first ??= error;
      attempt = mended(attempt, error);
    }
  }
  throw first;
}

/** The text with the one place mended that the error is about; undefined where it is about anything else. */
function mended(text: string, error: unknown): string | undefined {
  if (!(error instanceof YAMLException) || error.reason !== REASON || !error.mark) return undefined;
  const { position } = error.mark;
  const [before, after] = [text.slice(0, position), text.slice(position)];
  if (before.endsWith('\t')) return before.replace(/\t+$/, (tabs) => ' '.repeat(tabs.length)) + after;
  return /^[\]}]/.test(after) ? `${before} ${after}` : undefined;
}
