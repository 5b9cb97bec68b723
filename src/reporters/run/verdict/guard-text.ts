/** What the removal guard has stopped, and what lets it pass. */
import type { LaneProblem, LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { GuardStop } from '../../../core/delivery/removal-guard.ts';
import type { LogStep } from '../../../core/events/log-step.ts';
import { printable } from '../../../core/text/log-safe.ts';
import type { RunCommands } from '../../run-commands.ts';

const NAMED = 10;

/** What the lane would have announced, and the commands to go on. `log` is that of the lane. */
export function guarded(
  client: string,
  { step, lastStep, deletedTeams, removedMemberships, population, net: netOf }: GuardStop,
  log: readonly LogStep[],
  commands: RunCommands | undefined,
): Required<Pick<LaneResult, 'help'>> & { readonly problem: LaneProblem } {
  const commitOf = (index: number): string => log[index]?.to ?? '';
  const named = deletedTeams.slice(0, NAMED).map(printable).join(', ');
  const more = deletedTeams.length > NAMED ? ` and ${deletedTeams.length - NAMED} more` : '';
  const details = [
    'What is pending would',
    ...(deletedTeams.length > 0
      ? [`  delete ${share(deletedTeams.length, population.teams, 'teams')}: ${named}${more}`]
      : []),
    `  take away ${share(removedMemberships, population.memberships, 'memberships')}`,
  ];
  const last = commitOf(lastStep);
  const { reverted, restoredTeams } = netOf();
  const net = reverted || restoredTeams > 0 ? commands?.squash?.(client) : undefined;
  const help: string[] = [];
  if (net !== undefined) {
    help.push(
      reverted
        ? 'It has been reverted since. To send neither the removal nor its reversal, send the net change instead:'
        : `Of the deleted teams ${restoredTeams} ${restoredTeams === 1 ? 'is' : 'are'} there again. To send the net change only, which the guard judges anew:`,
      `  ${net}`,
    );
  }
  if (commands !== undefined) {
    help.push(
      `${net !== undefined ? 'To send all of it' : 'If that is intended, let it pass'} with --allow-removals (or TEAM_EVENTS_ALLOW_REMOVALS=${last}):`,
      `  ${commands.again(client, { '--allow-removals': last })}`,
    );
  }
  const message = `before commit ${commitOf(step).slice(0, 12)}`;
  return { problem: { message, details, event: undefined }, help };
}

/** Over several commits, more may be removed than exist at any one time. */
const share = (count: number, largest: number, what: string): string =>
  count <= largest
    ? `${count} of ${largest} ${what}`
    : `${count} ${what} in all, of at most ${largest} at a time`;
