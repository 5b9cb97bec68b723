/** A check's report as metrics: the number of findings by rule, and the size of the catalogue. */
import { openMetrics } from '../../../reporters/formats/openmetrics.ts';
import type { CheckReport } from '../check-report.ts';
import { CHECKS, standingOf, type Finding } from '../rules/finding.ts';

export function openMetricsReport({
  exitCode,
  findings,
  understood,
}: Pick<CheckReport, 'exitCode' | 'findings' | 'understood'>): string {
  const counts = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.check} ${standingOf(finding)}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, [finding]);
    else known.push(finding);
  }
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
      help: `Findings by rule; there are ${Object.keys(CHECKS).length} rules. Severity before: there before the merge request.`,
      samples: [...counts.values()].flatMap((own) =>
        own.slice(0, 1).map((first) => ({
          labels: { check: first.check, severity: standingOf(first) },
          value: own.length,
        })),
      ),
    },
    {
      name: 'team_events_catalogue_size',
      help: 'What the catalogue holds; a person in two teams is two memberships.',
      samples: Object.entries(sizes ?? {}).map(([of, value]) => ({ labels: { of }, value })),
    },
  ]);
}
