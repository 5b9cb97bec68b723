/**
 * What `doctor` found, for people:
 *
 *     ✓ git       git version 2.39.5, node 20.20.2
 *     ✗ cursors   groups: the cursor of groups is gone
 *         Place it again. snapshot sends all teams as they are; …
 *           team-events cursor set groups snapshot --cursor tag:team-events --execute
 *     1 thing is wrong (a run would end with exit code 8)
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import type { DoctorFinding, DoctorReport, RemedyStep } from '../doctor-report.ts';

const WIDTH = 'receiver'.length;

export function doctorText({ findings, exitCode }: DoctorReport, style: Style): string {
  const lines = findings.flatMap((finding) => [
    findingLine(finding, style),
    ...finding.remedy.flatMap(stepLines),
  ]);
  const count = (state: DoctorFinding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  const also = warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`;
  const verdict =
    failures === 0
      ? `${style.green('✓')} nothing is wrong${also}`
      : `${style.red('✗')} ${counted(failures, 'thing')} ${failures === 1 ? 'is' : 'are'} wrong${also} (exit code ${exitCode})`;
  return `${[...lines, verdict].join('\n')}\n`;
}

function findingLine({ area, client, state, message }: DoctorFinding, style: Style): string {
  const mark = {
    fine: style.green('✓'),
    warning: style.yellow('!'),
    failed: style.red('✗'),
    untried: style.dim('·'),
  }[state];
  const whose = client === undefined ? '' : `${printable(client)}: `;
  const [first = '', ...more] = message.split('\n');
  return [
    `${mark} ${area.padEnd(WIDTH)}  ${whose}${printable(first)}`,
    ...more.map((line) => `    ${printable(line)}`),
  ].join('\n');
}

/** What is to be pasted stands on lines of its own. */
function stepLines(step: RemedyStep): readonly string[] {
  const text = printable(step.text);
  if (step.kind === 'advice') return [`    ${text}`];
  if (step.kind === 'command') return [`      ${text}`];
  return [`    ${printable(step.path)}:${step.line}:`, `      ${text}`];
}
