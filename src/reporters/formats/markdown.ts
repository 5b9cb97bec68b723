/**
 * Markdown for comments in merge requests, as GitLab and GitHub show it. What came from outside stands in code, where
 * nothing is a link, a mention, HTML or formatting.
 */
import { printable } from '../../core/text/log-safe.ts';

/** What both products take of one comment with room to spare; GitHub takes 65,536 characters. */
export const MAX_CHARACTERS = 60_000;

/** Text from outside, in a line of its own text or in a cell of a table. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(shown) + 1);
  if (shown.trim() === '') return '(blank)';
  // A fence must not run into a backtick of the text; one blank is taken away on both sides.
  const gap = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${gap}${shown}${gap}${fence}`;
}

/** Lines from outside, as they stand. */
export function codeBlock(lines: readonly string[]): string {
  const text = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** Cells are Markdown. `right` are the columns of figures, by index. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What is shown when somebody opens it. */
export interface Folded {
  /** Markdown in a line. */
  readonly summary: string;
  /** From outside; the first of them are shown where there is no room for all. */
  readonly lines: readonly string[];
}

/** The parts, in order of importance, in at most {@link MAX_CHARACTERS}; of what has no room it says how much that is. */
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
