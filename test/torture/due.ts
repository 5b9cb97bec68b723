/**
 * What was due for a client, from history, from what the clients file said at which time, and from the receivers' log:
 * the choice of events is written here once more, and shares nothing with the program's.
 */
import { isBeforeFirst, type Cursor } from '../../src/core/cursor/cursor.ts';
import type { LogStep } from '../../src/core/events/log-step.ts';
import type { LoggedEvent, TeamEvent } from '../../src/core/events/team-event.ts';
import {
  chainsOf,
  earliestAfter,
  explains,
  firstTimes,
  isAccepted,
  type Arrival,
  type ExpectedLane,
  type Fault,
  type LaneEvent,
} from './checker.ts';
import type { Version, Wishes } from './wishes.ts';

/** One line of commits, and what happened from each to the next; or two, where history is rewritten. */
export interface History {
  /** Full ids, oldest first; after those of the first line those of the line that takes its place. */
  readonly commits: readonly string[];
  /** `fork` is the last commit that both lines have (-1: none), `first` the first one of the new line. */
  readonly rewrite?: { readonly fork: number; readonly first: number };
  /**
   * The steps between two commits (by index) in which something happened; -1 is before the first. From a commit that is
   * of the old line alone to one of the new line it is one step, the net change.
   */
  log(from: number, to: number): readonly LogStep[];
  /** The whole catalogue of a commit as one step; none where it is empty. */
  snapshot(commit: number): readonly LogStep[];
}

/** A cursor as the store had it since `at`. */
export interface Written {
  readonly at: number;
  readonly cursor: Cursor;
}

/** Up to which commit (by index) a cursor says that the line was begun: from there a rewritten history is gone on in. */
export const begunUpTo = (commits: readonly string[], cursor: Cursor): number =>
  isBeforeFirst(cursor) ? -1 : commits.indexOf(cursor.step?.to ?? cursor.commit);

type Maybe = 'yes' | 'no' | 'free';

/**
 * `left` is the cursor that the store had when history was rewritten: from there it goes on, and what it was sent beyond
 * is forgotten.
 */
