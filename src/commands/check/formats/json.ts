/** A check's report for machines: one JSON document. */
import { countTypes } from '../../../core/events/event-counts.ts';
import { eventOf } from '../../../core/events/team-event.ts';
import type { CheckReport, MergePreview } from '../check-report.ts';
import { severityOf } from '../rules/finding.ts';

export function jsonReport({
  revision,
  understood,
  clients,
  merge,
  findings,
  exitCode,
}: CheckReport): string {
  const document = {
    version: 1,
    revision,
    exitCode,
    findings: findings.map((finding) => ({ severity: severityOf(finding), ...finding })),
    understood: understood ?? null,
    clients: clients ?? null,
    merge: merge === undefined ? null : mergeJson(merge),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function mergeJson({ into, from, to, behind, step, byCommit, receivers, beginnings }: MergePreview) {
  return {
    into,
    from,
    to,
    behind,
    events: (step?.events ?? []).map(eventOf),
    byCommit:
      byCommit === undefined ? null : { commits: byCommit.commits, events: countTypes(byCommit.events) },
    receivers: Object.fromEntries(receivers),
    beginnings: beginnings.map(({ isNew, events, ...one }) => ({
      ...one,
      isNew: isNew ?? null,
      events: events ?? null,
    })),
  };
}
