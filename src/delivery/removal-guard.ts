/** Stops a lane before it announces the end of an uncommon share of teams or memberships. */
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

/** Teams and memberships that a lane knows of. */
export interface Population {
  readonly teams: number;
  readonly memberships: number;
}

export interface GuardStop {
  /** The first step that removes something: the lane stops before it. */
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
 * Judges all events that are pending for a lane. Shares are taken of the most teams and memberships that there are at
 * any time of it: what is removed and put back does not count twice. Steps up to `allowedStep` may remove what they want.
 */
export function guardRemovals(
  lane: readonly LoggedEvent[],
  start: Population,
  log: readonly (readonly LoggedEvent[])[],
  limits: GuardLimits,
  allowedStep: number,
): GuardStop | undefined {
  const losses = lane.filter((event) => event.step > allowedStep && losesSomething(event));
  const [first] = losses;
  const last = losses.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const population = largestPopulation(start, log);
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

/** The most teams and memberships that there are at any time of what is pending. */
function largestPopulation(start: Population, log: readonly (readonly LoggedEvent[])[]): Population {
  const now = { ...start };
  const largest = { ...start };
  for (const step of log) {
    for (const { type, people, impliedBy } of step) {
      if (impliedBy.some((one) => one.type === 'team.modified')) continue; // a rename brings and takes no one
      if (type === 'team.created') now.teams++;
      if (type === 'team.deleted') now.teams--;
      if (type === 'team.members.added') now.memberships += people;
      if (type === 'team.members.removed') now.memberships -= people;
    }
    largest.teams = Math.max(largest.teams, now.teams);
    largest.memberships = Math.max(largest.memberships, now.memberships);
  }
  return largest;
}

/** Members of each team that the log speaks of, as it is in the end; undefined for a team that is gone. */
function lastStates(
  log: readonly (readonly LoggedEvent[])[],
): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const states = new Map<string, ReadonlySet<string> | undefined>();
  for (const event of log.flat()) {
    const { members } = eventOf(event).data.team;
    states.set(
      event.subject,
      event.type === 'team.deleted' ? undefined : new Set(members.map(({ id }) => id)),
    );
  }
  return states;
}