export function expectedLane(
  client: string,
  history: History,
  written: readonly Written[],
  arrivals: readonly Arrival[],
  versions: readonly Version[],
  faults: readonly Fault[],
  left?: Cursor,
): ExpectedLane {
  const [first] = written;
  if (first === undefined) return { client, events: [], abandoned: [] };
  const { log, abandoned, changed } = logFrom(history, first.cursor, left);
  const places = log.flatMap((step) => step.events.map((event, index) => ({ step, event, index })));
  const own = arrivals.filter((arrival) => arrival.client === client).sort((a, b) => a.at - b.at);
  const attempted = firstTimes(own);
  const accepted = firstTimes(own.filter(isAccepted));
  const byTeam = versions.some(({ wishes }) => wishes.get(client)?.order === 'team');
  const chained = places.map(({ step, event }) => ({
    id: event.id,
    teams: byTeam ? teamsOf(event, step) : undefined,
  }));
  const chains = chainsOf(chained);
  const later = firstAfter(chains, accepted);
  const begun = firstTimes(
    own.map(({ id, at, begun: start = at }) => ({ id, at: start })).sort((a, b) => a.at - b.at),
  );
  const laterBegun = firstAfter(chains, begun);
  const before = allBefore(chains);
  const after = allBefore(chains.map((chain) => chain.toReversed()));
  const batches = new Map(
    own
      .filter(isAccepted)
      .toReversed()
      .map(({ id, batch }) => [id, batch]),
  );
  const events = places.map(({ step, event, index: inStep }, index): LaneEvent => {
    const { id, text } = event;
    const { teams } = chained[index] ?? {};
    const durable = written.find(({ cursor }) => isPast(history, cursor, step, event))?.at ?? Infinity;
    const close = Math.min(later.get(id) ?? Infinity, durable);
    const seen = Math.min(close, attempted.get(id) ?? Infinity);
    // What goes in one request was decided together: of an event in the middle of it, before its first one was accepted.
    const around = new Set([id, ...(after.get(id) ?? [])].map((one) => batches.get(one)));
    const isApart = (earlier: string): boolean => {
      const batch = batches.get(earlier);
      return batch === undefined || !around.has(batch);
    };
    const open = [...(before.get(id) ?? [])]
      .filter(isApart)
      .map((earlier) => accepted.get(earlier) ?? 0)
      .reduce((latest, at) => (at <= seen ? Math.max(latest, at) : latest), first.at);
    // A request may arrive long after it was begun, and be one of a batch: that this event was wanted, or passed over, was
    // decided then.
    const since = Math.min(open, laterBegun.get(id) ?? Infinity, begun.get(id) ?? Infinity);
    const wanted = (one: LoggedEvent, until: number): Maybe =>
      wantedBetween(client, one, versions, since, until);
    const settled = Math.min(close, accepted.get(id) ?? Infinity);
    const atFirst = both(wanted(event, close), opposite(toldAlready(settled)));
    // What was passed and forgotten by a fault is passed again, until the store knows.
    const again = durable > close ? both(wanted(event, durable), opposite(toldAlready(durable))) : 'no';
    const implying = step.events.filter((other) => implies(other, event));
    const passableAt = versions.find(({ wishes }) => {
      const asked = wishes.get(client);
      return asked && (!wants(asked, event) || implying.some((one) => wants(asked, one)));
    })?.since;
    // How such a team goes on depends on how far the others were when it was tried again.
    if (changed.has(event.subject)) return { id, body: text, due: 'free', passableAt, teams };
    return { id, body: text, due: atFirst === 'no' && again !== 'no' ? 'free' : atFirst, passableAt, teams };

    /** Whether the lane is sent an event that implies this one. */
    function toldAlready(until: number): Maybe {
      const verdicts = step.events.flatMap((other, at): Maybe[] => {
        if (!implies(other, event)) return [];
        if (at > inStep) return [wanted(other, until)];
        const told = accepted.get(other.id) ?? Infinity;
        if (told > until) return ['no'];
        // A run that died may have taken the memory of it along.
        return [told <= open && !explains(faults, client, told, until) ? 'yes' : 'free'];
      });
      return verdicts.includes('yes') ? 'yes' : verdicts.includes('free') ? 'free' : 'no';
    }
  });
  const given = abandoned.flatMap((step) => step.events.map(({ id, text }) => ({ id, body: text })));
  return { client, events, abandoned: given };
}

/** The ids of an event's team: with the other id, where the step renames it. */
function teamsOf({ subject }: LoggedEvent, { events }: LogStep): readonly string[] {
  const renamed = events.flatMap((event) => {
    const ids = event.type === 'team.modified' ? idsOf(event) : [];
    return ids.length > 1 && ids.includes(subject) ? ids : [];
  });
  return [...new Set([subject, ...renamed])];
}

type Chains = readonly (readonly { readonly id: string }[])[];

/** Of each event the first time of any that comes after it in a chain of its own. */
function firstAfter(chains: Chains, times: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const chain of chains) {
    for (const [index, at] of earliestAfter(chain, times).entries()) {
      const id = chain[index]?.id ?? '';
      first.set(id, Math.min(at, first.get(id) ?? Infinity));
    }
  }
  return first;
}

/** Of each event those that come before it in a chain of its own. */
function allBefore(chains: Chains): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, Set<string>>();
  for (const chain of chains) {
    for (const [index, { id }] of chain.entries()) {
      const known = before.get(id) ?? new Set<string>();
      for (const earlier of chain.slice(0, index)) known.add(earlier.id);
      before.set(id, known);
    }
  }
  return before;
}

