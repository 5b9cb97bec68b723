/**
 * The answer of `explain` for people: the events by commit, each with its id and the state of its clients.
 *
 *     payments: a team, 2 events
 *     4f2a91c  Add the payments team  (Ann, 2026-01-05)
 *       + payments created  teams/payments.yml
 *           evt_0123…  → groups  … lists pending
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { commitLine, eventText } from '../../../reporters/history/events-text.ts';
import type { Delivery } from '../deliveries.ts';
import type { Explanation } from '../subject.ts';

export function explanationText({ name, kinds, events }: Explanation, style: Style): string {
  const what = kinds.map((kind) => (kind === 'event' ? 'an event' : `a ${kind}`)).join(' and ');
  let text = `${style.bold(printable(name))}: ${what}, ${counted(events.length, 'event')}\n`;
  let commit: string | undefined;
  for (const { event, clients } of events) {
    if (event.data.commit.id !== commit) text += `${commitLine(event, style)}\n`;
    commit = event.data.commit.id;
    text += eventText(event, style, [[event.id, ...deliveriesText(clients)].join('  ')]);
  }
  const isPassed = events.some(({ clients }) => clients.some(({ state }) => state === 'passed'));
  if (!isPassed) return text;
  return `${text}${style.dim('→ delivered, or older than where the client began: its cursor is past it.')}\n`;
}

const MARKS = {
  passed: '→',
  pending: '…',
  blocked: '✗',
  held: '✗',
  skipped: '‖',
  new: '‖',
  unknown: '?',
} as const;

/** Clients with the same state are listed together. */
function deliveriesText(deliveries: readonly Delivery[]): readonly string[] {
  const names = new Map<Delivery['state'], string[]>();
  for (const { client, state } of deliveries) names.set(state, [...(names.get(state) ?? []), client]);
  return [...names].map(
    ([state, clients]) => `${MARKS[state]} ${clients.join(', ')}${state === 'passed' ? '' : ` ${state}`}`,
  );
}
