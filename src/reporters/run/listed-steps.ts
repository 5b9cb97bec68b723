/** Selects the events of a log that are listed. */
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';

/** How many events the text lists if not all are asked for. */
export const LISTED = 200;

export const listedAtMost = ({ all }: { readonly all: boolean }): number => (all ? Infinity : LISTED);

interface ListedStep {
  /** May be empty. */
  readonly events: readonly LoggedEvent[];
  /** Number of events that `shows` selects in earlier steps, and in this one. */
  readonly before: number;
  readonly wanted: number;
}

/** The events that `shows` selects, step by step; only the first `atMost` of the whole log. */
export function* listedSteps(
  log: readonly LogStep[],
  shows: Selects,
  atMost = Infinity,
): Generator<ListedStep> {
  let before = 0;
  for (const step of log) {
    const wanted = step.events.filter(shows);
    yield { events: wanted.slice(0, Math.max(0, atMost - before)), before, wanted: wanted.length };
    before += wanted.length;
  }
}
