/** The keys of an entry that say how its lane goes on. */
import * as v from 'valibot';

/** `all`: each event waits for the one before it. `team`: only for the one before it of its own team. */
export const LANE_ORDERS = ['all', 'team'] as const;
export type LaneOrder = (typeof LANE_ORDERS)[number];

export const laneKeys = {
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
