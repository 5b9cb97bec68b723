/** `status` as metrics: at most eight series per client. */
import { type Gauge, openMetrics, type Sample } from '../../../reporters/formats/openmetrics.ts';
import type { ClientStatus, StatusReport } from '../status-report.ts';

export function statusMetrics(report: StatusReport, nowMs: number): string {
  const { clients, exitCode, left, broken } = report;
  const gauge = (
    name: Gauge['name'],
    help: string,
    valueOf: (client: ClientStatus) => number | undefined,
  ): Gauge => ({
    name,
    help,
    samples: clients.flatMap((client): readonly Sample[] => {
      const value = valueOf(client);
      return value === undefined ? [] : [{ labels: { client: client.client }, value }];
    }),
  });
  return openMetrics([
    {
      name: 'team_events_status_exit_code',
      help: 'The exit code of status --check.',
      samples: [{ value: exitCode }],
    },
    {
      name: 'team_events_departed_clients',
      help: 'Clients with a cursor that are not in the clients file.',
      samples: [{ value: left.length }],
    },
    {
      name: 'team_events_broken_files',
      help: 'Files that are broken and hold their last valid content.',
      samples: [{ value: broken.length }],
    },
    {
      name: 'team_events_client_state',
      help: 'Always 1; the label says in which state the client is.',
      samples: clients.map(({ client, state }) => ({ labels: { client, state }, value: 1 })),
    },
    gauge(
      'team_events_client_pending_events',
      'Events still to be sent to the client.',
      (one) => one.pending?.events,
    ),
    gauge(
      'team_events_client_pending_commits',
      'Commits that the pending events come from.',
      (one) => one.pending?.commits,
    ),
    gauge(
      'team_events_client_skipped_events',
      'Pending events that the clients file skips.',
      (one) => one.skipped,
    ),
    gauge(
      'team_events_client_behind_seconds',
      'How long the client has been behind; 0 if it is not.',
      ({ pending, since }) => {
        if (pending === null) return undefined;
        return pending.events === 0 || since === null
          ? 0
          : Math.max(0, Math.round((nowMs - Date.parse(since)) / 1000));
      },
    ),
    gauge(
      'team_events_client_held_teams',
      'Teams whose events wait while those of all others are delivered (order: team).',
      ({ held }) => held.length,
    ),
    gauge(
      'team_events_client_blocked',
      '1 if an event cannot be delivered to the client, else 0.',
      ({ blocked }) => (blocked === null ? 0 : 1),
    ),
  ]);
}
