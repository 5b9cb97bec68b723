/** What stands beside an event that no client is sent. */
import { implicationKey } from '../../core/clients/lane-selection.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';

/** `step`: all events of the step; `isSent`: whether some client is sent an event. */
export function noRecipientTexts(
  step: readonly LoggedEvent[],
  isSent: (event: LoggedEvent) => boolean,
): (event: LoggedEvent) => string {
  let sent: ReadonlySet<string> | undefined;
  return ({ impliedBy }) => {
    if (impliedBy.length === 0) return '→ nobody';
    sent ??= new Set(step.filter(isSent).map(({ type, subject }) => implicationKey({ type, team: subject })));
    const told = impliedBy.filter((one) => sent?.has(implicationKey(one))).map(({ type }) => type);
    return told.length === 0 ? '→ nobody' : `→ told by ${told.join(' and ')}`;
  };
}
