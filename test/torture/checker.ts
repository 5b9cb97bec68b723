/**
 * The judge of a torture run. It reads what receivers have logged, and what was due by history; never what the program
 * says of itself.
 *
 * An event is **due** for a client if its type was subscribed to at the time when the lane passed the event's place,
 * unless the lane is sent another event that implies it. Nobody sees the passing itself, but it lies between the
 * acceptance of what came before and of what comes after; where subscriptions changed in between,
 * both is right (`free`).
 */

/** One request as its receiver saw it. */
export interface Arrival {
  readonly client: string;
  /** The endpoint. */
  readonly path: string;
  /** Of the event. */
  readonly id: string;
  readonly body: string;
  /** In the common count of all receivers and of the faults: grows. */
  readonly at: number;
  /** When its sender began it, where that is known: it may arrive much later. */
  readonly begun?: number;
  /** The same for all events of a batch, which are in its order. */
  readonly batch?: number;
  /** `cut`: the sender got no answer, or not in time; whether the receiver has acted on it or not. */
  readonly answer: number | 'cut';
}

/** Something that went wrong, after which what was accepted may come again. */
export interface Fault {
  readonly what: string;
  /** The count at its beginning and at its end. */
  readonly from: number;
  readonly until: number;
  /** undefined: it may have met any client. */
  readonly client?: string | undefined;
}

export interface LaneEvent {
  readonly id: string;
  /** The bytes that must arrive. */
  readonly body: string;
  readonly due: 'yes' | 'no' | 'free';
  /** The first count at which the lane, had it been there, would have passed it over. */
  readonly passableAt?: number | undefined;
  /** Where only events of one team wait for each other: the ids of its team, both where the step renames it. */
  readonly teams?: readonly string[] | undefined;
}

/** Of one client: every event of its log from where it began, in order. */
export interface ExpectedLane {
  readonly client: string;
  readonly events: readonly LaneEvent[];
  /** What it may have got before history was rewritten, and the store did not know of: of no line any more. */
  readonly abandoned?: readonly Pick<LaneEvent, 'id' | 'body'>[];
}

export interface Findings {
  /** In plain words; empty where all is well. */
  readonly wrong: readonly string[];
  /** Events that were due. */
  readonly due: number;
  readonly arrivals: number;
  /** Arrivals after their event had been accepted; each explained by a fault. */
  readonly repeated: number;
}

export const isAccepted = ({ answer }: Pick<Arrival, 'answer'>): boolean =>
  answer !== 'cut' && answer >= 200 && answer < 300;

export function check(
  lanes: readonly ExpectedLane[],
  arrivals: readonly Arrival[],
  faults: readonly Fault[],
): Findings {
  const wrong: string[] = [];
  const byClient = new Map<string, Arrival[]>(lanes.map(({ client }) => [client, []]));
  for (const arrival of [...arrivals].sort((a, b) => a.at - b.at)) {
    const own = byClient.get(arrival.client);
    if (own === undefined) wrong.push(`${arrival.client}: got ${arrival.id}, and is no client`);
    else own.push(arrival);
  }
  let due = 0;
  let repeated = 0;
  for (const lane of lanes) {
    const own = byClient.get(lane.client) ?? [];
    const say = (text: string): void => void wrong.push(`${lane.client}: ${text}`);
    due += lane.events.filter((event) => event.due === 'yes').length;
    checkContent(lane, own, say);
    for (const chain of chainsOf(lane.events)) checkOrder({ ...lane, events: chain }, own, faults, say);
    repeated += checkRepeats(lane.client, own, faults, say);
  }
  return { wrong, due, arrivals: arrivals.length, repeated };
}

type Say = (text: string) => void;

/** Nothing is missing, nothing is there that should not, and every byte is right. */
function checkContent(
  { events, abandoned = [] }: ExpectedLane,
  arrivals: readonly Arrival[],
  say: Say,
): void {
  const free = abandoned.map((event) => ({ ...event, due: 'free' as const }));
  const known = new Map([...free, ...events].map((event) => [event.id, event]));
  for (const { id, body, at } of arrivals) {
    const event = known.get(id);
    if (event === undefined) say(`got ${id} at ${at}, which its log does not have`);
    else if (event.due === 'no') say(`got ${id} at ${at}, which was not due`);
    else if (event.body !== body) say(`got ${id} at ${at} with other bytes`);
  }
  const accepted = new Set(arrivals.filter(isAccepted).map(({ id }) => id));
  for (const { id, due } of events) if (due === 'yes' && !accepted.has(id)) say(`${id} is lost`);
}

