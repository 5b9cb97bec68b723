/** Selects the events that become versions, by `types`, `teams` and `tags` of the source. */
import { selectForLane } from '../core/clients/lane-selection.ts';
import { compileScope } from '../core/clients/scope.ts';
import { EVENT_TYPES } from '../core/events/event-type.ts';
import type { LoggedEvent } from '../core/events/team-event.ts';
import type { Source } from './request.ts';

/** The selected events of a complete step, in order: what a client with these filters would be sent. */
export function selectVersions(
  step: readonly LoggedEvent[],
  { types, teams, tags }: Pick<Source, 'types' | 'teams' | 'tags'>,
): LoggedEvent[] {
  const scope = compileScope({ teams, tags });
  const subscriptions = new Map((types.length > 0 ? types : EVENT_TYPES).map((type) => [type, { scope }]));
  const dispositions = selectForLane({ subscriptions, skip: new Set() }, step);
  return step.filter((_, index) => dispositions[index] === 'send');
}
