/**
 * A check's report for people:
 *
 *     4f2a91c10d3e, read with team-events.yml: 42 files, 42 teams, 310 memberships of 128 people
 *       teams/*.yml
 *       members     membres 30, members 12
 *       attribute   contact 42, membre 1
 *     clients.yml: 2 clients
 *       gitlab-groups  team.created, team.deleted  (start: snapshot)
 *     Merging into origin/main sends 4 events:
 *       …
 *     teams/a.yml:3:1: error: … [team-file]
 *
 *     There before, and not of this merge request:
 *     teams/b.yml:1:1: error: … [team-file]
 *
 *     ✗ 1 error, 2 warnings; there before: 1 error
 */
import { ROOT } from '../../../adapters/git/history/resolve-commit.ts';
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { countTypes } from '../../../core/events/event-counts.ts';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { stepText } from '../../../reporters/history/events-text.ts';
import type {
  CheckReport,
  ClientBeginning,
  CommitByCommit,
  MergePreview,
  Understood,
  UnderstoodClients,
} from '../check-report.ts';
import { byStanding, severityOf, standingOf, type Finding } from '../rules/finding.ts';
import { KEY_ROLES } from '../rules/key-survey.ts';

export function textReport(report: CheckReport, style: Style): string {
  const { revision, understood, clients, merge, findings } = report;
  const parts = [
    understood === undefined
      ? 'The catalogue was not read: the configuration cannot be used.\n'
      : understoodText(revision, understood, style),
    ...(clients === undefined ? [] : [clientsText(clients, style)]),
    ...(merge === undefined ? [] : [mergeText(merge, clients !== undefined, style)]),
    findingsText(findings, style),
  ];
  return parts.join('\n');
}

function findingsText(findings: readonly Finding[], style: Style): string {
  const { before } = byStanding(findings);
  const lines = (all: readonly Finding[]): string =>
    all.map((finding) => `${findingLine(finding, style)}\n`).join('');
  const own = lines(findings.filter((finding) => !finding.before));
  const known = before.length === 0 ? '' : `${own && '\n'}${BEFORE}:\n${lines(before)}\n`;
  return `${own}${known}${verdict(findings, style)}\n`;
}

/** Heads the findings that are no failure of this merge request. */
export const BEFORE = 'There before, and not of this merge request';

const KEYS_SHOWN = 30;

