/** The result of a run: for machines as JSON, for people a line per client, and as an exit code. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import type { LaneResult, LaneStatus } from '../../core/delivery/lane/lane-result.ts';
import { printable } from '../../core/text/log-safe.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../errors.ts';

export interface RunReport {
  readonly version: 1;
  /** Full ids; null is before the first commit. */
  readonly from: string | null;
  readonly to: string;
  readonly exitCode: ExitCode;
  /** How many events the range has. */
  readonly events: number;
  readonly clients: readonly LaneResult[];
  readonly problems: readonly Problem[];
}

interface StatusInfo {
  readonly mark: '✓' | '✗' | '‖';
  readonly text: string;
  /** The exit code of the run where a client with this status has something pending, or always. */
  readonly code: ExitCode;
  readonly always: boolean;
}

const STATUS: Readonly<Record<LaneStatus, StatusInfo>> = {
  done: { mark: '✓', text: 'done', code: EXIT.done, always: false },
  blocked: { mark: '✗', text: 'blocked', code: EXIT.behind, always: true },
  gone: { mark: '✗', text: 'gone; remove the client from the clients file', code: EXIT.behind, always: true },
  guarded: { mark: '✗', text: 'stopped by the removal guard', code: EXIT.guard, always: true },
  paused: { mark: '‖', text: 'paused', code: EXIT.behind, always: false },
  misconfigured: { mark: '✗', text: 'misconfigured', code: EXIT.usage, always: true },
  removed: { mark: '‖', text: 'left the clients file', code: EXIT.done, always: false },
  stopped: { mark: '✗', text: 'stopped', code: EXIT.behind, always: false },
  claimed: { mark: '‖', text: 'another run serves it', code: EXIT.conflict, always: true },
  lost: { mark: '✗', text: 'another run has moved its cursor', code: EXIT.conflict, always: true },
  history: { mark: '✗', text: 'history does not lead on from there', code: EXIT.history, always: true },
  cursor: { mark: '✗', text: 'its cursor cannot be used', code: EXIT.cursor, always: true },
};

/** The exit code that lanes and problems ask for. `excused` are clients whose being behind is no failure. */
export function exitCodeOfRun(
  clients: readonly LaneResult[],
  problems: readonly Problem[],
  others: readonly ExitCode[] = [],
  excused: ReadonlySet<string> = new Set(),
): ExitCode {
  const ofClients = clients.map(({ client, status, pending }): ExitCode => {
    const { code, always } = STATUS[status];
    if (code === EXIT.behind && excused.has(client)) return EXIT.done;
    return always || pending > 0 ? code : EXIT.done;
  });
  return exitCodeOf([...others, ...ofClients, ...(problems.length > 0 ? [EXIT.brokenFile] : [])]);
}

/** Whether a lane is behind in a way that the next run may mend. */
export const isBehind = ({ status, pending }: LaneResult): boolean => {
  const { code, always } = STATUS[status];
  return code === EXIT.behind && (always || pending > 0);
};

export function linesOf(
  { client, contact, status, delivered, pending, skipped, problem }: LaneResult,
  width: number,
  style: Style,
): string[] {
  const { mark, text } = STATUS[status];
  const colour = mark === '✓' ? style.green : mark === '‖' ? style.yellow : style.red;
  const counts = [
    `${delivered} delivered`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const about = problem?.event ? `${problem.event.type} ${problem.event.team} (${problem.event.id}): ` : '';
  const why = problem ? `: ${printable(`${about}${problem.message}`)}` : '';
  const whom = contact !== undefined && mark !== '✓' ? `  [${printable(contact)}]` : '';
  const first = `${colour(mark)} ${style.bold(printable(client).padEnd(width))}  ${counts.join(', ')}${status === 'done' ? '' : `  ${text}${why}`}${whom}`;
  return [first, ...(problem?.details ?? []).map((line) => `    ${printable(line)}`)];
}
