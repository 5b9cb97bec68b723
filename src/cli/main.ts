/** argv and environment -> a command; an error -> its exit code. Decides nothing. */
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { printable } from '../core/text/log-safe.ts';
import { EXIT } from '../errors.ts';
import { declareProgram } from './declared-program.ts';
import { ERR, OUT } from './program.ts';
import { tidyVariables, WRONG_VARIABLE } from './tidy-variables.ts';

/** Parses the command line and runs the command that it names. */
async function main(): Promise<void> {
  const program = declareProgram();
  const commands: readonly CommandUnknownOpts[] = [
    program,
    ...program.commands,
    ...program.commands.flatMap((command) => command.commands),
  ];
  for (const command of commands) command.exitOverride();
  try {
    tidyVariables(
      commands.flatMap(({ options }) => options),
      process.env,
    );
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === WRONG_VARIABLE) await ERR.write(`error: ${printable(error.message)}\n`);
    await OUT.write('');
    if (OUT.failure !== undefined) await ERR.write(`error: stdout cannot be written: ${OUT.failure}\n`);
    process.exitCode = error.exitCode === 0 && OUT.failure === undefined ? EXIT.done : EXIT.usage;
  }
}

void main();
