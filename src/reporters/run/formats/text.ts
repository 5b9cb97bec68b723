/** For people: events by commit, each with who gets it or its result there; then the verdict. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { Selects } from '../../../core/clients/lane-selection.ts';
import type { EventType } from '../../../core/events/event-type.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { counted } from '../../../core/text/counted.ts';
import { stepText } from '../../history/events-text.ts';
import type { EventPrinter, RunReporter, RunResult } from '../run-reporter.ts';
import { typesText } from '../verdict/totals.ts';
import { verdictLines } from '../verdict/verdict-lines.ts';

export const TEXT_REPORTER: RunReporter = {
  events(style, atMost) {
    let count = 0;
    return createEvents(style, () => count++ < atMost);
  },
  *result(outcome, style) {
    const { log, asked, recipients, report } = outcome;
    const shows = asked ?? ((event) => recipients.has(event));
    const listed = listedIn(outcome, shows);
    const printer = createEvents(style, (event) => listed?.has(event) ?? true);
    for (const step of log)
      yield* printer.step(step.events.filter(shows), 0, (event) => recipients.get(event) ?? []);
    yield printer.end(report.problems, outcome);
  },
};

/** `atMost` events: first those that somebody was sent, then others; undefined if there is room for all. */
function listedIn(
  { log, recipients, atMost }: RunResult,
  shows: Selects,
): ReadonlySet<LoggedEvent> | undefined {
  if (atMost === Infinity) return undefined;
  const isSent = (event: LoggedEvent): boolean =>
    recipients.get(event)?.some(({ status }) => status === 'done') ?? false;
  const listed = new Set<LoggedEvent>();
  for (const wanted of [isSent, () => true]) {
    for (const { events } of log) {
      if (listed.size >= atMost) return listed;
      for (const event of events)
        if (listed.size < atMost && shows(event) && wanted(event)) listed.add(event);
    }
  }
  return listed;
}

/** Prints the events that are listed, and sums up the others. */
function createEvents(style: Style, isListed: (event: LoggedEvent) => boolean): EventPrinter {
  const others = new Map<EventType, number>();
  let printed = 0;
  return {
    begin: () => '',
    *step(events, _, recipientsOf) {
      const listed: LoggedEvent[] = [];
      for (const event of events) {
        if (isListed(event)) listed.push(event);
        else others.set(event.type, (others.get(event.type) ?? 0) + 1);
      }
      if (listed.length === 0) return;
      if (printed > 0) yield '\n';
      printed += listed.length;
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
