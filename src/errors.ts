/**
 * The exit codes, and the typed errors that carry them.
 *
 * Expected failures (a refused webhook, a broken team file) are values; an error here stops the run.
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

/** The exit code of a run to which all of `found` apply: the gravest; 0 if there is none. */
export function exitCodeOf(found: Iterable<ExitCode>): ExitCode {
  const codes = new Set(found);
  return PRECEDENCE.find((code) => codes.has(code)) ?? EXIT.done;
}

/** One line or several. A line break inside a line came from outside, and is shown escaped. */
type Lines = string | readonly string[];

/** Options for the command line; a switch is `true`. */
export type MoreOptions = Readonly<Record<`--${string}`, string | true>>;

/** Stops the run. `message` says what happened and where, `remedy` what to do now; neither may hold a secret. */
export class RunError extends Error {
  /** With these options besides the same run passes, if that is what is wanted. */
  readonly again: MoreOptions | undefined;
  readonly exitCode: ExitCode;
  readonly remedy: string | undefined;
  /** The text to print: the message, the details below it, then the remedy. */
  readonly lines: readonly string[];

  constructor(
    exitCode: ExitCode,
    message: string,
    remedy: Lines = [],
    details: readonly string[] = [],
    again?: MoreOptions,
  ) {
    const what = [message, ...details.map((line) => `  ${line}`)];
    super(what.join('\n'));
    this.name = new.target.name;
    this.again = again;
    this.exitCode = exitCode;
    this.remedy = typeof remedy === 'string' ? remedy : remedy.join('\n') || undefined;
    this.lines = [...what, ...[remedy].flat()];
  }
}

/** Options, configuration or a file of the operator is wrong. Exit 2. */
export class UsageError extends RunError {
  constructor(message: string, remedy?: Lines, details?: readonly string[]) {
    super(EXIT.usage, message, remedy, details);
  }
}

/** A file of the operator cannot be used at all. Exit 2. `problems` has one line per problem; `check` shows them too. */
export class BrokenFileError extends UsageError {
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[], remedy?: Lines) {
    super(message, remedy, problems);
    this.problems = problems;
  }

  /** The same, with what to do now. */
  advised(remedy: Lines): BrokenFileError {
    const [message = ''] = this.lines;
    return new BrokenFileError(message, this.problems, remedy);
  }
}

/** The clients file cannot be used at all. Exit 2. */
export class ClientsFileError extends BrokenFileError {
  constructor(file: string, problems: readonly string[]) {
    super(`${file} cannot be used:`, problems);
  }
}

/** The required history is missing or not as expected. Exit 6. */
export class HistoryError extends RunError {
  constructor(message: string, remedy?: Lines, again?: MoreOptions) {
    super(EXIT.history, message, remedy, [], again);
  }
}

/** The cursor store cannot be reached, read or written, or is corrupt. Exit 8. */
export class CursorError extends RunError {
  constructor(message: string, remedy?: Lines, details?: readonly string[]) {
    super(EXIT.cursor, message, remedy, details);
  }
}

/** The store cannot be reached but may be back soon, so it is worth retrying. Exit 8. */
export class UnreachableError extends CursorError {}

/** Another run holds what this one needs. Exit 5. */
export class ConflictError extends RunError {
  constructor(message: string, remedy?: Lines) {
    super(EXIT.conflict, message, remedy);
  }
}

const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOBUFS', 'EBUSY', 'EINTR']);

/** Whether the system lacks a resource that becomes free again, such as file descriptors. */
export const isShortage = (error: unknown): boolean =>
  error instanceof Error && SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '');
