/** A run, dry run or replay as metrics: at most six series per client. */
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { EventType } from '../../../core/events/event-type.ts';
import { type Gauge, openMetrics, type Sample } from '../../formats/openmetrics.ts';
import type { EventPrinter, RunOutcome, RunReporter } from '../run-reporter.ts';

export const OPENMETRICS_REPORTER: RunReporter = {
  events: createEvents,
  *result(outcome) {
    yield openMetrics(gaugesOf(outcome));
  },
};

function createEvents(): EventPrinter {
  const byType = new Map<EventType, number>();
  return {
    begin: () => '',
    step(events) {
      for (const { type } of events) byType.set(type, (byType.get(type) ?? 0) + 1);
      return [];
    },
    end: (problems, outcome) =>
      openMetrics(outcome ? gaugesOf(outcome) : [eventsGauge(byType), brokenGauge(problems.length)]),
  };
}

function gaugesOf({ report, kind, totals }: RunOutcome): readonly Gauge[] {
  const { clients, exitCode, problems } = report;
  const gauge = (name: string, help: string, valueOf: (client: LaneResult) => number | undefined): Gauge => ({
    name: `team_events_run_client_${name}`,
    help,
    samples: clients.flatMap((client): readonly Sample[] => {
      const value = valueOf(client);
      return value === undefined ? [] : [{ labels: { client: client.client }, value }];
    }),
  });
  return [
    {
      name: 'team_events_run_exit_code',
      help: kind === 'run' ? 'The exit code of the run.' : 'The exit code; nothing was sent.',
      samples: [{ value: exitCode }],
    },
    eventsGauge(totals.byType),
    brokenGauge(problems.length),
    {
      name: 'team_events_run_client_state',
      help: 'Always 1; the label says what became of the client.',
      samples: clients.map(({ client, status }) => ({ labels: { client, state: status }, value: 1 })),
    },
    kind === 'run'
      ? gauge('delivered_events', 'Events that the client accepted.', ({ delivered }) => delivered)
      : gauge('due_events', 'Events that the client would be sent.', ({ delivered }) => delivered),
    gauge('pending_events', 'Events still to be sent to the client.', ({ pending }) => pending),
    gauge('skipped_events', 'Events that the clients file skips.', ({ skipped }) => skipped),
    gauge('attempts', 'Requests that were made to the client.', ({ attempts }) => attempts),
    gauge('behind_since_timestamp_seconds', 'Since when the client has been behind.', ({ since }) =>
      since === undefined ? undefined : Math.round(Date.parse(since) / 1000),
    ),
  ];
}

const eventsGauge = (byType: ReadonlyMap<EventType, number>): Gauge => ({
  name: 'team_events_run_events',
  help: 'Events of the range, by type.',
  samples: [...byType].map(([type, value]) => ({ labels: { type }, value })),
});

const brokenGauge = (count: number): Gauge => ({
  name: 'team_events_run_problems',
  help: 'Problems of files that are broken at the newest revision.',
  samples: [{ value: count }],
});
