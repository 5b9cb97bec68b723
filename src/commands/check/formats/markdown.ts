/**
 * A check's report as a comment in a merge request: the verdict first, then what merging sends, counted by client and
 * type; details are folded. Not longer than a comment may be.
 */
import { createStyle } from '../../../adapters/process/terminal/style.ts';
import { countTypes } from '../../../core/events/event-counts.ts';
import { EVENT_TYPES } from '../../../core/events/event-type.ts';
import { code, codeBlock, markdown, table, type Folded } from '../../../reporters/formats/markdown.ts';
import type { CheckReport, MergePreview } from '../check-report.ts';
import { byStanding, type Finding } from '../rules/finding.ts';
import {
  BEFORE,
  beginningText,
  byCommitText,
  findingLine,
  mergeLines,
  understoodText,
  verdict,
} from './text.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);
/** Number of errors shown without a click. */
const ERRORS_SHOWN = 10;
/** Number of clients in the table. */
const CLIENTS_SHOWN = 100;
/** Number of clients whose beginning is shown without a click. */
const BEGINNINGS_SHOWN = 10;

export function markdownReport(report: CheckReport): string {
  const { findings, merge, understood, revision } = report;
  const { error, warning, before } = byStanding(findings);
  const lines = (all: readonly Finding[]): string[] => all.map((finding) => findingLine(finding, PLAIN));
  const [errors, warnings, known] = [lines(error), lines(warning), lines(before)];
  return markdown([
    `### team-events: ${verdict(findings, PLAIN)}`,
    ...(errors.length > 0 ? [codeBlock(errors.slice(0, ERRORS_SHOWN))] : []),
    ...(errors.length > ERRORS_SHOWN ? [{ summary: `All ${errors.length} errors`, lines: errors }] : []),
    ...(merge === undefined ? [] : mergeParts(merge, report.clients !== undefined)),
    ...(warnings.length > 0 ? [{ summary: `Warnings: ${warnings.length}`, lines: warnings }] : []),
    ...(known.length > 0 ? [{ summary: `${BEFORE}: ${known.length}`, lines: known }] : []),
    ...(understood === undefined
      ? []
      : [
          {
            summary: 'How the catalogue was read',
            lines: understoodText(revision, understood, PLAIN).trimEnd().split('\n'),
          },
        ]),
  ]);
}

function mergeParts(merge: MergePreview, withClients: boolean): readonly (string | Folded)[] {
  const { into, step, byCommit, beginnings } = merge;
  const events = step?.events ?? [];
  const sent = events.length === 0 ? 'no event' : `${events.length} event${events.length === 1 ? '' : 's'}`;
  const first = `Merging into ${code(into)} would send **${sent}**${countsText(events)}.`;
  return [
    first,
    ...(withClients && events.length > 0 ? [receiversTable(merge)] : []),
    ...(byCommit === undefined ? [] : [byCommitText(byCommit).trimEnd()]),
    ...(beginnings.length > 0 ? [beginningsPart(beginnings.map(beginningText))] : []),
    ...(events.length > 0
      ? [{ summary: `The events: ${events.length}`, lines: mergeLines(merge, withClients, PLAIN) }]
      : []),
  ];
}

const beginningsPart = (lines: readonly string[]): string | Folded =>
  lines.length > BEGINNINGS_SHOWN
    ? { summary: `What clients would get first: ${lines.length}`, lines }
    : codeBlock(lines);

/** `: 2 team.created, 1 team.deleted`; empty if there are none. */
function countsText(events: readonly { readonly type: (typeof EVENT_TYPES)[number] }[]): string {
  const counts = Object.entries(countTypes(events)).map(([type, count]) => `${count} ${type}`);
  return counts.length === 0 ? '' : `: ${counts.join(', ')}`;
}

/** A row for each client that gets any of the events, a column for each type that occurs. */
function receiversTable({ step, receivers }: MergePreview): string {
  const events = step?.events ?? [];
  const types = EVENT_TYPES.filter((type) => events.some((event) => event.type === type));
  const counts = new Map<string, Map<string, number>>();
  for (const { id, type } of events) {
    for (const client of receivers.get(id) ?? []) {
      const own = counts.get(client) ?? new Map<string, number>();
      counts.set(client, own.set(type, (own.get(type) ?? 0) + 1));
    }
  }
  if (counts.size === 0) return 'No client gets any of them.';
  const rows = [...counts]
    .slice(0, CLIENTS_SHOWN)
    .map(([client, own]) => [
      code(client),
      ...types.map((type) => String(own.get(type) ?? '')),
      String([...own.values()].reduce((sum, count) => sum + count, 0)),
    ]);
  const shown = table(
    ['client', ...types, 'all'],
    rows,
    [...types, 'all'].map((_, index) => index + 1),
  );
  const left = counts.size - rows.length;
  return left > 0 ? `${shown}\n\n… and ${left} more clients.` : shown;
}
