/** The keys of an entry that say how its lane goes on. */
import * as v from 'valibot';

/** `all`: each event waits for the one before it. `team`: only for the one before it of its own team. */
export const LANE_ORDERS = ['all', 'team'] as const;
export type LaneOrder = (typeof LANE_ORDERS)[number];

const DEFAULT_PARALLEL = 8;
const MOST_PARALLEL = 64;
const PARALLEL_EXPECTED = `expected a number from 1 to ${MOST_PARALLEL}`;

/** `step`: events of one step for one endpoint are one request. */
export const BATCHES = ['none', 'step'] as const;

export const batch = v.pipe(
  v.picklist(BATCHES, `expected ${BATCHES.join(' or ')}`),
  v.description(
    'none (the default): a request for each event. step: one for the events of a step that go to one endpoint, as a list; ' +
      'with the formats json, cloudevents and slack.',
  ),
);

export const laneKeys = {
  order: v.optional(
    v.pipe(
      v.picklist(LANE_ORDERS, `expected ${LANE_ORDERS.join(' or ')}`),
      v.description(
        'all: one event after the other. team: only the events of one team wait for each other, and a refused event holds its team only.',
      ),
    ),
    'all',
  ),
  parallel: v.optional(
    v.pipe(
      v.number(PARALLEL_EXPECTED),
      v.integer(PARALLEL_EXPECTED),
      v.minValue(1, PARALLEL_EXPECTED),
      v.maxValue(MOST_PARALLEL, PARALLEL_EXPECTED),
      v.description(
        `With order: team, how many requests may be under way at once; absent: ${DEFAULT_PARALLEL}.`,
      ),
    ),
  ),
  paused: v.optional(
    v.pipe(v.boolean('expected true or false'), v.description('Pauses it on purpose: its events wait.')),
    false,
  ),
  skip: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(/^evt_[0-9a-f]{32}$/, 'expected an event id such as evt_… (32 hex digits)'),
        ),
        'expected a list of event ids, such as [evt_…]',
      ),
      v.description('Ids of events to skip on purpose.'),
    ),
    [],
  ),
};

/** Why `parallel` has no meaning here; undefined if it has one or is not given. */
export const parallelProblem = (order: LaneOrder, parallel: number | undefined): string | undefined =>
  parallel === undefined || order === 'team' ? undefined : 'parallel needs order: team beside it';

/** How many requests of the client may be under way at once. */
export const parallelOf = (order: LaneOrder, parallel = DEFAULT_PARALLEL): number =>
  order === 'team' ? parallel : 1;
