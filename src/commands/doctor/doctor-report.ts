/** What `doctor` finds: one finding for each thing that it tries, with the remedy of what is wrong. */
import { RunError, type ExitCode } from '../../errors.ts';

export interface DoctorReport {
  /** In the order in which a run would meet them. */
  readonly findings: readonly DoctorFinding[];
  /** That of a run which meets what failed. */
  readonly exitCode: ExitCode;
}

export type Area =
  'git' | 'clone' | 'policy' | 'clients' | 'remote' | 'push' | 'cursors' | 'receiver' | 'clock';

export interface DoctorFinding {
  readonly area: Area;
  /** Set if it is about one client. */
  readonly client?: string | undefined;
  /** `untried`: something that is needed for it is missing or was not asked for. */
  readonly state: 'fine' | 'warning' | 'failed' | 'untried';
  readonly message: string;
  readonly remedy: readonly RemedyStep[];
  /** Only what failed has one. */
  readonly exitCode?: ExitCode;
}

/** In the order in which they are to be done. */
export type RemedyStep =
  /** For people to read. */
  | { readonly kind: 'advice'; readonly text: string }
  /** To paste into the shell in which the program runs. */
  | { readonly kind: 'command'; readonly text: string }
  /** To put in place of a line of a file; numbers begin at 1. */
  | { readonly kind: 'line'; readonly text: string; readonly path: string; readonly line: number };

export const advice = (text: string): RemedyStep => ({ kind: 'advice', text });
export const command = (text: string): RemedyStep => ({ kind: 'command', text });

export const fine = (area: Area, message: string, client?: string): DoctorFinding => ({
  area,
  client,
  state: 'fine',
  message,
  remedy: [],
});

export const untried = (area: Area, message: string, ...remedy: RemedyStep[]): DoctorFinding => ({
  area,
  state: 'untried',
  message,
  remedy,
});

export const failed = (
  area: Area,
  exitCode: ExitCode,
  message: string,
  remedy: readonly RemedyStep[],
  client?: string,
): DoctorFinding => ({ area, client, state: 'failed', message, remedy, exitCode });

/**
 * The finding for an error that would stop a run, with what it advises (whose commands are indented) and `more`. Anything
 * else is a bug, and is thrown again.
 */
export function failedBy(area: Area, error: unknown, ...more: RemedyStep[]): DoctorFinding {
  if (!(error instanceof RunError)) throw error;
  const told = error.remedy === undefined ? [] : error.remedy.split('\n').map(stepOf);
  return failed(area, error.exitCode, error.message, [...told, ...more]);
}

const stepOf = (line: string): RemedyStep =>
  line.startsWith('  ') ? command(line.slice('  '.length)) : advice(line);
