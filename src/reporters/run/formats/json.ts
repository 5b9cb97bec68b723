/**
 * One JSON document for machines. For a dry run:
 *
 *     { "from", "to", "events": [...], "problems": [...], "receivers"?: { id: [client] },
 *       "requests"?: { id: { client: [{ "method", "url", "body"? }] } } }
 *
 * For a run, its report, with the events themselves as `events`.
 */
import type { ShownRequest } from '../../../core/requests/preview.ts';
import { listedSteps } from '../listed-steps.ts';
import type { EventPrinter, RunReporter } from '../run-reporter.ts';

export const JSON_REPORTER: RunReporter = {
  events: createEvents,
  *result({ report, log, asked, recipients }) {
    yield `${JSON.stringify({ ...report, events: undefined }).slice(0, -1)},"events":[`;
    let separator = '\n';
    for (const { events } of listedSteps(log, asked ?? (({ id }) => recipients.has(id)))) {
      for (const { text } of events) {
        yield `${separator}${text}`;
        separator = ',\n';
      }
    }
    yield '\n]}\n';
  },
};

function createEvents(): EventPrinter {
  const receivers: [string, readonly string[]][] = [];
  const requests: [string, Readonly<Record<string, readonly ShownRequest[]>>][] = [];
  return {
    begin: ({ from, to }) => `{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"events":[`,
    *step(events, before, recipientsOf) {
      for (const [index, event] of events.entries()) {
        if (recipientsOf !== undefined) {
          const served = recipientsOf(event).filter(({ status }) => status === 'done');
          const shown = served.flatMap((one) =>
            one.requests === undefined ? [] : [[one.client, one.requests.requests] as const],
          );
          if (shown.length > 0) requests.push([event.id, Object.fromEntries(shown)]);
          receivers.push([event.id, served.map(({ client }) => client)]);
        }
        yield `${before + index > 0 ? ',' : ''}\n${event.text}`;
      }
    },
    end(problems) {
      const who = receivers.length > 0 ? `,"receivers":${JSON.stringify(Object.fromEntries(receivers))}` : '';
      const what = requests.length > 0 ? `,"requests":${JSON.stringify(Object.fromEntries(requests))}` : '';
      return `\n],"problems":${JSON.stringify(problems)}${who}${what}}\n`;
    },
  };
}
