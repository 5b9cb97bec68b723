/** Stops a lane before it announces the end of an uncommon share of teams or memberships. */
import type { LogStep, Population } from '../events/log-step.ts';
import { eventOf, type LoggedEvent } from '../events/team-event.ts';

export interface GuardLimits {
  /** More teams than this, and */
  readonly teams: number;
  /** more than this share of them in percent, stop the lane. */
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
  /** The first step of the lane's log that removes something: the lane stops before it. */
  readonly step: number;
  /** The last step that removes something. */
  readonly lastStep: number;
  readonly deletedTeams: readonly string[];
  readonly removedMemberships: number;
  /** What the shares are taken of. */
  readonly population: Population;
  /** Whether the net change of all that is pending stays within the limits: the removal was taken back. */
  readonly reverted: boolean;
}

/**
 * Judges all events that are pending for a lane: `due` has for each step of its log those that it would be sent.
 * Shares are taken of the most teams and memberships that there are at any time of it: what is removed and put back
 * does not count twice. Steps to a commit that reaches no more than `allowedReachable` commits may remove what they want.
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

/** A deleted team takes its memberships along; where they are told by an event of their own, that one counts. */
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

/** The most teams and memberships that there are before or after any step of what is pending. */
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
  // A rename comes as the end of one team and the beginning of another, which make up for each other.
  for (const { type, people } of events) {
    if (type === 'team.created') teams++;
    if (type === 'team.deleted') teams--;
    if (type === 'team.members.added') memberships += people;
    if (type === 'team.members.removed') memberships -= people;
  }
  return { teams, memberships };
}

/** Members of each team that the log speaks of, as it is in the end; undefined for a team that is gone. */
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