export function understoodText(revision: string, understood: Understood, style: Style): string {
  const { configuration, globs, files, teams, memberships, people, keys } = understood;
  const how =
    configuration === undefined
      ? 'without team-events.yml, by the defaults'
      : `with ${printable(configuration)}`;
  const size = [
    counted(files, 'file'),
    counted(teams, 'team'),
    `${counted(memberships, 'membership')} of ${counted(people, 'person', 'people')}`,
  ];
  const lines = [
    `${style.bold(revision.slice(0, 12))}, read ${how}: ${size.join(', ')}`,
    `  ${'files'.padEnd(10)}  ${globs.map(printable).join(', ')}`,
  ];
  for (const role of KEY_ROLES) {
    const own = keys.filter((use) => use.role === role);
    if (own.length === 0) continue;
    const shown = own.slice(0, KEYS_SHOWN).map(({ key, count }) => `${printable(key)} ${count}`);
    if (own.length > KEYS_SHOWN) shown.push(`and ${own.length - KEYS_SHOWN} more`);
    lines.push(`  ${role.padEnd(10)}  ${shown.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function clientsText({ path, clients }: UnderstoodClients, style: Style): string {
  const lines = clients.map(({ name, events, start, paused, variables }) => {
    const aside = [
      `start: ${printable(start)}`,
      ...(paused ? ['paused'] : []),
      ...(variables.length > 0 ? [`needs ${variables.join(', ')}`] : []),
    ];
    return `  ${style.bold(name)}  ${events.join(', ')}  ${style.dim(`(${aside.join('; ')})`)}`;
  });
  return `${[`${printable(path)}: ${counted(clients.length, 'client')}`, ...lines].join('\n')}\n`;
}

function mergeText(merge: MergePreview, withClients: boolean, style: Style): string {
  const { into, from, behind, step, byCommit, beginnings } = merge;
  const name = printable(into);
  const events = step?.events ?? [];
  const what = events.length === 0 ? 'no event' : counted(events.length, 'event');
  const origin = from === null ? 'before the first commit' : from.slice(0, 12);
  const lines = [`Merging into ${name} would send ${what}, as one step from ${origin}:`];
  if (events.length === 0) lines[0] = `Merging into ${name} would send no event.`;
  const shown = mergeLines(merge, withClients, style)
    .map((line) => `${line}\n`)
    .join('');
  if (behind > 0)
    lines.push(style.dim(`(${name} has ${counted(behind, 'commit')} that this revision does not have.)`));
  const other = byCommit === undefined ? '' : byCommitText(byCommit);
  return `${lines.join('\n')}\n${shown}${other}${beginnings.map((one) => `${beginningText(one)}\n`).join('')}`;
}

/** The events of the merge and, with a clients file, who would get each. */
export function mergeLines(
  { step, receivers, requestsOf }: MergePreview,
  withClients: boolean,
  style: Style,
): readonly string[] {
  const who = withClients
    ? (event: LoggedEvent) =>
        (receivers.get(event.id) ?? []).map(
          (client) => ({ client, status: 'done', requests: requestsOf(client, event) }) as const,
        )
    : undefined;
  return [...stepText(step?.events ?? [], style, who)].join('').split('\n').slice(0, -1);
}

export function byCommitText({ commits, events }: CommitByCommit): string {
  const what = Object.entries(countTypes(events)).map(([type, count]) => `${count} ${type}`);
  const sent = events.length === 0 ? 'no event' : `${counted(events.length, 'event')}: ${what.join(', ')}`;
  return `Merged by fast-forward or rebase, its ${commits} commits are steps of their own. They would send ${sent}.\n`;
}

export function beginningText({ client, isNew, start, events }: ClientBeginning): string {
  const whose = isNew ? `${client} is new` : `${client}, if it is new,`;
  const would = isNew ? ' and would' : ' would';
  if (start === 'now') return `${whose}${would} begin here: first it gets what comes after this.`;
  if (events === undefined)
    return `${whose}${would} begin at ${printable(start)}, which is not an ancestor of this commit.`;
  const counts = Object.entries(events).map(([type, count]) => `${count} ${type}`);
  const first = counts.length === 0 ? 'nothing' : counts.join(', ');
  const where = ((): string => {
    if (start === 'snapshot') return 'with the whole catalogue';
    return start === ROOT ? 'before the first commit' : `at ${printable(start)}`;
  })();
  return `${whose}${would} begin ${where}: first it gets ${first}.`;
}

export function findingLine(finding: Finding, style: Style): string {
  const { check, path, line, column, client, message } = finding;
  const severity = severityOf(finding);
  const colour = { error: style.red, warning: style.yellow, before: style.dim }[standingOf(finding)];
  const whose = client === undefined ? '' : `client ${client}: `;
  return `${printable(path)}:${line}:${column}: ${colour(severity)}: ${printable(`${whose}${message}`)} ${style.dim(`[${check}]`)}`;
}

/** Says what the merge request fails for, if for anything, and what was there before it. */
export function verdict(findings: readonly Finding[], style: Style): string {
  const { error, warning, before } = byStanding(findings);
  const also = warning.length > 0 ? `, ${counted(warning.length, 'warning')}` : '';
  const errorsBefore = before.filter((finding) => severityOf(finding) === 'error').length;
  const known = [
    ...(errorsBefore > 0 ? [counted(errorsBefore, 'error')] : []),
    ...(before.length > errorsBefore ? [counted(before.length - errorsBefore, 'warning')] : []),
  ];
  const rest = `${also}${known.length > 0 ? `; there before: ${known.join(', ')}` : ''}`;
  if (error.length === 0) return `${style.green('✓')} no error${rest}`;
  return `${style.red('✗')} ${counted(error.length, 'error')}${rest}`;
}
