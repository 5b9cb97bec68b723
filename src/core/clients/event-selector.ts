/** Selects the events that a run is asked for: `--type`, `--team`. */
import type { EventType } from '../events/event-type.ts';
import type { Selects } from './lane-selection.ts';

/** Whether `--type` and `--team` select an event. */
export function selector({
  type,
  team,
}: {
  readonly type: readonly EventType[];
  readonly team: readonly string[];
}): Selects {
  const types = new Set<string>(type);
  const teams = new Set(team);
  return (event) =>
    (types.size === 0 || types.has(event.type)) && (teams.size === 0 || teams.has(event.subject));
}
