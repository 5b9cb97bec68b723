/**
 * The exit codes, and the typed errors that carry them.
 *
 * What is expected (a refused webhook, a broken team file) is a value; an error here is what stops the run.
 */

export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  behind: 3,
  brokenFile: 4,
  conflict: 5,
  history: 6,
  guard: 7,
  cursor: 8,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.bug,
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.usage,
  EXIT.cursor,
  EXIT.history,
  EXIT.conflict,
  EXIT.guard,
  EXIT.behind,
  EXIT.brokenFile,
];

/** The exit code of a run in which all of `found` applied: the gravest, 0 where there is none. */
export function exitCodeOf(found: Iterable<ExitCode>): ExitCode {
  const codes = new Set(found);
  return PRECEDENCE.find((code) => codes.has(code)) ?? EXIT.done;
}

/** One line, or several. A line break inside of one came from outside, and is shown as an escape. */
type Lines = string | readonly string[];

/** Stops the run. `message` says what happened and where, `remedy` what to do now; neither holds a secret. */
export class RunError extends Error {
  readonly exitCode: ExitCode;
  readonly remedy: string | undefined;
  /** What it tells: the message, below it each of the details, and then what to do. */
  readonly lines: readonly string[];

  constructor(exitCode: ExitCode, message: string, remedy: Lines = [], details: readonly string[] = []) {
    const what = [message, ...details.map((line) => `  ${line}`)];
    super(what.join('\n'));
    this.name = new.target.name;
    this.exitCode = exitCode;
    this.remedy = typeof remedy === 'string' ? remedy : remedy.join('\n') || undefined;
    this.lines = [...what, ...[remedy].flat()];
  }
}

/** Options, configuration or a file of the operator are wrong. Exit 2. */
export class UsageError extends RunError {
  constructor(message: string, remedy?: Lines, details?: readonly string[]) {
    super(EXIT.usage, message, remedy, details);
  }
}

/** The clients file cannot be used at all. Exit 2. `problems` holds one line for each problem found. */
export class ClientsFileError extends RunError {
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(EXIT.usage, `${file} cannot be used:`, undefined, problems);
    this.problems = problems;
  }
}

/** The history needed is not there or not what was expected. Exit 6. */
export class HistoryError extends RunError {
  constructor(message: string, remedy?: Lines) {
    super(EXIT.history, message, remedy);
  }
}

/** The cursor store cannot be reached, read or written, or is corrupt. Exit 8. */
export class CursorError extends RunError {
  constructor(message: string, remedy?: Lines, details?: readonly string[]) {
    super(EXIT.cursor, message, remedy, details);
  }
}

/** The store is out of reach, and may be back in a moment: worth trying again. Exit 8. */
export class UnreachableError extends CursorError {}

/** Another run holds what this one needs. Exit 5. */
export class ConflictError extends RunError {
  constructor(message: string, remedy?: Lines) {
    super(EXIT.conflict, message, remedy);
  }
}

const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOBUFS', 'EBUSY', 'EINTR']);

/** Whether the system has run out of what comes back by itself, such as descriptors. */
export const isShortage = (error: unknown): boolean =>
  error instanceof Error && SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '');