/** The log from where a client began, and what it may have been sent of the line that was given up after `left`. */
function logFrom(
  history: History,
  { commit, step }: Cursor,
  left: Cursor | undefined,
): {
  readonly log: readonly LogStep[];
  readonly abandoned: readonly LogStep[];
  /** The ids of teams that were behind the others then. */
  readonly changed: ReadonlySet<string>;
} {
  const { commits, rewrite } = history;
  const end = commits.length - 1;
  const index = step?.root ? -1 : commits.indexOf(commit);
  const beginning = step?.from === null && !step.root ? history.snapshot(index) : [];
  if (rewrite === undefined || left === undefined)
    return { log: [...beginning, ...history.log(index, end)], abandoned: [], changed: new Set() };
  const split = Math.max(begunUpTo(commits, left), rewrite.fork);
  const log = [...beginning, ...history.log(index, split), ...history.log(split, end)];
  const abandoned = history.log(split, rewrite.first - 1);
  const held = new Set(left.held?.map(({ team }) => team));
  if (held.size === 0) return { log, abandoned, changed: held };
  const indexes = commits.map((_, at) => at);
  const ways = indexes
    .filter((at) => at < rewrite.first)
    .flatMap((from) => indexes.filter((to) => to >= rewrite.first).flatMap((to) => history.log(from, to)));
  for (const one of [...log, ...ways].flatMap(({ events }) => events)) {
    if (one.type === 'team.modified' && idsOf(one).some((id) => held.has(id)))
      for (const id of idsOf(one)) held.add(id);
  }
  const own = ways.map((way) => ({ ...way, events: way.events.filter(({ subject }) => held.has(subject)) }));
  return { log, abandoned: [...abandoned, ...own], changed: held };
}

/** Whether a cursor says that the lane has passed this event for good. */
function isPast(history: History, cursor: Cursor, step: LogStep, event: LoggedEvent): boolean {
  const { commits } = history;
  const { step: partial, held = [] } = cursor;
  const behind = held.find(({ team }) => team === event.subject);
  if (behind !== undefined) {
    const { from, to, root, sequence } = behind;
    if (from === step.from && to === step.to && root === step.root) return event.sequence <= sequence;
    return commits.indexOf(step.to) <= commits.indexOf(from ?? '');
  }
  if (partial !== undefined) {
    if (partial.from === step.from && partial.to === step.to && partial.root === step.root)
      return event.sequence <= partial.sequence;
    if (partial.from === null) return false;
  }
  if (step.from === null && partial === undefined) return true; // the snapshot, or the first commit, is done
  return commits.indexOf(step.to) <= commits.indexOf(cursor.commit);
}

/** Whether the clients file asked for an event all the time between two counts. */
function wantedBetween(
  client: string,
  event: LoggedEvent,
  versions: readonly Version[],
  from: number,
  until: number,
): Maybe {
  const said = versions.filter(
    ({ since }, index) => since <= until && (versions[index + 1]?.since ?? Infinity) >= from,
  );
  // An absent client's lane stands still: nothing is passed.
  const answers = said.flatMap(({ wishes }) => {
    const own = wishes.get(client);
    return own === undefined ? [] : [wants(own, event)];
  });
  if (answers.every(Boolean)) return 'yes';
  return answers.some(Boolean) ? 'free' : 'no';
}

const implies = (other: LoggedEvent, event: LoggedEvent): boolean =>
  event.impliedBy.some(({ type, team }) => type === other.type && team === other.subject);

const wants = (wishes: Wishes, event: LoggedEvent): boolean =>
  wishes.types.includes(event.type) &&
  !wishes.skip.includes(event.id) &&
  (wishes.teams.length === 0 || idsOf(event).some((id) => wishes.teams.includes(id)));

/** Of the team, and what it was called before where this event renames it. */
function idsOf({ subject, text }: LoggedEvent): string[] {
  const { changes = [] } = (JSON.parse(text) as TeamEvent).data;
  return [subject, ...changes.filter(({ field }) => field === 'id').map(({ from }) => from as string)];
}

const both = (a: Maybe, b: Maybe): Maybe =>
  a === 'no' || b === 'no' ? 'no' : a === 'free' || b === 'free' ? 'free' : 'yes';

const opposite = (maybe: Maybe): Maybe => (maybe === 'yes' ? 'no' : maybe === 'no' ? 'yes' : 'free');
