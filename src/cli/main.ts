/** argv and environment -> a command; an error -> its exit code. Only declares; decides nothing. */
import { CommanderError } from '@commander-js/extra-typings';
import { printable } from '../core/text/log-safe.ts';
import { EXIT } from '../errors.ts';
import { declareCheckCommands } from './check-commands.ts';
import { declareCursorCommands } from './cursor-commands.ts';
import * as option from './options.ts';
import { createProgram, ERR, NOT_GIVEN, OUT, run } from './program.ts';
import { declareReceiverCommands } from './receiver-commands.ts';
import { tidyVariables, WRONG_VARIABLE } from './tidy-variables.ts';

const program = createProgram();

program
  .command('notify', { isDefault: true })
  .description(
    'Sends what is pending for each client, or the events of an explicit range (the default command).',
  )
  .argument('[range]', 'FROM..TO, same as --from and --to')
  .addOption(option.FROM)
  .addOption(option.TO)
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.BRANCH)
  .addOption(option.INIT)
  .addOption(option.CLAIM_FOR)
  .addOption(option.CLIENTS)
  .addOption(option.PRINT_EVENTS)
  .addOption(option.FORMAT)
  .addOption(option.CLIENT)
  .addOption(option.TYPE)
  .addOption(option.TEAM)
  .addOption(option.SQUASH)
  .addOption(option.ON_REWRITE)
  .addOption(option.CONFIG)
  .addOption(option.POLICY)
  .addOption(option.ALLOW_HOST)
  .addOption(option.ALLOW_REMOVALS)
  .addOption(option.CONCURRENCY)
  .addOption(option.TIMEOUT)
  .addOption(option.ATTEMPTS)
  .addOption(option.RETRY_DELAY)
  .addOption(option.GIVE_UP_AFTER)
  .addOption(option.MAX_DURATION)
  .addOption(option.LATE_AFTER)
  .addOption(option.REPORT)
  .addOption(option.JOURNAL)
  .action(async (range, _, command) => {
    const options = command.optsWithGlobals();
    const isFlag = (name: 'from' | 'to' | 'cursor'): boolean => command.getOptionValueSource(name) === 'cli';
    const { notify } = await import('../commands/notify/index.ts');
    await run(options, (context) => notify({ ...NOT_GIVEN, ...options, range, isFlag }, context));
  });

program
  .command('status')
  .description('Shows who is behind, by how much, since when and why. Sends nothing, writes nothing.')
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.BRANCH)
  .addOption(option.TO)
  .addOption(option.CLIENTS)
  .addOption(option.CLIENT)
  .addOption(option.CONFIG)
  .addOption(option.POLICY)
  .addOption(option.STATUS_FORMAT)
  .addOption(option.EVENTS)
  .addOption(option.CHECK)
  .addOption(option.LATE_AFTER)
  .addOption(option.CLAIM_FOR)
  .action(async (_, command) => {
    const options = command.optsWithGlobals();
    const { status } = await import('../commands/status/index.ts');
    await run(options, (context) => status({ ...NOT_GIVEN, ...options }, context));
  });

program
  .command('explain')
  .summary(
    'Shows what happened to a team or a member, by which commit and author, and which clients were sent it.',
  )
  .description(
    'Shows what happened to a team or a member, or what an event was: by which commit and author, and with --cursor ' +
      'to which clients it was sent. Reads all of history. Sends nothing, writes nothing.',
  )
  .argument('<name>', 'the id of an event (evt_…), of a team or of a member')
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.BRANCH)
  .addOption(option.TO)
  .addOption(option.CLIENTS)
  .addOption(option.CLIENT)
  .addOption(option.CONFIG)
  .addOption(option.POLICY)
  .addOption(option.EXPLAIN_FORMAT)
  .addOption(option.CLAIM_FOR)
  .action(async (name, _, command) => {
    const options = command.optsWithGlobals();
    const { explain } = await import('../commands/explain/index.ts');
    await run(options, (context) => explain(name, { ...NOT_GIVEN, ...options }, context));
  });

program
  .command('replay')
  .description(
    'Sends events again, with the same ids, and moves no cursor. Without --execute, only shows which client would get what.',
  )
  .argument('[range]', 'FROM..TO')
  .addOption(option.SINCE)
  .addOption(option.UNTIL)
  .addOption(option.TO)
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.BRANCH)
  .addOption(option.CLAIM_FOR)
  .addOption(option.CLIENTS)
  .addOption(option.FORMAT)
  .addOption(option.CLIENT)
  .addOption(option.TYPE)
  .addOption(option.TEAM)
  .addOption(option.CONFIG)
  .addOption(option.POLICY)
  .addOption(option.ALLOW_HOST)
  .addOption(option.ALLOW_REMOVALS)
  .addOption(option.CONCURRENCY)
  .addOption(option.TIMEOUT)
  .addOption(option.ATTEMPTS)
  .addOption(option.RETRY_DELAY)
  .addOption(option.GIVE_UP_AFTER)
  .addOption(option.MAX_DURATION)
  .addOption(option.REPORT)
  .addOption(option.JOURNAL)
  .addOption(option.EXECUTE)
  .action(async (range, _, command) => {
    const options = command.optsWithGlobals();
    const toIsFlag = command.getOptionValueSource('to') === 'cli';
    const { replay } = await import('../commands/replay/index.ts');
    await run(options, (context) => replay({ ...NOT_GIVEN, ...options, range, toIsFlag }, context));
  });

declareReceiverCommands(program);

declareCheckCommands(program);
declareCursorCommands(program);

const DECLARED = [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)];

/** Parses the command line and runs the command that it names. */
async function main(): Promise<void> {
  for (const command of DECLARED) command.exitOverride();
  try {
    tidyVariables(
      DECLARED.flatMap(({ options }) => options),
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
