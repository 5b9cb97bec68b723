/**
 * `status` for people: a line for each client, and details below it.
 *
 *     tag:team-events up to 3ab0c41d5e6f Change 3
 *     ✓ groups   at 3ab0c41d5e6f Change 3 (2 hours ago)  nothing pending
 *     ✗ rancher  at 8c1f0a9b8c7d Change 1 (3 days ago)  4 events of 2 commits pending, since …  [#rancher]
 *         blocked since … by team.created payments (evt_…): status 500
 */
import { columnWidth, type Style } from '../../../adapters/process/terminal/style.ts';
import { isBeforeFirst } from '../../../core/cursor/cursor.ts';
import type { LaneState } from '../../../core/delivery/lane/lane-status.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { commitText } from '../../../reporters/commit-text.ts';
import { LANE_WORDS } from '../../../reporters/lane-words.ts';
import type { ClientStatus, ShownCursor, StatusReport } from '../status-report.ts';

export function statusText(report: StatusReport, nowMs: number, style: Style): string {
  const { store, to, clients, left, others, empty } = report;
  const width = columnWidth([...clients, ...left].map(({ client }) => printable(client)));
  const lines = [`${printable(store)} up to ${commitText(to, style)}`];
  if (empty) lines.push('  It holds no cursor yet; the first run needs --init (or TEAM_EVENTS_INIT=true).');
  lines.push(...branchLines(report));
  for (const client of clients) for (const line of clientLines(client, width, nowMs, style)) lines.push(line);
  for (const { client, cursor, commits } of left) {
    const behind = commits === null ? '' : `  ${counted(commits, 'commit')} behind`;
    const where = cursor ? placeText(cursor, nowMs, style) : 'its cursor is gone or corrupt';
    lines.push(
      `${style.yellow('?')} ${style.bold(printable(client).padEnd(width))}  ${where}${behind}  not in the clients file; its cursor stays`,
    );
  }
  for (const ref of others) lines.push(`${style.yellow('?')} ${printable(ref)}  no cursor; it is left alone`);
  return `${lines.join('\n')}\n`;
}

function branchLines({ branch, isNewest }: StatusReport): string[] {
  if (branch === null || isNewest === true) return [];
  const name = `${printable(branch.name)} of ${printable(branch.remote)}`;
  if (branch.tip === null) return [`  There is no branch ${name}, so no run would send anything.`];
  return isNewest === false
    ? [`  ${name} is further on, at ${branch.tip.slice(0, 12)}: fetch it, or add --to ${branch.tip}`]
    : [`  This is not on ${name}, so no run would send it.`];
}

function clientLines(status: ClientStatus, width: number, nowMs: number, style: Style): string[] {
  const { client, contact, state, cursor, blocked, guard, claim, skipped, problems } = status;
  const mark = LANE_WORDS[state].mark;
  const colour = mark === '✓' ? style.green : mark === '✗' ? style.red : style.yellow;
  const whom = contact !== null && mark !== '✓' ? `  [${printable(contact)}]` : '';
  const where = cursor ? placeText(cursor, nowMs, style) : '';
  const parts = [where, pendingText(status), LABEL[state] ?? ''].filter((part) => part !== '');
  return [
    `${colour(mark)} ${style.bold(printable(client).padEnd(width))}  ${parts.join('  ')}${whom}`,
    ...(blocked
      ? [`blocked since ${blocked.since} by ${eventText(blocked)}: ${printable(blocked.status)}`]
      : []
    )
      .concat(guard ? guardLine(guard) : [])
      .concat(cursor?.step && !isBeforeFirst(cursor) ? halfText(cursor.step) : [])
      .concat(claim ? claimText(claim) : [])
      .concat(skipped > 0 ? `${counted(skipped, 'pending event')} skipped on purpose (skip)` : [])
      .concat(problems.map(printable))
      .map((line) => `    ${line}`),
  ];
}

const guardLine = ({
  before,
  deletedTeams,
  removedMemberships,
}: NonNullable<ClientStatus['guard']>): string =>
  `the removal guard stops it before ${before.slice(0, 12)}: what is pending deletes ${counted(deletedTeams, 'team')} ` +
  `and takes away ${counted(removedMemberships, 'membership')}; a run says how to let it pass`;

/** The words beside the mark; other states are explained by a line below, or by what is pending. */
const LABEL: Readonly<Partial<Record<LaneState, string>>> = {
  misconfigured: LANE_WORDS.misconfigured.text,
  history: LANE_WORDS.history.text,
  paused: LANE_WORDS.paused.text,
  claimed: 'a run serves it now',
};

function pendingText({ pending, since, start, state }: ClientStatus): string {
  if (pending === null) return '';
  const { events, commits } = pending;
  if (start !== null) {
    const first = events > 0 ? `gets ${counted(events, 'event')} first` : 'gets nothing now';
    return `has not begun: ${first} (start: ${printable(start)})`;
  }
  if (events === 0) return 'nothing pending';
  const most = state === 'misconfigured' ? 'up to ' : '';
  return `${most}${counted(events, 'event')} of ${counted(commits, 'commit')} pending since ${since}`;
}

const placeText = (cursor: ShownCursor, nowMs: number, style: Style): string => {
  const { commit } = cursor;
  const age = commit.time === null ? 'not in this clone' : `${ago(nowMs - Date.parse(commit.time))} ago`;
  return `${isBeforeFirst(cursor) ? 'before the first commit,' : 'at'} ${commitText(commit, style)} (${age})`;
};

function eventText({ event, type, team }: NonNullable<ClientStatus['blocked']>): string {
  return type === null || team === null ? printable(event) : `${type} ${printable(team)} (${event})`;
}

function halfText({ from, to, root, sequence }: NonNullable<ShownCursor['step']>): string {
  const what = root ? 'the first commit' : from === null ? 'the snapshot of' : 'the step to';
  return `partially delivered: ${what} ${to.slice(0, 12)}, up to ${sequence}`;
}

function claimText({ run, until, lapsed }: NonNullable<ClientStatus['claim']>): string {
  return lapsed
    ? `the claim of ${printable(run)} until ${until} has lapsed: the next run takes over`
    : `claimed by ${printable(run)} until ${until}`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function ago(milliseconds: number): string {
  for (const [unit, size] of UNITS) {
    if (milliseconds >= size) return counted(Math.floor(milliseconds / size), unit);
  }
  return 'less than a minute';
}
