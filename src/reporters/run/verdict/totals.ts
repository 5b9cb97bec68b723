/**
 * What a run has told whom, in one line:
 *
 *     1 commit, 38 events: 19 members.removed, 19 deleted → groups 19, lists 7  ✗ lists blocked  ‖ news paused
 */
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { Selects } from '../../../core/clients/lane-selection.ts';
import { exitCodeOfClient } from '../../../core/delivery/run-report.ts';
import { EVENT_TYPES, type EventType } from '../../../core/events/event-type.ts';
import type { LogStep } from '../../../core/events/log-step.ts';
import { counted, grouped } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { EXIT } from '../../../errors.ts';
import { markOf } from '../../lane-words.ts';
import type { Totals } from '../run-reporter.ts';

/** Of the events that `shows` selects. */
export function totalsOf(log: readonly LogStep[], shows: Selects): Totals {
  const byType = new Map<EventType, number>();
  let commits = 0;
  for (const { events } of log) {
    const shown = events.filter(shows);
    if (shown.length > 0) commits++;
    for (const { type } of shown) byType.set(type, (byType.get(type) ?? 0) + 1);
  }
  return { commits, byType };
}

/** How many clients are named on either side. */
const NAMED = 12;

/** `19 members.removed, 19 deleted`, in the order of events in a step. */
export const typesText = (byType: Totals['byType']): string =>
  EVENT_TYPES.flatMap((type) => {
    const count = byType.get(type) ?? 0;
    return count === 0 ? [] : [`${grouped(count)} ${type.slice('team.'.length)}`];
  }).join(', ');

/** undefined if there is no event. The arrow stands before the clients that were sent something, and how much. */
export function totalsText({ commits, byType }: Totals, clients: readonly LaneResult[]): string | undefined {
  const types = typesText(byType);
  if (types === '') return undefined;
  const events = [...byType.values()].reduce((sum, count) => sum + count, 0);
  const sent = clients
    .filter(({ delivered }) => delivered > 0)
    .map(({ client, delivered }) => `${printable(client)} ${grouped(delivered)}`);
  const others = clients
    .filter(
      (result) => result.status !== 'done' && (result.pending > 0 || exitCodeOfClient(result) !== EXIT.done),
    )
    .map(({ client, status }) => `${markOf(status)} ${printable(client)} ${status}`);
  return [
    `${counted(commits, 'commit')}, ${counted(events, 'event')}: ${types}${sent.length === 0 ? ' → nobody' : ` → ${listed(sent, ', ')}`}`,
    ...(others.length === 0 ? [] : [listed(others, '  ')]),
  ].join('  ');
}

const listed = (texts: readonly string[], separator: string): string =>
  texts.length <= NAMED
    ? texts.join(separator)
    : [...texts.slice(0, NAMED), `and ${grouped(texts.length - NAMED)} more`].join(separator);
