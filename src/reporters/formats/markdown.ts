/**
 * Markdown for comments in merge requests of GitLab and GitHub. Text from outside is put into code spans, where nothing
 * is a link, a mention, HTML or formatting.
 */
import { printable } from '../../core/text/log-safe.ts';

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

/** Lines from outside, unchanged, as a code block. */
export function codeBlock(lines: readonly string[]): string {
  const text = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

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

/** Joins the parts, the most important first, within {@link MAX_CHARACTERS}; says how many parts had no room. */
export function markdown(parts: readonly (string | Folded)[]): string {
  let text = '';
  let leftOut = 0;
  for (const part of parts) {
    const room = MAX_CHARACTERS - ROOM_FOR_END - text.length;
    const shown = typeof part === 'string' ? part : folded(part, room);
    if (shown.length > room) leftOut++;
    else text += `${shown}\n\n`;
  }
  if (leftOut > 0) text += `${leftOut} more ${leftOut === 1 ? 'part has' : 'parts have'} no room here.\n\n`;
  return `${text.trimEnd()}\n`;
}

const ROOM_FOR_END = 200;

function folded({ summary, lines }: Folded, room: number): string {
  const around = (shown: readonly string[]): string => {
    const left = lines.length - shown.length;
    const more = left > 0 ? `\n\n… and ${left} more lines` : '';
    return `<details><summary>${summary}</summary>\n\n${codeBlock(shown)}${more}\n\n</details>`;
  };
  const whole = around(lines);
  if (whole.length <= room) return whole;
  let size = around([]).length;
  const shown: string[] = [];
  for (const line of lines) {
    size += line.length + 1;
    if (size > room - ROOM_FOR_END) break;
    shown.push(line);
  }
  return around(shown);
}
