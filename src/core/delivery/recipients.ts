/** Who receives an event and with which result: what a run has done, or what a dry run predicts. */
import type { Interest, Selects } from '../clients/lane-selection.ts';
import type { LaneOrder } from '../clients/file/lane-keys.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import type { ShownRequests } from '../requests/preview.ts';
import type { WhyUnsendable } from './destination.ts';
import { countBatches } from './lane/batch.ts';
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

/** Events that nobody receives are not in it. It knows one commit at a time, so it is asked commit by commit. */
export type Recipients = Pick<ReadonlyMap<LoggedEvent, readonly Recipient[]>, 'get' | 'has'>;

/** One client's events, in order: those sent, and those not sent, with the reason. */
export interface LaneShare {
  readonly client: string;
  readonly accepted: readonly LoggedEvent[];
  readonly left: readonly LoggedEvent[];
  /** Why the events in `left` were not sent. */
  readonly status: LaneStatus;
}

/** Adjacent events of one commit, of those that `recipient` gets: a million events would be too many for one map. */
interface Stretch {
  readonly events: readonly LoggedEvent[];
  readonly begin: number;
  readonly end: number;
  readonly recipient: Recipient;
}

/** The recipients of each event are in the order of the lanes. */
export function recipientsOf(lanes: Iterable<LaneShare>): Recipients {
  const stretches = new Map<string, Stretch[]>();
  const add = (events: readonly LoggedEvent[], recipient: Recipient): void => {
    for (let begin = 0, end = 0; begin < events.length; begin = end) {
      const { commit } = events[begin]!;
      while (end < events.length && events[end]!.commit === commit) end++;
      const stretch = { events, begin, end, recipient };
      const known = stretches.get(commit);
      if (known === undefined) stretches.set(commit, [stretch]);
      else known.push(stretch);
    }
  };
  for (const { client, accepted, left, status } of lanes) {
    add(accepted, { client, status: 'done' });
    add(left, { client, status });
  }
  let last: { readonly commit: string; readonly recipients: ReturnType<typeof recipientsIn> } | undefined;
  const at = ({ commit }: LoggedEvent): ReturnType<typeof recipientsIn> => {
    if (last?.commit !== commit) last = { commit, recipients: recipientsIn(stretches.get(commit) ?? []) };
    return last.recipients;
  };
  return { get: (event) => at(event).get(event), has: (event) => at(event).has(event) };
}

function recipientsIn(stretches: readonly Stretch[]): ReadonlyMap<LoggedEvent, readonly Recipient[]> {
  const recipients = new Map<LoggedEvent, readonly Recipient[]>();
  for (const { events, begin, end, recipient } of stretches) {
    /** Events with the same recipients share the list of them. */
    const extended = new Map<readonly Recipient[] | undefined, readonly Recipient[]>();
    for (let index = begin; index < end; index++) {
      const before = recipients.get(events[index]!);
      const all = extended.get(before) ?? [...(before ?? []), recipient];
      extended.set(before, all);
      recipients.set(events[index]!, all);
    }
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
  /** How many requests that would be; undefined where each event makes one of its own, or several. */
  readonly requests: number | undefined;
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
  const all = due.flat();
  const unguarded = due.slice(0, hindrance === undefined ? guard?.step : 0).flat();
  const unsendable = firstUnsendable(unguarded, interest, reasonOf);
  const { accepted, left } =
    interest.order === 'team'
      ? sendableByTeam(all, unguarded.length, interest, reasonOf)
      : splitAt(all, unsendable ? all.indexOf(unsendable.event) : unguarded.length);
  const isAccepted = new Set(accepted);
  const sent = due.map((events) => events.filter((event) => isAccepted.has(event)));
  return {
    client: plan.client,
    plan,
    accepted,
    left,
    requests: countBatches(sent, interest),
    skipped: interest.skip.size === 0 ? 0 : countDispositions(plan, interest, selects).skip,
    status:
      hindrance ??
      (unsendable ? (interest.order === 'team' ? 'held' : 'blocked') : guard ? 'guarded' : 'done'),
    held: waitingTeams(plan.held, all),
    guard: unsendable ? undefined : guard,
    unsendable,
  };
}

type Split = Pick<LaneShare, 'accepted' | 'left'>;

const splitAt = (events: readonly LoggedEvent[], index: number): Split => ({
  accepted: events.slice(0, index),
  left: events.slice(index),
});

/** Accepted are, of the first `unguarded` events, those of each team before the first that its format cannot carry. */
function sendableByTeam(
  events: readonly LoggedEvent[],
  unguarded: number,
  interest: Interest,
  unsendable: WhyUnsendable,
): Split {
  const held = new Set<string>();
  const accepted: LoggedEvent[] = [];
  const left: LoggedEvent[] = [];
  for (const [index, event] of events.entries()) {
    const { subject } = event;
    if (index < unguarded && !held.has(subject) && unsendable(event, interest) !== undefined)
      held.add(subject);
    if (index < unguarded && !held.has(subject)) accepted.push(event);
    else left.push(event);
  }
  return { accepted, left };
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
