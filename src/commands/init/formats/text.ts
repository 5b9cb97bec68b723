/**
 * What `init` found and wrote, for people:
 *
 *     4f2a91c10d3e: 42 files, 42 teams, 310 memberships of 128 people
 *       files: squads/*.yml
 *     CI: gitlab (origin at gitlab.example.com)
 *     ✓ team-events.yml  written
 *     · clients.yml      is there already, left as it is
 *     Next:
 *       git add team-events.yml && git commit -m '…'
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import type { FoundCatalogue, InitReport, PlannedFile } from '../init-report.ts';

export function initText({ revision, catalogue, ci, files, next }: InitReport, style: Style): string {
  const width = Math.max(0, ...files.map(({ path }) => printable(path).length));
  const lines = [
    catalogue === 'own'
      ? `${style.bold(revision.slice(0, 12))}: has a team-events.yml, which says where the teams are`
      : catalogueText(revision, catalogue, style),
    ...(ci === undefined ? [] : [`CI: ${ci.kind} (${printable(ci.because)})`]),
    ...files.map((file) => stateText(file, width, style)),
    ...files.filter(({ state }) => state === 'planned').flatMap((file) => shown(file, style)),
    ...(next.length === 0 ? [] : ['Next:', ...next.map((line) => `  ${printable(line)}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function catalogueText(revision: string, found: FoundCatalogue, style: Style): string {
  const { files, teams, empty, memberships, people, problems, settings, globs } = found;
  const size = [
    counted(files, 'file'),
    `${counted(teams, 'team')}${empty === 0 ? '' : ` (${empty} without members)`}`,
    `${counted(memberships, 'membership')} of ${counted(people, 'person', 'people')}`,
    ...(problems > 0 ? [style.yellow(counted(problems, 'problem'))] : []),
  ];
  const how =
    Object.keys(settings).length === 0
      ? 'the defaults suffice, so no team-events.yml is needed'
      : `files: ${globs.slice(0, 5).map(printable).join(', ')}`;
  return `${style.bold(revision.slice(0, 12))}: ${size.join(', ')}\n  ${how}`;
}

function stateText({ path, state }: PlannedFile, width: number, style: Style): string {
  const name = printable(path).padEnd(width);
  if (state === 'written') return `${style.green('✓')} ${name}  written`;
  if (state === 'exists') return `· ${name}  is there already, left as it is`;
  return `· ${name}  would be written`;
}

const shown = ({ path, text }: PlannedFile, style: Style): readonly string[] => [
  '',
  style.bold(printable(path)),
  ...text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${printable(line)}`.trimEnd()),
  '',
];
