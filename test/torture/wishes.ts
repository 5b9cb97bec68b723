/** What the clients file asks for, at which time. */
import { type EventType } from '../../src/core/events/event-type.ts';
import { EVENT_TYPES } from '../../src/core/events/event-type.ts';
import type { Random } from './random.ts';

/** What an entry of the file says. */
export interface Wishes {
  readonly start: string;
  readonly types: readonly EventType[];
  /** Only these teams; none: all. */
  readonly teams: readonly string[];
  readonly skip: readonly string[];
  readonly paused: boolean;
  readonly order?: 'all' | 'team';
  readonly parallel?: number;
  /** Whether events of a step go together: those of one type, of all, or of every second one. */
  readonly batch?: 'none' | 'type' | 'all' | 'second';
}

export interface Version {
  /** Since when, in the common count. */
  readonly since: number;
  readonly wishes: ReadonlyMap<string, Wishes>;
}

/** JSON is YAML. Each type has an endpoint of its own, unless all go together. */
export function clientsText(
  wishes: ReadonlyMap<string, Wishes>,
  urlOf: (client: string, endpoint: string) => string,
): string {
  const clients = [...wishes].map(
    ([name, { types, teams, order = 'all', parallel, batch = 'none', ...others }]) => ({
      name,
      ...others,
      order,
      ...(order === 'team' && { parallel }),
      ...(teams.length > 0 && { teams }),
      ...(batch !== 'none' && { batch: 'step' }),
      subscriptions: types.map((event) => ({ event, url: urlOf(name, endpointOf(event, batch)) })),
    }),
  );
  return JSON.stringify({ clients });
}

function endpointOf(event: EventType, batch: Wishes['batch']): string {
  if (batch === 'second') return EVENT_TYPES.indexOf(event) % 2 === 0 ? 'even' : 'odd';
  return batch === 'all' ? 'all' : event;
}

/** One event type at least: an entry without a subscription is a mistake. */
export function randomTypes(random: Random): readonly EventType[] {
  if (random.chance(0.4)) return EVENT_TYPES;
  const types = random.some(EVENT_TYPES, 0.6);
  return types.length > 0 ? types : [random.pick(EVENT_TYPES)];
}

/** Mostly all. */
export const randomTeams = (random: Random): readonly string[] =>
  random.chance(0.6) ? [] : random.some(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 0.5);

/** How its events follow each other, how many requests may be under way at once, and what goes together. */
export const randomOrder = (random: Random): Pick<Wishes, 'order' | 'parallel' | 'batch'> => ({
  order: random.chance(0.5) ? 'team' : 'all',
  parallel: random.pick([1, 2, 3, 8, 64]),
  batch: random.pick(['none', 'none', 'type', 'all', 'second']),
});
