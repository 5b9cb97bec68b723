/** What a story is given of the world. */
import type { Masker } from './secrets/masker.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Console } from './terminal/console.ts';

export interface RunContext {
  readonly console: Console;
  readonly masker: Masker;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stop: StopSignal;
}
