/** What a run has delivered, by the commits that brought it. */
import { recipientsOf, type LaneShare } from '../../core/delivery/recipients.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import type { DeliveredToClient, Marker } from './marker.ts';

/** By client, in the order of the clients file. */
export type Deliveries = ReadonlyMap<string, DeliveredToClient>;

/** Characters of a marker: some 300 clients; what was sent to more is in no note. */
export const MAX_MARKER = 20_000;
/** Of all but its clients. */
const REST_OF_MARKER = 300;

/** Another run sends these events, and says so in its own note. */
const ELSEWHERE: ReadonlySet<LaneShare['status']> = new Set(['claimed', 'lost']);

const sharesOf = ({ shares }: RunResult): readonly LaneShare[] =>
  shares.filter(({ status }) => !ELSEWHERE.has(status));

/**
 * The commits of which this run has sent an event, or has left one, newest first, with those events. A whole catalogue,
 * which a client gets at its beginning, is of no commit.
 */
export function commitsTold(result: RunResult): ReadonlyMap<string, readonly LoggedEvent[]> {
  const told = recipientsOf(sharesOf(result));
  const commits = new Map<string, readonly LoggedEvent[]>();
  for (const { from, root, to, events } of result.log.toReversed()) {
    if (from === null && !root) continue;
    const own = events.filter((event) => told.has(event));
    if (own.length > 0) commits.set(to, [...(commits.get(to) ?? []), ...own]);
  }
  return commits;
}

/**
 * What each client was sent of these events in all: by this run, and by earlier ones as `known` says. An earlier run
 * told how many there were for a client, of which this one may only have read the rest.
 */
export function deliveriesOf(
  result: RunResult,
  events: ReadonlySet<LoggedEvent>,
  known: Marker['clients'] = {},
): Deliveries {
  const all = new Map(Object.entries(known));
  for (const { client, accepted, left, status } of sharesOf(result)) {
    const count = (some: readonly LoggedEvent[]): number => some.filter((event) => events.has(event)).length;
    const [sent, waiting] = [count(accepted), count(left)];
    if (sent + waiting === 0) continue;
    const due = Math.max(sent + waiting, known[client]?.due ?? 0);
    all.set(client, { due, left: waiting, status: waiting === 0 ? 'done' : status });
  }
  let size = REST_OF_MARKER;
  return new Map([...all].filter((entry) => (size += JSON.stringify(entry).length) <= MAX_MARKER));
}
