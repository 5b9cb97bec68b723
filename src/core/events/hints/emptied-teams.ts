/**
 * Teams that lost all members in a step that added a key similar to a members key: `membre` in place of `membres`. This
 * changes no event; it only points people to a possible typo.
 */
import { byCodeUnits } from '../../catalogue/reading/json-value.ts';
import { findSlip, valueUnder, type Slip } from '../../catalogue/reading/key-path.ts';
import { teamOf, type TeamEntry } from '../../catalogue/team.ts';
import { findRenames } from '../step-changes.ts';

export interface EmptiedTeam {
  /** The team after the step. */
  readonly team: TeamEntry;
  readonly slip: Slip;
}

type Teams = ReadonlyMap<string, TeamEntry>;

/** Sorted by id; `members` are the configured members keys after the step. */
export function emptiedTeams(before: Teams, after: Teams, members: readonly string[]): EmptiedTeam[] {
  const renames = findRenames(before, after);
  const emptied = [...after.values()].flatMap((team): EmptiedTeam[] => {
    const earlier = team.memberCount === 0 ? before.get(renames.get(team.id) ?? team.id) : undefined;
    const slip = earlier && earlier.memberCount > 0 ? slipOf(earlier, team, members) : undefined;
    return slip ? [{ team, slip }] : [];
  });
  return emptied.sort((a, b) => byCodeUnits(a.team.id, b.team.id));
}

/** A similar key that holds a non-empty list, and did not hold the same one before. */
function slipOf(earlier: TeamEntry, team: TeamEntry, members: readonly string[]): Slip | undefined {
  const { attributes } = teamOf(team);
  const slip = findSlip(attributes, members, (_, value) => Array.isArray(value) && value.length > 0);
  if (slip === undefined) return undefined;
  const key = slip.path.join('.');
  const [was, is] = [teamOf(earlier).attributes, attributes].map((one) => valueUnder(one, key));
  return JSON.stringify(was) === JSON.stringify(is) ? undefined : slip;
}
