/**
 * Metrics as text for Prometheus, from a file or a push (https://prometheus.io/docs/specs/om/open_metrics_spec/):
 *
 *     # TYPE team_events_client_pending_events gauge
 *     # HELP team_events_client_pending_events Events still to be sent to the client.
 *     team_events_client_pending_events{client="groups"} 12
 *     # EOF
 *
 * Without timestamps: the reader knows the time.
 */

import { logSafe, printable } from '../../core/text/log-safe.ts';

/** One value with its labels, in the order in which they are printed. Times are in seconds. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge; its name begins with `team_events_` and ends with its base unit, if it has one. */
export interface Gauge {
  readonly name: `team_events_${string}`;
  /** Without quotes and backslashes, because the two formats of Prometheus escape them differently. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Gauges without samples are left out. */
export function openMetrics(gauges: readonly Gauge[]): string {
  const families = gauges
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) => {
      const lines = samples.map(({ labels = {}, value }) => `${name}${labelsText(labels)} ${value}`);
      return [`# TYPE ${name} gauge`, `# HELP ${name} ${help}`, ...lines].join('\n');
    });
  return `${[...families, '# EOF'].join('\n')}\n`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** On one line, and no command for a CI system that shows it. */
const escaped = (text: string): string =>
  logSafe(printable(text)).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
