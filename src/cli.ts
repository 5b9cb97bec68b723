/** argv and environment -> a command; an error -> its exit code. Declares, decides nothing. */
import { Command, CommanderError } from '@commander-js/extra-typings';
import { declareReceiverCommands } from './cli/receiver-commands.ts';
import { EXIT } from './errors.ts';
import * as option from './options.ts';
import { runCommand } from './run-command.ts';
import { tidyVariables, WRONG_VARIABLE } from './tidy-variables.ts';

declare const TEAM_EVENTS_VERSION: string;

/** Options that have no default. */
const NOT_GIVEN = {
  clients: undefined,
  from: undefined,
  to: undefined,
  config: undefined,
  policy: undefined,
  cursor: undefined,
  remote: undefined,
  branch: undefined,
  maxDuration: undefined,
  lateAfter: undefined,
  allowRemovals: undefined,
  report: undefined,
  since: undefined,
  until: undefined,
};

const program = new Command('team-events')
  .description(
    'Tells subscribers, by ordered webhooks, what changed in a git repository of teams.\n' +
      'Without a command: notify. See team-events notify --help.',
  )
  .version(TEAM_EVENTS_VERSION)
  .configureHelp({ showGlobalOptions: true })
  .addOption(option.REPO)
  .addOption(option.COLOR);

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
  .action(async (range, _, command) => {
    const options = command.optsWithGlobals();
    const isFlag = (name: 'from' | 'to' | 'cursor'): boolean => command.getOptionValueSource(name) === 'cli';
    const { notify } = await import('./commands/notify.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      notify({ ...NOT_GIVEN, ...options, range, isFlag }, surroundings),
    );
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
  .addOption(option.TEXT_OR_JSON)
  .addOption(option.CHECK)
  .addOption(option.LATE_AFTER)
  .action(async (_, command) => {
    const options = command.optsWithGlobals();
    const { status } = await import('./commands/status.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      status({ ...NOT_GIVEN, ...options }, surroundings),
    );
  });

program
  .command('replay')
  .description(
    'Sends events again, with the same ids, and moves no cursor. Without --execute shows what would go to whom.',
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
  .addOption(option.EXECUTE)
  .action(async (range, _, command) => {
    const options = command.optsWithGlobals();
    const toIsFlag = command.getOptionValueSource('to') === 'cli';
    const { replay } = await import('./commands/replay.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      replay({ ...NOT_GIVEN, ...options, range, toIsFlag }, surroundings),
    );
  });

const cursor = program
  .command('cursor')
  .description('Shows the cursors of clients, and places or frees one by hand.');

cursor
  .command('show')
  .description('Shows what the store holds, as it holds it.')
  .argument('[client]', 'only this one')
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.TEXT_OR_JSON)
  .action(async (client, _, command) => {
    const options = command.optsWithGlobals();
    const { showCursors } = await import('./commands/cursor-show.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      showCursors(client, { ...NOT_GIVEN, ...options }, surroundings),
    );
  });

cursor
  .command('set')
  .description('Places a client by hand. First shows what that would send again, and what never.')
  .argument('<client>', 'of the clients file, or of the store')
  .argument('<place>', 'now, snapshot (the whole catalogue first) or a revision')
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.BRANCH)
  .addOption(option.CLIENTS)
  .addOption(option.TO)
  .addOption(option.CONFIG)
  .addOption(option.POLICY)
  .addOption(option.EXECUTE)
  .action(async (client, place, _, command) => {
    const options = command.optsWithGlobals();
    const { setCursor } = await import('./commands/cursor-set.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      setCursor(client, place, { ...NOT_GIVEN, ...options }, surroundings),
    );
  });

cursor
  .command('unlock')
  .description('Takes away the claim of a run that is dead. First shows which run that is.')
  .argument('<client>', 'of the store, or of the clients file')
  .addOption(option.CURSOR)
  .addOption(option.REMOTE)
  .addOption(option.CLIENTS)
  .addOption(option.POLICY)
  .addOption(option.EXECUTE)
  .action(async (client, _, command) => {
    const options = command.optsWithGlobals();
    const { unlockCursor } = await import('./commands/cursor-unlock.ts');
    await runCommand(options.color, TEAM_EVENTS_VERSION, (surroundings) =>
      unlockCursor(client, { ...NOT_GIVEN, ...options }, surroundings),
    );
  });

declareReceiverCommands(program);

const COMMANDS = [program, ...program.commands, ...cursor.commands];

/** Parses the command line and runs what it asks for. */
async function main(): Promise<void> {
  for (const command of COMMANDS) command.exitOverride();
  try {
    tidyVariables(
      COMMANDS.flatMap(({ options }) => options),
      process.env,
    );
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === WRONG_VARIABLE) process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

void main();
