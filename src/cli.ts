/** argv and environment -> a command; an error -> its exit code. Declares, decides nothing. */
import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from '@commander-js/extra-typings';
import type { Surroundings } from './commands/notify.ts';
import { listenForStop } from './commands/stop-signal.ts';
import { EXIT, RunError, type ExitCode } from './errors.ts';
import * as option from './options.ts';
import { createConsole } from './report/console.ts';
import { createMasker } from './report/masker.ts';
import type { ColorChoice } from './report/style.ts';

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
    await run(options.color, (surroundings) =>
      notify({ ...NOT_GIVEN, ...options, range, isFlag }, surroundings),
    );
  });

program
  .command('listen')
  .summary('A local receiver for trying things out: prints and checks what arrives.')
  .description(
    'A local receiver for trying things out: prints what arrives and verifies its signature; tells gaps, duplicates ' +
      'and what is out of order. Clients that share one need paths of their own.',
  )
  .addOption(option.PORT)
  .addOption(option.HOST)
  .addOption(option.SECRET)
  .addOption(option.RESPOND)
  .addOption(option.COUNT)
  .addOption(option.TEXT_OR_NDJSON)
  .action(async (_, command) => {
    const options = command.optsWithGlobals();
    const { listen } = await import('./commands/listen.ts');
    await run(options.color, (surroundings) => listen({ count: undefined, ...options }, surroundings));
  });

/** Runs a command and leaves its exit code behind; whatever it throws becomes a message and a code. */
async function run(
  color: ColorChoice,
  command: (surroundings: Surroundings) => Promise<ExitCode>,
): Promise<void> {
  const masker = createMasker();
  const environment = process.env;
  const console = createConsole(process, environment, color, masker);
  const stop = listenForStop();
  try {
    process.exitCode = await command({ console, masker, environment, version: TEAM_EVENTS_VERSION, stop });
  } catch (error) {
    await setImmediate(); // a signal for all of the group may end git before it is told here
    if (stop.requested.aborted) {
      console.note('stopped before anything was sent');
      process.exitCode = stop.code ?? EXIT.behind;
    } else if (error instanceof RunError) {
      console.note(`${console.noteStyle.red('error')}: ${error.message}`);
      if (error.remedy !== undefined) console.note(error.remedy);
      process.exitCode = error.exitCode;
    } else {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.note(
        `This is a bug in team-events ${TEAM_EVENTS_VERSION}; please report it with what follows.\n${stack}`,
      );
      process.exitCode = EXIT.bug;
    }
  }
}

/** An empty variable counts as none (CI sets every param), and a switch may be set to false. */
function tidyVariables(environment: NodeJS.ProcessEnv): void {
  for (const { envVar, flags, long } of [program, ...program.commands].flatMap(({ options }) => options)) {
    const value = envVar === undefined ? undefined : environment[envVar];
    if (envVar === undefined || value === undefined) continue;
    const isSwitch = flags === long;
    if (value === '' || (isSwitch && /^(?:false|0|no|off)$/i.test(value))) delete environment[envVar];
    else if (isSwitch && !/^(?:true|1|yes|on)$/i.test(value)) {
      throw new CommanderError(
        2,
        'team-events.variable',
        `${envVar} is ${JSON.stringify(value)}; expected true or false`,
      );
    }
  }
}

/** Parses the command line and runs what it asks for. */
async function main(): Promise<void> {
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    tidyVariables(process.env);
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'team-events.variable') process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

void main();
