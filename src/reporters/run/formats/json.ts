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
    for (const { events } of listedSteps(log, asked ?? ((event) => recipients.has(event)))) {
      for (const { text } of events) {
        yield `${separator}${text}`;
        separator = ',\n';
      }
    }
    yield '\n]}\n';
  },
};

function createEvents(): EventPrinter {
  // A snapshot of the first commit has the ids of the first commit's own step, and both may be printed.
  const receivers = new Map<string, readonly string[]>();
  const requests = new Map<string, Readonly<Record<string, readonly ShownRequest[]>>>();
  return {
    begin: ({ from, to }) => `{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"events":[`,
    *step(events, before, recipientsOf) {
      for (const [index, event] of events.entries()) {
        if (recipientsOf !== undefined) {
          const served = recipientsOf(event).filter(({ status }) => status === 'done');
          const shown = served.flatMap((one) =>
            one.requests === undefined ? [] : [[one.client, one.requests.requests] as const],
          );
          const { id } = event;
          if (shown.length > 0) requests.set(id, { ...requests.get(id), ...Object.fromEntries(shown) });
          receivers.set(id, [...(receivers.get(id) ?? []), ...served.map(({ client }) => client)]);
        }
        yield `${before + index > 0 ? ',' : ''}\n${event.text}`;
      }
    },
    end(problems) {
      const who = receivers.size > 0 ? `,"receivers":${JSON.stringify(Object.fromEntries(receivers))}` : '';
      const what = requests.size > 0 ? `,"requests":${JSON.stringify(Object.fromEntries(requests))}` : '';
      return `\n],"problems":${JSON.stringify(problems)}${who}${what}}\n`;
    },
  };
}
