/** One command of the process: what it is given, its exit code, and what its errors say. */
import { setImmediate } from 'node:timers/promises';
import type { Surroundings } from './commands/notify.ts';
import { listenForStop } from './commands/stop-signal.ts';
import { EXIT, RunError, type ExitCode } from './errors.ts';
import { secretsIn } from './files/variables.ts';
import { createConsole } from './report/console.ts';
import { createMasker } from './report/masker.ts';
import type { ColorChoice } from './report/style.ts';

/** Runs a command and leaves its exit code behind; whatever it throws becomes a message and a code. */
export async function runCommand(
  color: ColorChoice,
  version: string,
  command: (surroundings: Surroundings) => Promise<ExitCode>,
): Promise<void> {
  const masker = createMasker();
  const environment = process.env;
  masker.hide(secretsIn(environment));
  const console = createConsole(process, environment, color, masker);
  const stop = listenForStop();
  try {
    process.exitCode = await command({ console, masker, environment, version, stop });
  } catch (error) {
    await setImmediate(); // a signal for all of the group may end git before it is told here
    if (stop.requested.aborted) {
      console.note('stopped');
      // What the stop itself broke off says nothing; anything else is worth knowing.
      const isAbort = error instanceof Error && error.name === 'AbortError';
      if (!isAbort) console.note(error instanceof Error ? error.message : String(error));
      process.exitCode = stop.code ?? EXIT.behind;
    } else if (error instanceof RunError) {
      console.note(`${console.noteStyle.red('error')}: ${error.message}`);
      if (error.remedy !== undefined) console.note(error.remedy);
      process.exitCode = error.exitCode;
    } else {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.note(`This is a bug in team-events ${version}; please report it with what follows.\n${stack}`);
      process.exitCode = EXIT.bug;
    }
  }
}
