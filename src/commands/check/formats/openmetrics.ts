/** A check's report as metrics: the number of findings by rule, and the size of the catalogue. */
import { openMetrics } from '../../../reporters/formats/openmetrics.ts';
import type { CheckReport } from '../check-report.ts';
import { CHECKS, severityOf, type Finding } from '../rules/finding.ts';

export function openMetricsReport({
  exitCode,
  findings,
  understood,
}: Pick<CheckReport, 'exitCode' | 'findings' | 'understood'>): string {
  const counts = new Map<Finding['check'], Finding[]>();
  for (const finding of findings) counts.set(finding.check, [...(counts.get(finding.check) ?? []), finding]);
  const sizes = understood && {
    files: understood.files,
    teams: understood.teams,
    memberships: understood.memberships,
  };
  return openMetrics([
    {
      name: 'team_events_check_exit_code',
      help: 'The exit code of check.',
      samples: [{ value: exitCode }],
    },
    {
      name: 'team_events_check_findings',
      help: `Findings by rule; there are ${Object.keys(CHECKS).length} rules.`,
      samples: [...counts].map(([check, own]) => ({
        labels: { check, severity: own[0] === undefined ? '' : severityOf(own[0]) },
        value: own.length,
      })),
    },
    {
      name: 'team_events_catalogue_size',
      help: 'What the catalogue holds; a person in two teams is two memberships.',
      samples: Object.entries(sizes ?? {}).map(([of, value]) => ({ labels: { of }, value })),
    },
  ]);
}
