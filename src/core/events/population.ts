/** Counts teams and memberships: the totals for the removal guard's percentages. */
import type { TeamEntry } from '../catalogue/team.ts';
import type { Population } from './log-step.ts';

export function populationOf(entries: Iterable<TeamEntry>): Population {
  let teams = 0;
  let memberships = 0;
  for (const { memberCount } of entries) {
    teams++;
    memberships += memberCount;
  }
  return { teams, memberships };
}

/** The same object if nothing differs: there is one for each step of a log. */
export function changed(all: Population, before: Population, after: Population): Population {
  const teams = all.teams - before.teams + after.teams;
  const memberships = all.memberships - before.memberships + after.memberships;
  return teams === all.teams && memberships === all.memberships ? all : { teams, memberships };
}
