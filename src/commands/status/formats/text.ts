/**
 * `status` for people: a table with a row for each client, the worst first, and below a row what it has no room for.
 *
 *     tag:team-events up to 3ab0c41d5e6f Change 3
 *       client   state    behind               oldest      at                               problem              contact
 *     ✗ rancher  blocked  4 events, 2 commits  3 days ago  8c1f0a9b8c7d Change 1 (3 days)   POST …: status 500   #rancher
 *         blocked since … by team.created payments (evt_…): POST …: status 500
 *     ✓ groups   current  nothing                          3ab0c41d5e6f Change 3 (2 hours)
 *     2 clients: 1 blocked, 1 current; 4 events pending
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { isBeforeFirst } from '../../../core/cursor/cursor.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { shorten } from '../../../core/text/shorten.ts';
import { commitText } from '../../../reporters/commit-text.ts';
import { heldText } from '../../../reporters/held-text.ts';
import { LANE_WORDS, worstFirst } from '../../../reporters/lane-words.ts';
import { type BrokenFile, type ClientStatus, type ShownCursor, type StatusReport } from '../status-report.ts';
import { type Row, tableLines } from './table.ts';

const MAX_PROBLEM = 60;

export function statusText(report: StatusReport, nowMs: number, style: Style): string {
  const { store, to, clients, left, others, empty, broken } = report;
  const lines = [`${printable(store)} up to ${commitText(to, style)}`];
  if (empty) lines.push('  It holds no cursor yet; the first run needs --init (or TEAM_EVENTS_INIT=true).');
  lines.push(...branchLines(report));
  const rows = [
    ...worstFirst(clients, ({ state }) => state).map((client) => rowOf(client, nowMs)),
    ...left.map((client) => departedRow(client, nowMs)),
  ];
  lines.push(...tableLines(rows, style), ...totals(clients, broken.length));
  for (const file of broken) lines.push(...brokenLines(file, nowMs, style));
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

function rowOf(status: ClientStatus, nowMs: number): Row {
  const { client, contact, state, cursor, start, since, pending, blocked, held, guard, problems } = status;
  const isBehind = pending !== null && pending.events > 0;
  const waiting = held.length > 0 ? `waits: ${held.map(({ team }) => team).join(', ')}` : undefined;
  const problem = blocked?.status ?? problems[0] ?? waiting ?? (guard ? 'removal guard' : '');
  return {
    mark: LANE_WORDS[state].mark,
    cells: {
      client: printable(client),
      state,
      behind: behindText(status),
      oldest: isBehind && since !== null ? `${ago(nowMs - Date.parse(since))} ago` : '',
      at: cursor
        ? placeText(cursor, nowMs)
        : start === null
          ? ''
          : `(start: ${printable(shorten(start, 40))})`,
      problem: printable(shorten(problem, MAX_PROBLEM)),
      contact: contact === null ? '' : printable(shorten(contact, 40)),
    },
    below: detailLines(status),
  };
}

const departedRow = ({ client, cursor, commits }: StatusReport['left'][number], nowMs: number): Row => ({
  mark: '?',
  cells: {
    client: printable(client),
    state: 'departed',
    behind: commits === null ? '' : counted(commits, 'commit'),
    oldest: '',
    at: cursor ? placeText(cursor, nowMs) : '',
    problem: cursor ? 'not in the clients file; its cursor stays' : 'its cursor is gone or corrupt',
    contact: '',
  },
  below: [],
});

/** What its row has no room for. */
function detailLines(status: ClientStatus): readonly string[] {
  const { since, blocked, held, guard, cursor, claim, skipped, problems, events } = status;
  return [
    ...(blocked
      ? [`blocked since ${blocked.since} by ${eventText(blocked)}: ${printable(blocked.status)}`]
      : since !== null && (status.pending?.events ?? 0) > 0
        ? [`pending since ${since}`]
        : []),
    ...(held.length > 0 ? [`these teams wait, and no others for them: ${heldText(held)}`] : []),
    ...(guard ? [guardLine(guard)] : []),
    ...(cursor?.step && !isBeforeFirst(cursor) ? [halfText(cursor.step)] : []),
    ...(claim ? [claimText(claim)] : []),
    ...(skipped > 0 ? [`${counted(skipped, 'pending event')} skipped on purpose (skip)`] : []),
    ...problems.map(printable),
    ...(events ?? []).map(
      ({ id, type, team, commit }) => `${type} ${printable(team)}  ${commit.slice(0, 12)}  ${id}`,
    ),
  ];
}

/** How many clients there are in each state, and what is pending for all of them. */
function totals(clients: readonly ClientStatus[], broken: number): readonly string[] {
  const states = new Map<string, number>();
  for (const { state } of worstFirst(clients, (client) => client.state))
    states.set(state, (states.get(state) ?? 0) + 1);
  const pending = clients.reduce((sum, one) => sum + (one.pending?.events ?? 0), 0);
  return [
    [
      `${counted(clients.length, 'client')}: ${[...states].map(([state, count]) => `${count} ${state}`).join(', ') || 'none'}`,
      `${counted(pending, 'event')} pending`,
      ...(broken > 0
        ? [`${counted(broken, 'broken file')}, which hold${broken === 1 ? 's' : ''} old content:`]
        : []),
    ].join('; '),
  ];
}

function brokenLines(
  { path, line, column, message, problems, changed }: BrokenFile,
  nowMs: number,
  style: Style,
): readonly string[] {
  const more = problems > 1 ? ` (and ${counted(problems - 1, 'more problem')})` : '';
  const age = changed?.time ? `, ${ago(nowMs - Date.parse(changed.time))} ago` : '';
  const by = changed ? [`    since ${commitText(changed, style)} (${printable(changed.author)}${age})`] : [];
  return [`${style.red('✗')} ${printable(path)}:${line}:${column}: ${printable(message)}${more}`, ...by];
}

const guardLine = ({
  before,
  deletedTeams,
  removedMemberships,
}: NonNullable<ClientStatus['guard']>): string =>
  `the removal guard stops it before ${before.slice(0, 12)}: what is pending deletes ${counted(deletedTeams, 'team')} ` +
  `and takes away ${counted(removedMemberships, 'membership')}; a run says how to let it pass`;

function behindText({ pending, start, state }: ClientStatus): string {
  if (pending === null) return '';
  const { events, commits } = pending;
  if (start !== null) return events > 0 ? `gets ${counted(events, 'event')} first` : 'gets nothing now';
  if (events === 0) return 'nothing';
  return `${state === 'misconfigured' ? 'up to ' : ''}${counted(events, 'event')}, ${counted(commits, 'commit')}`;
}

const placeText = (cursor: ShownCursor, nowMs: number): string => {
  const { id, title, time } = cursor.commit;
  const age = time === null ? 'not in this clone' : `${ago(nowMs - Date.parse(time))} ago`;
  const name = title === null ? '' : ` ${printable(shorten(title, 30))}`;
  return `${isBeforeFirst(cursor) ? 'before the first commit, ' : ''}${id.slice(0, 12)}${name} (${age})`;
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
