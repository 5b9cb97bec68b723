/**
 * JUnit XML: a test case for each file and client, so that passing ones are visible too. At most one failure per case,
 * because readers of this format use only the first; warnings, and what was there before the merge request, go to its
 * output.
 */
import { casesOf, type Case, type CheckReport } from '../check-report.ts';
import type { Finding } from '../rules/finding.ts';

export function junitReport(report: CheckReport): string {
  const cases = casesOf(report);
  const failed = cases.filter(({ errors }) => errors.length > 0).length;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="team-events check" ${counts}>`,
    `  <testsuite name="team-events check" ${counts} skipped="0">`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseXml({ kind, path, client, errors, warnings, before }: Case): string {
  const name = client === undefined ? path : `${path}: ${client}`;
  const open = `    <testcase classname="${escaped(kind)}" name="${escaped(name)}" file="${escaped(path)}" time="0"`;
  const [first] = errors;
  const parts: string[] = [];
  if (first !== undefined) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    parts.push(
      `      <failure type="${first.check}" message="${escaped(`${first.message}${more}`)}">${escaped(lines(errors))}</failure>`,
    );
  }
  const others = [...warnings, ...before];
  if (others.length > 0) parts.push(`      <system-out>${escaped(lines(others))}</system-out>`);
  return parts.length === 0 ? `${open}/>` : `${open}>\n${parts.join('\n')}\n    </testcase>`;
}

const lines = (findings: readonly Finding[]): string =>
  findings
    .map(({ path, line, column, check, message, before }) =>
      [`${path}:${line}:${column}: `, before ? 'there before: ' : '', `${message} [${check}]`].join(''),
    )
    .join('\n');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const reference = (character: string): string => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`;

/**
 * For text and attributes alike. Characters that XML 1.0 cannot hold even escaped are written as `\u0007`; those that
 * `logSafe` would change are written as XML references, so that readers get them unchanged.
 */
function escaped(text: string): string {
  return text
    .replace(
      /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/[&<>"\t\n\r\u007F-\u009F\u2028\u2029\p{Bidi_Control}]|#(?=#)/gu, reference);
}
