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

function mergeJson(merge: MergePreview) {
  const { into, from, to, behind, step, byCommit, receivers, beginnings } = merge;
  return {
    into,
    from,
    to,
    behind,
    events: (step?.events ?? []).map(eventOf),
    byCommit:
      byCommit === undefined ? null : { commits: byCommit.commits, events: countTypes(byCommit.events) },
    receivers: Object.fromEntries(receivers),
    requests: requestsJson(merge),
    beginnings: beginnings.map(({ isNew, events, ...one }) => ({
      ...one,
      isNew: isNew ?? null,
      events: events ?? null,
    })),
  };
}

/** By event and client, where a client says its requests itself. */
function requestsJson({ step, receivers, requestsOf }: MergePreview): object {
  const byEvent = (step?.events ?? []).map((event) => {
    const shown = (receivers.get(event.id) ?? []).flatMap((client) => {
      const requests = requestsOf(client, event)?.requests;
      return requests === undefined ? [] : [[client, requests] as const];
    });
    return [event.id, Object.fromEntries(shown)] as const;
  });
  return Object.fromEntries(byEvent.filter(([, shown]) => Object.keys(shown).length > 0));
}
