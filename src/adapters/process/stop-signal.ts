/** Handles SIGTERM, SIGINT and SIGHUP: the run ends by itself, soon and in an orderly way. */
import { setMaxListeners } from 'node:events';
import { EXIT, type ExitCode } from '../../errors.ts';

/** Default time limit of a run; below the limit of CI jobs, which is an hour in GitLab. */
export const MAX_DURATION_MS = 50 * 60_000;
/** Time that remains, in turn, for attempts in progress, for writing cursors, and for reporting. */
const ATTEMPT_GRACE_MS = 3000;
const WRITE_GRACE_MS = 4000;
const REPORT_GRACE_MS = 1000;

export interface StopSignal {
  /** 143 or 130 once the run was told to stop; 1 if a bug ended it. */
  readonly code: ExitCode | undefined;
  /** Aborts when the run is told to stop: no new attempt, no more waiting. */
  readonly stopping: AbortSignal;
  /** Aborts a little later: attempts in progress are aborted. */
  readonly abortAttempts: AbortSignal;
  /** Aborts last: writes in progress are given up. */
  readonly abortWrites: AbortSignal;
  /** Stops the run in the same way after this time, without an exit code of its own. */
  after(milliseconds: number): void;
}

export interface ProcessStop extends StopSignal {
  /** Stops the run in the same way now. */
  now(code: ExitCode): void;
}

/**
 * Listens for as long as the process lives. `overdue` is called if the run still goes on long after it was told to
 * stop.
 */
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
    // These timers keep the process alive, so that they end a run in which nothing else is left to wait for.
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