/**
 * The first attempt at an event comes only after all that was due before it was accepted, or in a batch with it. What
 * was passed over as not wanted may be passed again, and be wanted then: as long as nothing after it was accepted, or
 * where a fault took the memory of it.
 */
function checkOrder(
  { client, events }: ExpectedLane,
  arrivals: readonly Arrival[],
  faults: readonly Fault[],
  say: Say,
): void {
  const firstAccepted = firstTimes(arrivals.filter(isAccepted));
  const batches = new Map<number, Arrival[]>();
  for (const one of arrivals)
    if (one.batch !== undefined) batches.set(one.batch, [...(batches.get(one.batch) ?? []), one]);
  const place = new Map(events.map(({ id }, index) => [id, index]));
  /** When any event behind this place came first, but for those that came in one batch with its event. */
  const firstBehind = (
    index: number,
    own: ReadonlySet<number | undefined>,
    ofThose: readonly Arrival[],
  ): number =>
    ofThose.find(
      (one) => (place.get(one.id) ?? -1) > index && (one.batch === undefined || !own.has(one.batch)),
    )?.at ?? Infinity;
  const accepted = arrivals.filter(isAccepted);
  const before: { readonly id: string; readonly at: number }[] = [];
  let latest = 0;
  for (const [index, { id, due, passableAt = Infinity }] of events.entries()) {
    const all = arrivals.filter((one) => one.id === id);
    const own = new Set(all.map(({ batch }) => batch));
    const after = firstBehind(index, own, arrivals);
    const passedAgain = (at: number): boolean =>
      passableAt <= after &&
      at > after &&
      (at < firstBehind(index, own, accepted) || explains(faults, client, after, at));
    // After a first attempt in a batch another one may be alone, and is judged as the first one.
    for (const { at, batch } of all) {
      if (at >= latest) continue;
      const company = new Set(batches.get(batch ?? 0)?.flatMap((one) => (one.at < at ? [one.id] : [])));
      const missing = before.find((one) => at < one.at && !company.has(one.id));
      if (missing !== undefined && !passedAgain(at))
        say(`${id} came at ${at}, before ${missing.id} was accepted at ${missing.at}`);
    }
    // What was tried, and then no longer wanted, holds up nothing.
    const at = firstAccepted.get(id) ?? (due === 'yes' ? Infinity : 0);
    if (passedAgain(at)) continue;
    before.push({ id, at });
    latest = Math.max(latest, at);
  }
}

/** The rows of events of which each waits for the one before it: all of them, or those of each team. */
export function chainsOf<Event extends Pick<LaneEvent, 'teams'>>(
  events: readonly Event[],
): readonly (readonly Event[])[] {
  const chains = new Map<string, Event[]>();
  for (const event of events) {
    for (const team of event.teams ?? ['']) chains.set(team, [...(chains.get(team) ?? []), event]);
  }
  return [...chains.values()];
}

/** When each event came first. */
export function firstTimes(arrivals: readonly Pick<Arrival, 'id' | 'at'>[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { id, at } of arrivals) if (!times.has(id)) times.set(id, at);
  return times;
}

/** For each event the first time of any that comes after it in the log. */
export function earliestAfter(
  events: readonly { readonly id: string }[],
  times: ReadonlyMap<string, number>,
): readonly number[] {
  let earliest = Infinity;
  return events
    .toReversed()
    .map(({ id }) => {
      const after = earliest;
      earliest = Math.min(earliest, times.get(id) ?? Infinity);
      return after;
    })
    .reverse();
}

/** Whether something went wrong for the client at a time between these two. */
export const explains = (faults: readonly Fault[], client: string, after: number, before: number): boolean =>
  faults.some(
    (fault) =>
      (fault.client === undefined || fault.client === client) && fault.from <= before && fault.until >= after,
  );

/** An event that was accepted comes again only where something went wrong since. How many did. */
function checkRepeats(
  client: string,
  arrivals: readonly Arrival[],
  faults: readonly Fault[],
  say: Say,
): number {
  const acceptedAt = new Map<string, number>();
  let repeated = 0;
  for (const arrival of arrivals) {
    const { id, at } = arrival;
    const accepted = acceptedAt.get(id);
    if (accepted !== undefined) {
      repeated++;
      if (!explains(faults, client, accepted, at)) {
        say(
          `${id} was accepted at ${accepted} and came again at ${at}, though nothing went wrong in between`,
        );
      }
    }
    if (isAccepted(arrival)) acceptedAt.set(id, at);
  }
  return repeated;
}
