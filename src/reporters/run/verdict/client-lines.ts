/** The clients of a run, for people. */
import { columnWidth, type Style } from '../../../adapters/process/terminal/style.ts';
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { LANE_WORDS } from '../../lane-words.ts';
import { isFileLine } from './advice.ts';
import { sharedHelp } from './shared-help.ts';
import type { RunKind } from '../run-reporter.ts';

/** One line per client, with further lines of its problem, and of what helps, below it; what helps several, once. */
export function clientLines(clients: readonly LaneResult[], style: Style, kind: RunKind = 'run'): string[] {
  const width = columnWidth(clients.map(({ client }) => printable(client)));
  const help = sharedHelp(clients);
  return clients.flatMap((result) => linesOf(result, help(result), width, style, kind));
}

function linesOf(
  result: LaneResult,
  help: readonly string[],
  width: number,
  style: Style,
  kind: RunKind,
): string[] {
  const { client, status, problem } = result;
  const { mark, text } = LANE_WORDS[status];
  const colour = mark === '✓' ? style.green : mark === '‖' ? style.yellow : style.red;
  const why = whyText(result);
  const whom = helperText(result);
  const first = [
    `${colour(mark)} ${style.bold(printable(client).padEnd(width))}  ${countsText(result, kind)}`,
    ...(status === 'done' && why === ''
      ? []
      : [`  ${status === 'done' ? '' : text}${why && `${status === 'done' ? '' : ': '}${why}`}`]),
    ...(whom === undefined ? [] : [`  [${whom}]`]),
  ].join('');
  return [
    first,
    ...[...(problem?.details ?? []), ...heldLines(result), ...help].map((line) =>
      isFileLine(line) ? printable(line) : `    ${printable(line)}`,
    ),
  ];
}

/** What went to the client, or would go, and what did not. */
function countsText({ delivered, pending, skipped, requests }: LaneResult, kind: RunKind): string {
  const again = kind === 'replay' && delivered > 0 ? ' again' : '';
  const together = requests === undefined || delivered === 0 ? '' : ` in ${counted(requests, 'request')}`;
  return [
    kind === 'run'
      ? `${delivered} delivered`
      : `would get ${delivered === 0 ? 'nothing' : counted(delivered, 'event')}${again}${together}`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
}

/** How many teams that wait are named. */
const HELD = 10;

/** Of a client with `order: team`: the teams that wait, and for what; the first is named with the client. */
export function heldLines({ held = [] }: LaneResult): readonly string[] {
  const more = held.length - HELD;
  return [
    ...held.slice(1, HELD).map(({ team, problem }) => `${team}: ${whyText({ problem })}`),
    ...(more > 0 ? [`and ${counted(more, 'more team')}`] : []),
  ];
}

/** Why the client got no more; empty if nothing is known. */
export function whyText({ problem }: Pick<LaneResult, 'problem'>): string {
  if (problem === undefined) return '';
  const { event, message } = problem;
  return printable(`${event ? `${event.type} ${event.team} (${event.id}): ` : ''}${message}`);
}

/** Whom to ask: the client's contact where its owner can help, else the operator; undefined if nobody has to do anything. */
export function helperText({ helper, contact }: LaneResult): string | undefined {
  if (helper === 'operator') return 'operator';
  return helper === 'owner' && contact !== undefined ? printable(contact) : undefined;
}
