/** `after:evt_…`: a cursor right after an event, for a receiver that says which event it processed last. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { type Interest, selectForLane } from '../../core/clients/lane-selection.ts';
import type { LaneCursor } from '../../core/cursor/cursor.ts';
import { cursorAt } from '../../core/delivery/lane/lane-cursor.ts';
import { passedOver, sentOn, startOf, type LanePlan } from '../../core/delivery/lane/lane-plan.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { UsageError } from '../../errors.ts';
import { openEventStream } from '../../run/event-log/event-stream.ts';
import { resolveRange } from '../../run/event-log/range.ts';

const AFTER = 'after:';

/** The id in `after:evt_…`; undefined for any other destination. @throws {UsageError} if it is no event id */
export function eventIdIn(destination: string): string | undefined {
  if (!destination.startsWith(AFTER)) return undefined;
  const id = destination.slice(AFTER.length);
  if (/^evt_[0-9a-f]{32}$/.test(id)) return id;
  throw new UsageError(
    `${JSON.stringify(id)} is not the id of an event`,
    'It is what a request carries as webhook-id: evt_ and 32 hexadecimal digits.',
  );
}

export interface PlaceAfter {
  readonly step: LogStep;
  readonly event: LoggedEvent;
}

/** Searches all steps that lead to `to`. @throws {UsageError} if none has this event */
export async function findEvent(
  repository: Repository,
  id: string,
  to: string,
  override: Configuration | undefined,
  stop: AbortSignal,
): Promise<PlaceAfter> {
  const range = await resolveRange(repository, { from: null, to }, { squash: false, onRewrite: 'fail' });
  const stream = openEventStream(repository, range, override, stop, { withoutTotals: true });
  for await (const step of stream.steps()) {
    const event = step.events.find((one) => one.id === id);
    if (event !== undefined) return { step, event };
  }
  throw new UsageError(
    `no step up to ${to.slice(0, 12)} has the event ${id}`,
    'The events of a snapshot, of a squashed range and of a rewritten history have ids of their own: name a commit instead.',
  );
}

/** Assumes that the client was sent all events of the step that it wants, up to and including this one. */
export function cursorAfter(client: string, interest: Interest, { step, event }: PlaceAfter): LaneCursor {
  const plan: LanePlan = { client, contact: undefined, log: [step] };
  const dispositions = selectForLane(interest, step.events);
  const last = step.events.indexOf(event);
  let position = startOf(plan);
  for (const [index, one] of step.events.slice(0, last + 1).entries()) {
    position =
      dispositions[index] === 'send'
        ? sentOn(position, one, step.events)
        : passedOver(position, one, dispositions[index] === 'skip');
  }
  return cursorAt(plan, position, step.to);
}
