/**
 * GitLab Code Quality, which a merge request shows beside the lines:
 *
 *     [{ "description", "check_name", "fingerprint", "severity", "location": { "path", "lines": { "begin" } } }]
 */
import { hash } from 'node:crypto';
import type { CheckReport } from '../check-report.ts';
import { standingOf, type Finding } from '../rules/finding.ts';

const SEVERITY = { error: 'major', warning: 'minor', before: 'info' } as const;

export function gitlabReport({ findings }: Pick<CheckReport, 'findings'>): string {
  const seen = new Map<string, number>();
  const issues = findings.map((finding) => {
    const text = [finding.check, finding.path, finding.client ?? '', finding.message].join('\n');
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return {
      description: described(finding),
      check_name: finding.check,
      // Without line and column, so that a finding that only moved stays the same. GitLab shows findings with equal
      // fingerprints once.
      fingerprint: hash('sha256', `${text}\n${before}`, 'hex'),
      severity: SEVERITY[standingOf(finding)],
      location: { path: finding.path.replace(/^(?:\.\/)+/, ''), lines: { begin: finding.line } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}

const described = ({ client, message, before }: Finding): string =>
  [before ? 'there before: ' : '', client === undefined ? '' : `client ${client}: `, message].join('');
