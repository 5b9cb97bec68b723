/** Who receives an event and with which result: what a run has done, or what a dry run predicts. */
import type { Interest, Selects } from '../clients/lane-selection.ts';
import type { LaneOrder } from '../clients/file/lane-keys.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import type { ShownRequests } from '../requests/preview.ts';
import type { WhyUnsendable } from './destination.ts';
import type { LanePlan } from './lane/lane-plan.ts';
import { countDispositions, dueEvents } from './lane/open-steps.ts';
import type { LaneStatus } from './lane/lane-status.ts';
import { waitingTeams, type HeldTeamCount } from './lane/teams/held-steps.ts';
import { guardRemovals, type GuardLimits, type GuardStop } from './removal-guard.ts';

/** `done`: delivered, or in a dry run, to be delivered. Any other status says why it is not. */
export interface Recipient {
  readonly client: string;
  readonly status: LaneStatus;
  /** What it would be sent, where the client says its requests itself. */
  readonly requests?: ShownRequests | undefined;
}

/** By event id. Events that nobody receives are not in it. */
export type Recipients = ReadonlyMap<string, readonly Recipient[]>;

/** The ids of one client's events, in order: those sent, and those not sent, with the reason. */
export interface LaneShare {
  readonly client: string;
  readonly accepted: readonly string[];
  readonly left: readonly string[];
  /** Why the events in `left` were not sent. */
  readonly status: LaneStatus;
}

/** The recipients of each event are in the order of the lanes. */
export function recipientsOf(lanes: Iterable<LaneShare>): Recipients {
  const recipients = new Map<string, Recipient[]>();
  const add = (ids: readonly string[], recipient: Recipient): void => {
    for (const id of ids) {
      const known = recipients.get(id);
      if (known === undefined) recipients.set(id, [recipient]);
      else known.push(recipient);
    }
  };
  for (const { client, accepted, left, status } of lanes) {
    add(accepted, { client, status: 'done' });
    add(left, { client, status });
  }
  return recipients;
}

export interface GuardSettings {
  readonly limits: GuardLimits;
  /** Removals are allowed in steps to commits that reach no more commits than this; -1 if none are allowed. */
  readonly allowedReachable: number;
}

export interface ForecastSettings extends GuardSettings {
  readonly unsendable: WhyUnsendable;
}

/** What a run would do with a lane if every receiver accepts. */
export interface Forecast extends LaneShare {
  readonly plan: LanePlan;
  /** Number of events that the clients file skips. */
  readonly skipped: number;
  /** Why the removal guard would stop it, if it would. */
  readonly guard: GuardStop | undefined;
  /** The teams that its cursor holds. */
  readonly held: readonly HeldTeamCount[];
  /** The event that would block it because its format cannot carry it. */
  readonly unsendable: { readonly event: LoggedEvent; readonly reason: string } | undefined;
}

/** Predicts a lane. `hindrance`: why the lane gets nothing at all, if that is known in advance. */
export function forecastLane(
  plan: LanePlan,
  interest: Interest & { readonly order?: LaneOrder },
  selects: Selects,
  { limits, allowedReachable, unsendable: reasonOf }: ForecastSettings,
  hindrance?: LaneStatus,
): Forecast {
  const due = dueEvents(plan, interest, selects);
  const guard = hindrance === undefined ? guardRemovals(plan.log, due, limits, allowedReachable) : undefined;
  const unguarded = due.slice(0, hindrance === undefined ? guard?.step : 0).flat();
  const unsendable = firstUnsendable(unguarded, interest, reasonOf);
  const accepted = new Set(
    interest.order === 'team'
      ? sendableByTeam(unguarded, interest, reasonOf)
      : unguarded.slice(0, unsendable && unguarded.indexOf(unsendable.event)),
  );
  return {
    client: plan.client,
    plan,
    accepted: due.flat().flatMap((event) => (accepted.has(event) ? [event.id] : [])),
    left: due.flat().flatMap((event) => (accepted.has(event) ? [] : [event.id])),
    skipped: interest.skip.size === 0 ? 0 : countDispositions(plan, interest, selects).skip,
    status:
      hindrance ??
      (unsendable ? (interest.order === 'team' ? 'held' : 'blocked') : guard ? 'guarded' : 'done'),
    held: waitingTeams(plan.held, due.flat()),
    guard: unsendable ? undefined : guard,
    unsendable,
  };
}

/** Of each team those before the first that its format cannot carry. */
function sendableByTeam(
  events: readonly LoggedEvent[],
  interest: Interest,
  unsendable: WhyUnsendable,
): readonly LoggedEvent[] {
  const held = new Set<string>();
  return events.filter((event) => {
    if (!held.has(event.subject) && unsendable(event, interest) !== undefined) held.add(event.subject);
    return !held.has(event.subject);
  });
}

function firstUnsendable(
  events: readonly LoggedEvent[],
  interest: Interest,
  unsendable: WhyUnsendable,
): Forecast['unsendable'] {
  for (const event of events) {
    const reason = unsendable(event, interest);
    if (reason !== undefined) return { event, reason };
  }
  return undefined;
}

export const idsOf = (steps: readonly (readonly LoggedEvent[])[]): readonly string[] =>
  steps.flatMap((events) => events.map(({ id }) => id));
