/** For people: events by commit, each with who gets it or its result there; then the verdict. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { Selects } from '../../../core/clients/lane-selection.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { stepText } from '../../history/events-text.ts';
import { listedSteps } from '../listed-steps.ts';
import type { EventPrinter, RecipientsOf, RunReporter } from '../run-reporter.ts';
import { verdictLines } from '../verdict/verdict-lines.ts';

/** Limit for the unsent events listed for one lane; in every run that could be all of history. */
const UNSENT_LISTED = 200;

export const TEXT_REPORTER: RunReporter = {
  events: createEvents,
  *result(outcome, style) {
    const { log, asked, shares, recipients, atMost } = outcome;
    const listed = new Set(
      shares.flatMap(({ accepted, left }) => accepted.concat(left.slice(0, UNSENT_LISTED))),
    );
    const shows: Selects = asked ?? (({ id }) => listed.has(id));
    let shown = 0;
    for (const { events, before, wanted } of listedSteps(log, shows, atMost)) {
      yield* stepPieces(style, events, before, ({ id }) => recipients.get(id) ?? []);
      shown = before + wanted;
    }
    if (shown > atMost) yield `… and ${shown - atMost} more events\n`;
    for (const { client, left, status } of asked === undefined ? shares : []) {
      const more = left.length - UNSENT_LISTED;
      if (more > 0) yield `… and ${more} more events for ${client} (${status})\n`;
    }
    if (shown > 0) yield '\n';
    for (const line of verdictLines(outcome, style)) yield `${line}\n`;
  },
};

function createEvents(style: Style): EventPrinter {
  let isFirst = true;
  return {
    begin: () => '',
    step(events, before, recipientsOf) {
      isFirst = false;
      return stepPieces(style, events, before, recipientsOf);
    },
    end: (_, outcome) =>
      outcome === undefined ? '' : `${isFirst ? '' : '\n'}${verdictLines(outcome, style).join('\n')}\n`,
  };
}

function* stepPieces(
  style: Style,
  events: readonly LoggedEvent[],
  before: number,
  recipientsOf?: RecipientsOf,
): Generator<string> {
  if (events.length === 0) return;
  if (before > 0) yield '\n';
  yield* stepText(events, style, recipientsOf);
}
