/** The result of a run, as in `--report` and `--format json`, and its exit code. */
import { EXIT, exitCodeOf, type ExitCode } from '../../errors.ts';
import type { Problem } from '../catalogue/team.ts';
import type { LaneResult } from './lane/lane-result.ts';
import type { LaneStatus } from './lane/lane-status.ts';

export interface RunReport {
  readonly version: 1;
  /** Full ids; null is before the first commit. */
  readonly from: string | null;
  readonly to: string;
  readonly exitCode: ExitCode;
  /** Number of events in the range. */
  readonly events: number;
  /** In the order of the clients file. */
  readonly clients: readonly LaneResult[];
  readonly problems: readonly Problem[];
}

/** The exit code of a client's status; unless `always`, only while events are pending. */
const CODE: Readonly<Record<LaneStatus, { readonly code: ExitCode; readonly always: boolean }>> = {
  done: { code: EXIT.done, always: false },
  blocked: { code: EXIT.behind, always: true },
  held: { code: EXIT.behind, always: true },
  gone: { code: EXIT.behind, always: true },
  guarded: { code: EXIT.guard, always: true },
  paused: { code: EXIT.behind, always: false },
  misconfigured: { code: EXIT.usage, always: true },
  removed: { code: EXIT.done, always: false },
  stopped: { code: EXIT.behind, always: false },
  claimed: { code: EXIT.conflict, always: true },
  lost: { code: EXIT.conflict, always: true },
  history: { code: EXIT.history, always: true },
  cursor: { code: EXIT.cursor, always: true },
};

/**
 * The gravest exit code of lanes, problems and `others`. `excused` are clients that may be behind without failing the
 * run.
 */
export function exitCodeOfRun(
  clients: readonly LaneResult[],
  problems: readonly Problem[],
  others: readonly ExitCode[] = [],
  excused: ReadonlySet<string> = new Set(),
): ExitCode {
  const ofClients = clients.map((result): ExitCode => {
    const code = exitCodeOfClient(result);
    return code === EXIT.behind && excused.has(result.client) ? EXIT.done : code;
  });
  return exitCodeOf([...others, ...ofClients, ...(problems.length > 0 ? [EXIT.brokenFile] : [])]);
}

/** Whether a lane is behind in a way that the next run may resolve. */
export const isBehind = (result: LaneResult): boolean => exitCodeOfClient(result) === EXIT.behind;

/** The exit code of a run in which only this client is not done. */
export function exitCodeOfClient({ status, pending }: LaneResult): ExitCode {
  const { code, always } = CODE[status];
  return always || pending > 0 ? code : EXIT.done;
}
