/** What a command uses of the process: output, redaction, environment, version, stop signal, and how it was called. */
import type { Redactor } from './secrets/redactor.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Console } from './terminal/console.ts';

export interface RunContext {
  readonly console: Console;
  readonly redactor: Redactor;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stop: StopSignal;
  /** The words of the command line, without the program's name. */
  readonly args: readonly string[];
}
