/** The program without its commands, and how a command is run. */
import { Command, CommanderError, Help, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { runCommand } from '../adapters/process/run-command.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import { openOutput } from '../adapters/process/terminal/output.ts';
import type { ColorChoice } from '../adapters/process/terminal/style.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { withCheck, type CheckedPlace } from '../reporters/commands/check-lines.ts';
import type { CommandOptions } from '../reporters/commands/command-line.ts';
import { versionText } from './help/version-text.ts';
import * as option from './options.ts';

declare const TEAM_EVENTS_VERSION: string;

/** Options without a default. */
export const NOT_GIVEN = {
  clients: undefined,
  from: undefined,
  to: undefined,
  config: undefined,
  policy: undefined,
  cursor: undefined,
  remote: undefined,
  branch: undefined,
  lateAfter: undefined,
  allowRemovals: undefined,
  report: undefined,
  journal: undefined,
  since: undefined,
  until: undefined,
  base: undefined,
  comment: undefined,
};

/** Used for help, and for errors in the command line itself. */
export const OUT = openOutput(process.stdout);
export const ERR = openOutput(process.stderr);

export type Program = ReturnType<typeof createProgram>;

/** Defaults that say nothing, in the description of an option. */
const EMPTY_DEFAULT = / \(default: false\)|default: (?:false|\[\]), /;

export function createProgram() {
  const help = new Help();
  return new Command('team-events')
    .description(
      'Sends subscribers what changed in a git repository of teams, as webhooks in order.\n' +
        'Without a command: notify. See team-events notify --help.',
    )
    .option('-V, --version', 'the version, and those of node and git')
    .on('option:version', () => {
      void OUT.write(versionText(TEAM_EVENTS_VERSION));
      throw new CommanderError(EXIT.done, 'commander.version', '');
    })
    .helpOption('-h, --help', 'this help')
    .configureHelp({
      showGlobalOptions: true,
      optionDescription: (one) => help.optionDescription(one).replace(EMPTY_DEFAULT, ''),
    })
    .configureOutput({
      writeOut: (text) => void OUT.write(text),
      writeErr: (text) => void ERR.write(text),
      // Quoted arguments may hold line breaks. Only the last one, and the one before a suggestion, are commander's own.
      outputError: (text, write) => write(text.replace(/\n(?!$|\(Did you mean [\w -]+\?\)\n$)/g, '\\n')),
    })
    .addOption(option.REPO)
    .addOption(option.COLOR);
}

/**
 * The options of a command as they stand on the command line, for the commands that a person is told to run next. Filled
 * when that is parsed. What variables say is not in it: that stays in the environment, and holds for the next command as
 * well. Of an option that is repeated it has the last value.
 */
export function givenOptions(command: CommandUnknownOpts): CommandOptions {
  const given: Record<`-${string}`, string | true> = {};
  for (const one of command.options) {
    command.on(`option:${one.name()}`, (value?: string | null) => {
      given[`--${one.name()}`] = value ?? true;
    });
  }
  return given;
}

/** Without `repo`, which `check` needs, a file that cannot be used is only named. */
export const run = (
  { color, repo, ...files }: Partial<CheckedPlace> & { readonly color: ColorChoice },
  command: (context: RunContext) => Promise<ExitCode>,
): Promise<void> =>
  runCommand(color, TEAM_EVENTS_VERSION, (context) =>
    command(context).catch((error: unknown) => {
      throw repo === undefined ? error : withCheck(error, { ...files, repo });
    }),
  );
