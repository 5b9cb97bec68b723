/** argv and environment -> a command; an error -> its exit code. Declares, decides nothing. */
import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError, Option } from '@commander-js/extra-typings';
import type { Surroundings } from './commands/notify.ts';
import { listenForStop } from './commands/stop-signal.ts';
import { EXIT, RunError, type ExitCode } from './errors.ts';
import { EVENT_TYPES } from './events/team-event.ts';
import { duration, isEventType, isName, listOf, someTime, statuses, wholeNumber } from './option-values.ts';
import { createConsole } from './report/console.ts';
import { createMasker } from './report/masker.ts';
import type { ColorChoice } from './report/style.ts';

declare const TEAM_EVENTS_VERSION: string;

/** Adds `TEAM_EVENTS_…` as the environment variable of an option. */
const option = <Flags extends string>(flags: Flags, description: string) => {
  const made = new Option(flags, description);
  return made.env(`TEAM_EVENTS_${made.name().replaceAll('-', '_').toUpperCase()}`);
};

/** Options that have no default. */
const NOT_GIVEN = {
  clients: undefined,
  from: undefined,
  to: undefined,
  config: undefined,
  policy: undefined,
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
  .addOption(option('-C, --repo <dir>', 'the teams repo, a clone or a bare repository').default('.'))
  .addOption(
    option('--color <when>', 'colours; wins over NO_COLOR and FORCE_COLOR')
      .choices(['auto', 'always', 'never'] as const)
      .default('auto'),
  );

program
  .command('notify', { isDefault: true })
  .description('Sends the events of a range of history to the clients that want them (the default command).')
  .argument('[range]', 'FROM..TO, same as --from and --to')
  .addOption(option('--from <ref>', 'where the range begins, excluded; "root" is before the first commit'))
  .addOption(option('--to <ref>', 'where the range ends, included (default: HEAD)'))
  .addOption(
    option('--clients <file>', 'the clients file (default: clients.yml at the root of the teams repo)'),
  )
  .addOption(
    option('--print-events', 'dry run: prints the events (with --clients, also who would get each)').default(
      false,
    ),
  )
  .addOption(
    option('--format <format>', 'of what is printed')
      .choices(['text', 'json', 'ndjson'] as const)
      .default('text' as const),
  )
  .addOption(
    option('--client <name>', 'only this client (repeatable)')
      .argParser(listOf(isName, 'expected a name'))
      .default([] as readonly string[]),
  )
  .addOption(
    option('--type <type>', `only events of this type (repeatable): ${EVENT_TYPES.join(', ')}`)
      .argParser(listOf(isEventType, `expected one of ${EVENT_TYPES.join(', ')}`))
      .default([] as readonly (typeof EVENT_TYPES)[number][]),
  )
  .addOption(
    option('--team <id>', 'only events of this team (repeatable)')
      .argParser(listOf(isName, 'expected an id'))
      .default([] as readonly string[]),
  )
  .addOption(option('--squash', 'take the range as one step: its net change').default(false))
  .addOption(
    option('--on-rewrite <what>', 'where --from is no ancestor of --to')
      .choices(['fail', 'squash'] as const)
      .default('fail' as const),
  )
  .addOption(option('--config <file>', 'replaces team-events.yml at all revisions'))
  .addOption(option('--policy <file>', "the operator's policy: network, guard, delivery"))
  .addOption(
    option(
      '--allow-host <host>',
      'host or CIDR that may be reached although it is loopback or plain http (repeatable)',
    )
      .argParser(listOf(isName, 'expected a host name, an address or a CIDR'))
      .default([] as readonly string[]),
  )
  .addOption(option('--allow-removals <commit>', 'lets removals up to this commit pass the guard'))
  .addOption(
    option('--concurrency <n>', 'attempts in flight at once (default: no bound)').argParser(wholeNumber(1)),
  )
  .addOption(option('--timeout <duration>', 'deadline of one attempt (default: 15s)').argParser(someTime))
  .addOption(
    option('--attempts <n>', 'attempts for one event in one run (default: 5)').argParser(wholeNumber(1)),
  )
  .addOption(
    option(
      '--retry-delay <duration>',
      'bound of the first wait; it doubles up to 30s (default: 1s)',
    ).argParser(duration),
  )
  .addOption(
    option('--give-up-after <duration>', 'time for retries, for each client and run (default: 2m)').argParser(
      duration,
    ),
  )
  .addOption(option('--report <file>', "writes the run's result as JSON"))
  .action(async (range, _, command) => {
    const options = command.optsWithGlobals();
    for (const name of ['from', 'to'] as const) {
      if (range !== undefined && command.getOptionValueSource(name) === 'env') delete options[name];
    }
    const { notify } = await import('./commands/notify.ts');
    await run(options.color, (surroundings) => notify({ ...NOT_GIVEN, ...options, range }, surroundings));
  });

program
  .command('listen')
  .summary('A local receiver for trying things out: prints and checks what arrives.')
  .description(
    'A local receiver for trying things out: prints what arrives and verifies its signature; tells gaps, duplicates ' +
      'and what is out of order. Clients that share one need paths of their own.',
  )
  .addOption(option('--port <n>', '0 takes any free one').argParser(wholeNumber(0, 65_535)).default(8787))
  .addOption(option('--host <address>', 'where to listen').default('127.0.0.1'))
  .addOption(
    new Option(
      '--secret <whsec>',
      'verifies signatures with this secret (repeatable; better in the environment)',
    )
      .env('TEAM_EVENTS_LISTEN_SECRET')
      .argParser(listOf(isName, 'expected a secret'))
      .default([] as readonly string[]),
  )
  .addOption(
    option('--respond <statuses>', 'answers, one after the other; the last stays')
      .argParser(statuses)
      .default([200] as readonly number[], '200'),
  )
  .addOption(option('--count <n>', 'ends after so many requests').argParser(wholeNumber(1)))
  .addOption(
    option('--format <format>', 'of what is printed')
      .choices(['text', 'ndjson'] as const)
      .default('text' as const),
  )
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
    if (stop.code !== undefined) {
      console.note('stopped');
      process.exitCode = stop.code;
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
