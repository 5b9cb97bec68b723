/** What a command uses of the process: output, redaction, environment, version, stop signal. */
import type { Redactor } from './secrets/redactor.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Console } from './terminal/console.ts';

export interface RunContext {
  readonly console: Console;
  readonly redactor: Redactor;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stop: StopSignal;
}
