/** Events for machines: one CloudEvent per line. */
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { listedSteps } from '../listed-steps.ts';
import type { RunReporter } from '../run-reporter.ts';

export const NDJSON_REPORTER: RunReporter = {
  events: () => ({ begin: () => '', step: lines, end: () => '' }),
  *result({ log, asked, recipients }) {
    for (const { events } of listedSteps(log, asked ?? ((event) => recipients.has(event))))
      yield* lines(events);
  },
};

function* lines(events: readonly LoggedEvent[]): Generator<string> {
  for (const { text } of events) yield `${text}\n`;
}
