/**
 * Markdown for comments in merge requests of GitLab and GitHub. Text from outside is put into code spans, where nothing
 * is a link, a mention, HTML or formatting.
 */
import { parseUrl } from '../../core/text/parse-url.ts';
import { printable } from '../../core/text/log-safe.ts';
import { shorten } from '../../core/text/shorten.ts';

/** A comment that both products accept, with room to spare; GitHub's limit is 65,536 characters. */
export const MAX_CHARACTERS = 60_000;

/** Text from outside, as a code span in a line or in a cell of a table. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(shown) + 1);
  if (shown.trim() === '') return '(blank)';
  // A fence must not touch a backtick of the text; Markdown removes one blank on both sides.
  const gap = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${gap}${shown}${gap}${fence}`;
}

/** How much of one line is shown. */
const MAX_LINE = 1000;

/** Lines from outside as a code block: unchanged, but for the end of very long ones. */
export function codeBlock(lines: readonly string[]): string {
  const shown = lines.map((line) => shorten(line, MAX_LINE));
  const fence = '`'.repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)));
  return `${fence}text\n${shown.join('\n')}\n${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** A link if `address` is one of the web; else the words alone. `words` are Markdown. */
export function link(words: string, address: string | undefined): string {
  const url = parseUrl(address ?? '');
  if (url === undefined || !/^https?:$/.test(url.protocol)) return words;
  return `[${words}](${url.href.replace(/[()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)})`;
}

/** Builds a table; cells are Markdown. `right`: indexes of columns with numbers. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Text that is shown only when opened. */
export interface Folded {
  /** One line of Markdown. */
  readonly summary: string;
  /** Lines from outside; if there is no room for all, only the first are shown. */
  readonly lines: readonly string[];
}

/** What later parts get, if they need it, however long those before them are. */
const SHARE = 5000;
const ROOM_FOR_END = 500;

/**
 * Joins the parts, the most important first, within `limit`. A folded part that has no room is cut after
 * a line, and says how many more it has; at the end stands what has no room at all.
 */
export function markdown(parts: readonly (string | Folded)[], limit = MAX_CHARACTERS): string {
  const whole = parts.map((part) => (typeof part === 'string' ? part : folded(part)));
  const leftOut: string[] = [];
  let text = '';
  for (const [index, part] of parts.entries()) {
    const all = whole[index] ?? '';
    const later = whole.slice(index + 1).reduce((sum, one) => sum + Math.min(one.length + 2, SHARE), 0);
    const room = limit - ROOM_FOR_END - text.length - Math.min(later, limit / 2);
    const shown = all.length <= room ? all : typeof part === 'string' ? undefined : cut(part, room);
    if (shown !== undefined) text += `${shown}\n\n`;
    else leftOut.push(typeof part === 'string' ? 'a part of the text' : part.summary);
  }
  if (leftOut.length > 0) text += shorten(`No room here for: ${leftOut.join('; ')}.`, ROOM_FOR_END - 10);
  return `${text.trimEnd()}\n`;
}

function folded({ summary, lines }: Folded, shown = lines): string {
  const left = lines.length - shown.length;
  const more = left > 0 ? `\n\n… and ${left} more lines` : '';
  return `<details><summary>${summary}</summary>\n\n${codeBlock(shown)}${more}\n\n</details>`;
}

/** As many lines as there is room for; undefined if there is none for even one. */
function cut(part: Folded, room: number): string | undefined {
  let fence = 3;
  let size = folded(part, []).length;
  let count = 0;
  for (const line of part.lines) {
    const shown = shorten(line, MAX_LINE);
    fence = Math.max(fence, longestRun(shown) + 1);
    size += shown.length + 1;
    if (size + 2 * (fence - 3) > room) break;
    count++;
  }
  return count === 0 ? undefined : folded(part, part.lines.slice(0, count));
}
