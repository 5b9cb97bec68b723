/** The message of the removal guard. */
import type { GuardStop } from '../../core/delivery/removal-guard.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { printable } from '../../core/text/log-safe.ts';

const NAMED = 10;

/**
 * What the lane would have announced, and how to go on. `squash`: the command that sends the net change instead, if
 * any.
 */
export function guardLines(
  client: string,
  { step, lastStep, deletedTeams, removedMemberships, population, reverted }: GuardStop,
  log: readonly LogStep[],
  squash: string | undefined,
): string[] {
  const commitOf = (index: number): string => log[index]?.to ?? '';
  const named = deletedTeams.slice(0, NAMED).map(printable).join(', ');
  const more = deletedTeams.length > NAMED ? ` and ${deletedTeams.length - NAMED} more` : '';
  const lines = [
    `${client}: the removal guard stopped this lane before commit ${commitOf(step).slice(0, 12)}. What is pending would`,
    ...(deletedTeams.length > 0
      ? [`  delete ${share(deletedTeams.length, population.teams, 'teams')}: ${named}${more}`]
      : []),
    `  take away ${share(removedMemberships, population.memberships, 'memberships')}`,
    `If that is intended: --allow-removals ${commitOf(lastStep)} (or TEAM_EVENTS_ALLOW_REMOVALS)`,
  ];
  if (reverted && squash !== undefined) {
    lines.push(
      'It has been reverted since. To send neither the removal nor its reversal, send the net change instead:',
      `  ${squash}`,
    );
  }
  return lines;
}

/** Over several commits, more may be removed than exist at any one time. */
const share = (count: number, largest: number, what: string): string =>
  count <= largest
    ? `${count} of ${largest} ${what}`
    : `${count} ${what} in all, of at most ${largest} at a time`;
