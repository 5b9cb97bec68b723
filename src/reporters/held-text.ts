/** How held teams are named to people. */
import type { HeldTeamCount } from '../core/delivery/lane/teams/held-steps.ts';
import { counted } from '../core/text/counted.ts';
import { printable } from '../core/text/log-safe.ts';
import { shorten } from '../core/text/shorten.ts';

const NAMED = 10;

/** `payments (3 events), core (1 event) and 5 more teams` */
export function heldText(held: readonly HeldTeamCount[]): string {
  const named = held
    .slice(0, NAMED)
    .map(({ team, events }) => `${printable(shorten(team, 60))} (${counted(events, 'event')})`);
  const more = held.length - NAMED;
  return `${named.join(', ')}${more > 0 ? ` and ${counted(more, 'more team')}` : ''}`;
}
