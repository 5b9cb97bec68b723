/** What a replay would send again, client by client. */
import { columnWidth, type Style } from '../../adapters/process/terminal/style.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { counted } from '../../core/text/counted.ts';
import { printable } from '../../core/text/log-safe.ts';

/** The part of a lane that is shown. */
export interface ReplayedLane {
  readonly name: string;
  readonly due: readonly (readonly LoggedEvent[])[];
  /** Why it gets nothing. */
  readonly refused: { readonly status: string; readonly message: string | undefined } | undefined;
}

/** One line per client. */
export function replayLines(lanes: readonly ReplayedLane[], style: Style): string {
  const width = columnWidth(lanes.map(({ name }) => name));
  return lanes.map((lane) => `${style.bold(lane.name.padEnd(width))}  would get ${gets(lane)}\n`).join('');
}

function gets({ due, refused }: ReplayedLane): string {
  if (refused !== undefined) {
    const { status, message = status } = refused;
    return `nothing: ${printable(status === 'claimed' ? `it is claimed by ${message}` : message)}`;
  }
  const count = due.flat().length;
  return count === 0 ? 'nothing of it' : `${counted(count, 'event')} again`;
}
