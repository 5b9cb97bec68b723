/** SIGTERM, SIGINT and SIGHUP: the run ends by itself, soon and in order. */
import { setMaxListeners } from 'node:events';
import { EXIT, type ExitCode } from '../../errors.ts';

/** How long a run may take unless told otherwise: no longer than CI lets a job take, which is an hour in GitLab. */
export const MAX_DURATION_MS = 50 * 60_000;
/** How long an attempt under way may still take, after it the writing of cursors, and then the rest of the story. */
const ATTEMPT_GRACE_MS = 3000;
const WRITE_GRACE_MS = 4000;
const REPORT_GRACE_MS = 1000;

export interface StopSignal {
  /** 143 or 130 once the run was told to end; 1 where a bug ended it. */
  readonly code: ExitCode | undefined;
  /** Aborts when the run is told to end: no new attempt, no wait. */
  readonly stopping: AbortSignal;
  /** Aborts a little later: attempts under way are cut off. */
  readonly abortAttempts: AbortSignal;
  /** Aborts at last: what is still being written is given up. */
  readonly abortWrites: AbortSignal;
  /** Ends the run in the same way after this time, without a code of its own. */
  after(milliseconds: number): void;
}

export interface ProcessStop extends StopSignal {
  /** Ends the run in the same way now. */
  now(code: ExitCode): void;
}

/** Listens on this process for as long as it lives. `overdue`: the run was told to end long ago, and goes on. */
export function listenForStop(overdue: () => void): ProcessStop {
  const stopping = new AbortController();
  const abortAttempts = new AbortController();
  const abortWrites = new AbortController();
  setMaxListeners(0, stopping.signal, abortAttempts.signal, abortWrites.signal); // each lane listens
  let code: ExitCode | undefined;
  const stop = (asked?: ExitCode): void => {
    if (asked === EXIT.bug) code = asked;
    code ??= asked;
    if (stopping.signal.aborted) return;
    stopping.abort();
    // They keep the process alive: a run in which nothing is left to wait for ends by them.
    setTimeout(() => abortAttempts.abort(), ATTEMPT_GRACE_MS);
    setTimeout(() => abortWrites.abort(), ATTEMPT_GRACE_MS + WRITE_GRACE_MS);
    setTimeout(overdue, ATTEMPT_GRACE_MS + WRITE_GRACE_MS + REPORT_GRACE_MS);
  };
  process.on('SIGTERM', () => stop(EXIT.terminated));
  process.on('SIGHUP', () => stop(EXIT.terminated)); // the terminal is gone
  process.on('SIGINT', () => stop(EXIT.interrupted));
  return {
    get code() {
      return code;
    },
    stopping: stopping.signal,
    abortAttempts: abortAttempts.signal,
    abortWrites: abortWrites.signal,
    after: (milliseconds) => void setTimeout(stop, milliseconds).unref(),
    now: stop,
  };
}
