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
  /** What is left of it in the end. Reads every removal, of which there may be a million: asked when it is told. */
  readonly net: () => NetRemoval;
}

export interface NetRemoval {
  /** How many of the deleted teams are there again in the end. */
  readonly restoredTeams: number;
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
  const losses: LoggedEvent[] = [];
  let [first, last] = [-1, -1];
  for (const [step, { reachable }] of log.entries()) {
    if (reachable <= allowedReachable) continue;
    const before = losses.length;
    for (const event of due[step] ?? []) if (losesSomething(event)) losses.push(event);
    if (losses.length === before) continue;
    if (first < 0) first = step;
    last = step;
  }
  if (first < 0) return undefined;
  const population = largestPopulation(log);
  const deletedTeams = losses.filter(({ type }) => type === 'team.deleted').map(({ subject }) => subject);
  const lost = countMemberships(losses);
  const exceeds = (teams: number, memberships: number): boolean =>
    (teams > limits.teams && teams * 100 > limits.teamsPercent * population.teams) ||
    (memberships > limits.memberships &&
      memberships * 100 > limits.membershipsPercent * population.memberships);
  if (!exceeds(deletedTeams.length, lost)) return undefined;

  return {
    step: first,
    lastStep: last,
    deletedTeams,
    removedMemberships: lost,
    population,
    net: () => netRemoval(log, losses, new Set(deletedTeams), exceeds),
  };
}

function netRemoval(
  log: readonly LogStep[],
  losses: readonly LoggedEvent[],
  deleted: ReadonlySet<string>,
  exceeds: (teams: number, memberships: number) => boolean,
): NetRemoval {
  const end = lastStates(log);
  const teamsGone = new Set([...deleted].filter((id) => end.get(id) === undefined));
  const membershipsGone = new Set<string>();
  for (const { team, member } of membershipsLost(losses)) {
    if (exceeds(teamsGone.size, membershipsGone.size)) break;
    if (!end.get(team)?.has(member)) membershipsGone.add(`${team}\n${member}`);
  }
  return {
    restoredTeams: deleted.size - teamsGone.size,
    reverted: !exceeds(teamsGone.size, membershipsGone.size),
  };
}

const losesSomething = ({ type }: LoggedEvent): boolean =>
  type === 'team.deleted' || type === 'team.members.removed';

/** A deleted team loses its memberships; if another event reports their removal, only that event counts. */
function countMemberships(losses: readonly LoggedEvent[]): number {
  const isUntold = untoldIn(losses);
  return losses.reduce((sum, event) => {
    if (event.type !== 'team.deleted') return sum + event.people;
    return isUntold(event) ? sum + eventOf(event).data.team.members.length : sum;
  }, 0);
}

/** Those that {@link countMemberships} counts, one after the other: there may be hundreds of thousands. */
function* membershipsLost(
  losses: readonly LoggedEvent[],
): Generator<{ readonly team: string; readonly member: string }> {
  const isUntold = untoldIn(losses);
  for (const event of losses) {
    if (event.type === 'team.deleted' && !isUntold(event)) continue;
    const { removed, team } = eventOf(event).data;
    for (const { id } of removed ?? team.members) yield { team: event.subject, member: id };
  }
}

/** Whether no other event reports the removal of a deleted team's members. */
function untoldIn(losses: readonly LoggedEvent[]): (deletion: LoggedEvent) => boolean {
  /** By commit that deletes a team. Without a key for each event, of which there may be many. */
  const told = new Map<string, Set<string>>();
  for (const { type, commit } of losses) if (type === 'team.deleted') told.set(commit, new Set());
  for (const { type, commit, subject } of losses) if (type !== 'team.deleted') told.get(commit)?.add(subject);
  return ({ commit, subject }) => !told.get(commit)?.has(subject);
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
  /** In the order of the log, backwards: events beside each other are unpacked together. */
  const last = new Map<string, LoggedEvent>();
  for (const { events } of log.toReversed()) {
    for (const event of events.toReversed()) if (!last.has(event.subject)) last.set(event.subject, event);
  }
  return new Map(
    [...last].map(([team, event]) => [
      team,
      event.type === 'team.deleted'
        ? undefined
        : new Set(eventOf(event).data.team.members.map(({ id }) => id)),
    ]),
  );
}
