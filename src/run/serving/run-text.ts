/** The result of a run for people: a line for each client. */
import { type Style, columnWidth } from '../../adapters/process/terminal/style.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { printable } from '../../core/text/log-safe.ts';
import { linesOf } from './run-report.ts';

/** One line per client, and below it what its problem holds beside. */
export function clientLines(clients: readonly LaneResult[], style: Style): string[] {
  const width = columnWidth(clients.map(({ client }) => printable(client)));
  return clients.flatMap((client) => linesOf(client, width, style));
}
