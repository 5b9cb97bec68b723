/** Runs the command of the process: its context, its error messages, and the exit code. */
import { setImmediate } from 'node:timers/promises';
import { EXIT, exitCodeOf, RunError, type ExitCode } from '../../errors.ts';
import { keepHeapSmall } from './heap.ts';
import type { RunContext } from './run-context.ts';
import { secretsIn } from './secrets/environment-secrets.ts';
import { createRedactor } from './secrets/redactor.ts';
import { listenForStop } from './stop-signal.ts';
import { createConsole } from './terminal/console.ts';
import { errorLines } from './terminal/error-lines.ts';
import type { ColorChoice } from './terminal/style.ts';

/**
 * Runs a command and turns anything that it throws into a message and an exit code. Then ends the process, whatever is
 * still open: see `closeAtProcessEnd`. If the process would end before the command does, that is a bug, exit 1.
 */
export async function runCommand(
  color: ColorChoice,
  version: string,
  command: (context: RunContext) => Promise<ExitCode>,
): Promise<never> {
  keepHeapSmall();
  const redactor = createRedactor();
  const environment = process.env;
  const args = process.argv.slice(2);
  redactor.add(secretsIn(environment));
  let ended: ExitCode | undefined;
  const stop = listenForStop(() => {
    if (ended === undefined)
      console.note('the run was told to stop, but did not: it is ended without its result');
    setTimeout(() => process.exit(ended ?? stop.code ?? EXIT.bug), 20); // when that is said
  });
  const console = createConsole(process, environment, color, redactor, stop.stopping);
  const tellBug = (error: unknown): void => {
    const { stack = '' } = error instanceof Error ? error : {};
    console.note([
      `This is a bug in team-events ${version}; please report it with what follows.`,
      String(error),
      ...stack.split('\n').filter((line) => /^ +at /.test(line)),
    ]);
  };
  process.on('uncaughtException', (error) => {
    tellBug(error);
    stop.now(EXIT.bug);
  });
  process.on('beforeExit', () => {
    tellBug(new Error('the run waits for something that can never happen'));
    stop.now(EXIT.bug);
  });

  const code = await command({ console, redactor, environment, version, stop, args }).catch(
    async (error: unknown): Promise<ExitCode> => {
      await setImmediate(); // a signal to the whole group may end git before this process sees it
      if (stop.stopping.aborted) {
        console.note('stopped');
        // Errors caused by the stop itself are not interesting; anything else is.
        const isAbort = error instanceof Error && error.name === 'AbortError';
        if (!isAbort) console.note(error instanceof Error ? error.message : String(error));
        return stop.code ?? EXIT.behind;
      }
      if (error instanceof RunError) {
        console.note([...errorLines(error, console.noteStyle), `exit code ${error.exitCode}`]);
        return error.exitCode;
      }
      tellBug(error);
      return EXIT.bug;
    },
  );
  ended = code;
  const result = await console.end();
  const others = [
    stop.code === EXIT.bug ? EXIT.bug : EXIT.done,
    result === 'failed' ? EXIT.usage : EXIT.done,
    result === 'cut' ? (stop.code ?? EXIT.done) : EXIT.done,
  ];
  process.exit(exitCodeOf([code, ...others]));
}
