/** A check's findings in the formats of CI: well formed whatever stands in them, and the same print as long as they stay. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf, type CheckReport } from '../../../../../src/commands/check/check-report.ts';
import type { Finding } from '../../../../../src/commands/check/rules/finding.ts';
import { gitlabReport } from '../../../../../src/commands/check/formats/code-quality.ts';
import { githubReport } from '../../../../../src/commands/check/formats/github.ts';
import { junitReport } from '../../../../../src/commands/check/formats/junit.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  check: 'team-file',
  path: 'teams/a.yml',
  line: 3,
  column: 5,
  message: 'it is wrong',
  ...more,
});

const reportOf = (findings: readonly Finding[], checked: CheckReport['checked'] = []): CheckReport => ({
  revision: 'a'.repeat(40),
  understood: undefined,
  clients: undefined,
  merge: undefined,
  checked,
  findings,
  exitCode: 0,
});

interface CodeQuality {
  readonly fingerprint: string;
  readonly severity: string;
  readonly description: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}
const issues = (...findings: Finding[]): CodeQuality[] =>
  JSON.parse(gitlabReport(reportOf(findings))) as CodeQuality[];
const prints = (...findings: Finding[]): string[] =>
  issues(...findings).map(({ fingerprint }) => fingerprint);

describe('Code Quality', () => {
  it('has the keys that GitLab asks for', () => {
    expect(
      issues(finding({ path: './teams/a.yml' }), finding({ check: 'passed-over', client: 'x' })),
    ).toEqual([
      {
        description: 'it is wrong',
        check_name: 'team-file',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        severity: 'major',
        location: { path: 'teams/a.yml', lines: { begin: 3 } },
      },
      expect.objectContaining({ severity: 'minor', description: 'client x: it is wrong' }),
    ]);
  });

  it('prints a finding that moved the same, and every other one differently', () => {
    expect(prints(finding({ line: 9, column: 1 }))).toEqual(prints(finding()));
    const others = [
      finding(),
      finding(),
      finding({ message: 'else' }),
      finding({ path: 'b.yml' }),
      finding({ check: 'look-alike-key' }),
      finding({ client: 'a' }),
    ];
    expect(new Set(prints(...others)).size).toBe(others.length);
  });
});

describe('JUnit', () => {
  it('shows what passes, one failure for each case, and warnings as output', () => {
    const checked = [
      { kind: 'catalogue', path: 'teams/a.yml' },
      { kind: 'catalogue', path: 'teams/b.yml' },
      { kind: 'clients', path: 'clients.yml' },
      { kind: 'clients', path: 'clients.yml', client: 'one' },
    ] as const;
    const xml = junitReport(
      reportOf(
        [
          finding(),
          finding({ line: 4, message: 'that <too>' }),
          finding({ check: 'plain-http', path: 'clients.yml', client: 'one', message: 'careful' }),
          finding({ check: 'no-file', path: 'team-events.yml', message: 'nothing' }),
        ],
        checked,
      ),
    );
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="team-events check" tests="5" failures="2" errors="0">
  <testsuite name="team-events check" tests="5" failures="2" errors="0" skipped="0">
    <testcase classname="catalogue" name="teams/a.yml" file="teams/a.yml" time="0">
      <failure type="team-file" message="it is wrong (and 1 more)">teams/a.yml:3:5: it is wrong [team-file]&#10;teams/a.yml:4:5: that &lt;too&gt; [team-file]</failure>
    </testcase>
    <testcase classname="catalogue" name="teams/b.yml" file="teams/b.yml" time="0"/>
    <testcase classname="clients" name="clients.yml" file="clients.yml" time="0"/>
    <testcase classname="clients" name="clients.yml: one" file="clients.yml" time="0">
      <system-out>clients.yml:3:5: careful [plain-http]</system-out>
    </testcase>
    <testcase classname="configuration" name="team-events.yml" file="team-events.yml" time="0">
      <failure type="no-file" message="nothing">team-events.yml:3:5: nothing [no-file]</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('is well formed and holds only what XML 1.0 can, whatever stands in a path or a message', () => {
    const tag = /<\?xml [^?]*\?>|<(\/?)([a-z-]+)(?: [a-z]+="(?:[^"<&]|&(?:amp|lt|gt|quot|#\d+);)*")*(\/?)>/g;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (path, message) => {
        const xml = junitReport(
          reportOf([finding({ path, message: `${message}\ud800\u0000\ufffe]]>&<"'` })]),
        );
        expect(xml).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
        const open: string[] = [];
        const text = xml.replace(tag, (_all, closes: string, name: string | undefined, empty: string) => {
          if (name === undefined || empty === '/') return '';
          if (closes === '') open.push(name);
          else if (open.pop() !== name) open.push(`</${name}>`);
          return '';
        });
        expect(open).toEqual([]);
        expect(text.replace(/&(?:amp|lt|gt|quot|#\d+);/g, '')).not.toMatch(/[<>&]/);
      }),
    );
  });
});

describe('cases', () => {
  it('hold every finding once', () => {
    const findings = [
      finding(),
      finding({ client: 'x', path: 'clients.yml', check: 'client' }),
      finding({ path: 'p', check: 'policy' }),
    ];
    const cases = casesOf(reportOf(findings, [{ kind: 'catalogue', path: 'teams/a.yml' }]));
    expect(cases.map(({ kind, path, errors }) => [kind, path, errors.length])).toEqual([
      ['catalogue', 'teams/a.yml', 1],
      ['clients', 'clients.yml', 1],
      ['policy', 'p', 1],
    ]);
  });
});

describe('annotations of GitHub', () => {
  it('are a line each, errors first', () => {
    const findings = [finding({ check: 'passed-over', client: 'x' }), finding({ path: './teams/a.yml' })];
    expect(githubReport(reportOf(findings))).toBe(
      '::error file=teams/a.yml,line=3,col=5,title=team-file::it is wrong\n' +
        '::warning file=teams/a.yml,line=3,col=5,title=passed-over::client x: it is wrong\n',
    );
  });

  it('hold what came from outside as data, whatever it is', () => {
    const unit = fc.constantFrom(':', '%', '\n', '\r', '#', '[', ',', 'a', '\u2028', '=');
    const text = fc.string({ unit });
    fc.assert(
      fc.property(text, text, (path, message) => {
        const lines = githubReport(reportOf([finding({ path, message })])).split('\n');
        expect(lines).toHaveLength(2);
        const [, file = '', shown = ''] =
          /^::error file=([^,:]*),line=3,col=5,title=team-file::(.*)$/.exec(lines[0] ?? '') ?? [];
        expect(`${file} ${shown}`).not.toMatch(/##\[|%(?!25|3A|2C)/);
        expect(shown === '').toBe(message === '');
      }),
    );
  });
});
