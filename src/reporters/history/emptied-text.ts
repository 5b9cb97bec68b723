/** The hint about a typo that emptied a team. */
import type { EmptiedTeam } from '../../core/events/hints/emptied-teams.ts';
import { printable } from '../../core/text/log-safe.ts';
import { quoted } from '../../core/text/unicode.ts';

/** On one line. */
export function emptiedText({ team, slip }: EmptiedTeam): string {
  return (
    `${printable(team.id)} has no members any more, and its key ${quoted(slip.path.at(-1) ?? '')} looks like ${quoted(slip.known)}: ` +
    `if that is a typo, correct it in ${printable(team.file)}`
  );
}
