/** Which ids are one team: a rename joins two of them. */
import type { LoggedEvent } from '../../../events/team-event.ts';

export interface JoinedTeams {
  /** The id that stands for all ids of the team. */
  teamOf(id: string): string;
  /** Makes two teams one; tells which id no longer stands for a team, and which does. */
  join(earlier: string, id: string): { readonly gone: string; readonly team: string } | undefined;
}

export function createJoinedTeams(): JoinedTeams {
  const leader = new Map<string, string>();
  function teamOf(id: string): string {
    let team = id;
    for (let next = leader.get(team); next !== undefined; next = leader.get(team)) team = next;
    if (team !== id) leader.set(id, team);
    return team;
  }
  return {
    teamOf,
    join(earlier, id) {
      const [gone, team] = [teamOf(id), teamOf(earlier)];
      if (gone === team) return undefined;
      leader.set(gone, team);
      return { gone, team };
    },
  };
}

/** The renames of a step: old id -> new id. */
export function renamesIn(events: readonly LoggedEvent[]): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  for (const { type, subject, states } of events) {
    const earlier = type === 'team.modified' ? states.find(({ id }) => id !== subject) : undefined;
    if (earlier !== undefined) renames.set(earlier.id, subject);
  }
  return renames;
}
