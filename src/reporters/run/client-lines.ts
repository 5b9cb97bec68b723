/** The clients of a run, for people. */
import { columnWidth, type Style } from '../../adapters/process/terminal/style.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { printable } from '../../core/text/log-safe.ts';
import { LANE_WORDS } from '../lane-words.ts';

/** One line per client, with further lines of its problem below it. */
export function clientLines(clients: readonly LaneResult[], style: Style): string[] {
  const width = columnWidth(clients.map(({ client }) => printable(client)));
  return clients.flatMap((client) => linesOf(client, width, style));
}

function linesOf(
  { client, contact, status, delivered, pending, skipped, problem }: LaneResult,
  width: number,
  style: Style,
): string[] {
  const { mark, text } = LANE_WORDS[status];
  const colour = mark === '✓' ? style.green : mark === '‖' ? style.yellow : style.red;
  const counts = [
    `${delivered} delivered`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const about = problem?.event ? `${problem.event.type} ${problem.event.team} (${problem.event.id}): ` : '';
  const why = problem ? `: ${printable(`${about}${problem.message}`)}` : '';
  const whom = contact !== undefined && mark !== '✓' ? `  [${printable(contact)}]` : '';
  const first = `${colour(mark)} ${style.bold(printable(client).padEnd(width))}  ${counts.join(', ')}${status === 'done' ? '' : `  ${text}${why}`}${whom}`;
  return [first, ...(problem?.details ?? []).map((line) => `    ${printable(line)}`)];
}
