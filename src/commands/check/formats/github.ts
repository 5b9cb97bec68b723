/**
 * Annotations of GitHub Actions, shown beside the lines of a pull request:
 *
 *     ::error file=teams/a.yml,line=3,col=5,title=team-file::the key is twice
 *
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 * Errors come first, because GitHub shows only ten errors and ten warnings of a step; what was there before the merge
 * request comes last, as notices.
 */
import { logSafe, printable } from '../../../core/text/log-safe.ts';
import type { CheckReport } from '../check-report.ts';
import { standingOf, type Finding } from '../rules/finding.ts';

const COMMANDS = { error: 'error', warning: 'warning', before: 'notice' } as const;
const ORDER = Object.keys(COMMANDS);

export function githubReport({ findings }: Pick<CheckReport, 'findings'>): string {
  const order = (finding: Finding): number => ORDER.indexOf(standingOf(finding));
  return findings
    .toSorted((a, b) => order(a) - order(b))
    .map((finding) => `${annotation(finding)}\n`)
    .join('');
}

function annotation(finding: Finding): string {
  const { check, path, line, column, client, message, before } = finding;
  const place = {
    file: path.replace(/^(?:\.\/)+/, ''),
    line: String(line),
    col: String(column),
    title: check,
  };
  const properties = Object.entries(place).map(([key, value]) => `${key}=${property(value)}`);
  const whose = `${before ? 'there before: ' : ''}${client === undefined ? '' : `client ${client}: `}`;
  return `::${COMMANDS[standingOf(finding)]} ${properties.join(',')}::${data(`${whose}${message}`)}`;
}

/** Makes text from outside safe, so that it is no command anywhere in the line. */
const data = (text: string): string => logSafe(printable(text)).replaceAll('%', '%25');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
