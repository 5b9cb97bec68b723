/** Stops a lane before it announces the removal of an unusually large share of teams or memberships. */
import type { LogStep, Population } from '../events/log-step.ts';
import { eventOf, type LoggedEvent } from '../events/team-event.ts';

export interface GuardLimits {
  /** The guard stops a lane if more teams than this, */
  readonly teams: number;
  /** and more than this percentage of all teams, are removed. */
  readonly teamsPercent: number;
  readonly memberships: number;
  readonly membershipsPercent: number;
}

export const DEFAULT_GUARD_LIMITS: GuardLimits = {
  teams: 10,
  teamsPercent: 10,
  memberships: 50,
  membershipsPercent: 50,
};

export interface GuardStop {
  /** The first step of the lane's log that removes something; the lane stops before it. */
  readonly step: number;
  /** The last step that removes something. */
  readonly lastStep: number;
  readonly deletedTeams: readonly string[];
  readonly removedMemberships: number;
  /** The totals of which the percentages are taken. */
  readonly population: Population;
  /** Whether the net change of everything pending stays within the limits, because the removal was reverted. */
  readonly reverted: boolean;
}

/**
 * Judges all events pending for a lane; `due` holds, per step of its log, the events that would be sent. Percentages
 * are taken of the largest number of teams and memberships at any time in the log, so what is removed and put back does
 * not count twice. Steps to a commit that reaches no more than `allowedReachable` commits may remove anything.
 * undefined: it passes.
 */
export function guardRemovals(
  log: readonly LogStep[],
  due: readonly (readonly LoggedEvent[])[],
  limits: GuardLimits,
  allowedReachable: number,
): GuardStop | undefined {
  const losing = log
    .map(({ reachable }, step) => ({
      step,
      losses: reachable > allowedReachable ? (due[step] ?? []).filter(losesSomething) : [],
    }))
    .filter(({ losses }) => losses.length > 0);
  const [first] = losing;
  const last = losing.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const losses = losing.flatMap((one) => one.losses);
  const population = largestPopulation(log);
  const deletedTeams = losses.filter(({ type }) => type === 'team.deleted').map(({ subject }) => subject);
  const lost = membershipsLost(losses);
  const exceeds = (teams: number, memberships: number): boolean =>
    (teams > limits.teams && teams * 100 > limits.teamsPercent * population.teams) ||
    (memberships > limits.memberships &&
      memberships * 100 > limits.membershipsPercent * population.memberships);
  if (!exceeds(deletedTeams.length, lost.length)) return undefined;

  const end = lastStates(log);
  const teamsGone = new Set(deletedTeams.filter((id) => end.get(id) === undefined));
  const membershipsGone = new Set(
    lost
      .filter(({ team, member }) => !end.get(team)?.has(member))
      .map(({ team, member }) => `${team}\n${member}`),
  );
  return {
    step: first.step,
    lastStep: last.step,
    deletedTeams,
    removedMemberships: lost.length,
    population,
    reverted: !exceeds(teamsGone.size, membershipsGone.size),
  };
}

const losesSomething = ({ type }: LoggedEvent): boolean =>
  type === 'team.deleted' || type === 'team.members.removed';

/** A deleted team loses its memberships; if another event reports their removal, only that event counts. */
function membershipsLost(
  losses: readonly LoggedEvent[],
): { readonly team: string; readonly member: string }[] {
  const keyOf = ({ subject, commit }: LoggedEvent): string => `${commit}\n${subject}`;
  const told = new Set(losses.flatMap((event) => (event.type === 'team.deleted' ? [] : [keyOf(event)])));
  return losses.flatMap((event) => {
    const { removed, team } = eventOf(event).data;
    const members = removed ?? (told.has(keyOf(event)) ? [] : team.members);
    return members.map(({ id }) => ({ team: event.subject, member: id }));
  });
}

/** The largest number of teams and memberships before or after any step of the log. */
function largestPopulation(log: readonly LogStep[]): Population {
  const largest = { teams: 0, memberships: 0 };
  for (const step of log) {
    for (const { teams, memberships } of [step.before, populationAfter(step)]) {
      largest.teams = Math.max(largest.teams, teams);
      largest.memberships = Math.max(largest.memberships, memberships);
    }
  }
  return largest;
}

function populationAfter({ before, events }: LogStep): Population {
  let { teams, memberships } = before;
  // A rename appears as one team deleted and another created, which cancel out.
  for (const { type, people } of events) {
    if (type === 'team.created') teams++;
    if (type === 'team.deleted') teams--;
    if (type === 'team.members.added') memberships += people;
    if (type === 'team.members.removed') memberships -= people;
  }
  return { teams, memberships };
}

/** The members of each team that the log mentions, in its final state; undefined for a deleted team. */
function lastStates(log: readonly LogStep[]): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const states = new Map<string, ReadonlySet<string> | undefined>();
  for (const event of log.flatMap(({ events }) => events)) {
    const { members } = eventOf(event).data.team;
    states.set(
      event.subject,
      event.type === 'team.deleted' ? undefined : new Set(members.map(({ id }) => id)),
    );
  }
  return states;
}
