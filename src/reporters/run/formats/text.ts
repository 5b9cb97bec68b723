/** For people: events by commit, each with who gets it or its result there; then the verdict. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { EventType } from '../../../core/events/event-type.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { counted } from '../../../core/text/counted.ts';
import { stepText } from '../../history/events-text.ts';
import type { EventPrinter, RunReporter } from '../run-reporter.ts';
import { typesText } from '../verdict/totals.ts';
import { verdictLines } from '../verdict/verdict-lines.ts';

export const TEXT_REPORTER: RunReporter = {
  events: createEvents,
  *result(outcome, style) {
    const { log, asked, recipients, atMost, report } = outcome;
    const shows = asked ?? (({ id }) => recipients.has(id));
    const printer = createEvents(style, atMost);
    let before = 0;
    for (const step of log) {
      const events = step.events.filter(shows);
      yield* printer.step(events, before, ({ id }) => recipients.get(id) ?? []);
      before += events.length;
    }
    yield printer.end(report.problems, outcome);
  },
};

/** Prints the first `atMost` events, and sums up the others. */
function createEvents(style: Style, atMost: number): EventPrinter {
  const others = new Map<EventType, number>();
  let printed = 0;
  const sumUp = (events: readonly LoggedEvent[]): void => {
    for (const { type } of events) others.set(type, (others.get(type) ?? 0) + 1);
  };
  return {
    begin: () => '',
    *step(events, before, recipientsOf) {
      const listed = events.slice(0, Math.max(0, atMost - before));
      sumUp(events.slice(listed.length));
      if (listed.length === 0) return;
      printed += listed.length;
      if (before > 0) yield '\n';
      yield* stepText(listed, style, recipientsOf);
    },
    end(_, outcome) {
      const count = [...others.values()].reduce((sum, one) => sum + one, 0);
      return [
        ...(count > 0
          ? [`… and ${counted(count, 'more event')}: ${typesText(others)} (--all lists them)`]
          : []),
        ...(outcome === undefined ? [] : [...(printed > 0 ? [''] : []), ...verdictLines(outcome, style)]),
      ]
        .map((line) => `${line}\n`)
        .join('');
    },
  };
}
