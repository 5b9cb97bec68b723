/** `completion`, and the declarations of all commands as its scripts need them. */
import { Argument, type CommandUnknownOpts, type Option } from '@commander-js/extra-typings';
import type { CompletionCommand, CompletionOption } from '../../commands/completion/completion-command.ts';
import { run, type Program } from '../program.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function declareCompletion(program: Program): void {
  program
    .command('completion')
    .summary('Prints a script that completes commands, options and their choices in your shell.')
    .description(
      'Prints a script for your shell that completes commands, options and their choices. It is made from the options of ' +
        'this version; nothing runs in the background.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell, _, command) => {
      const { printCompletion } = await import('../../commands/completion/index.ts');
      await run(command.optsWithGlobals(), (context) =>
        printCompletion(shell, completionCommands(program), context),
      );
    });
}

/** The program, which has the options of its default command, then all its commands. */
export function completionCommands(program: CommandUnknownOpts): readonly CompletionCommand[] {
  const common = program.options.map(completionOption);
  const help: CompletionOption = {
    flags: ['-h', '--help'],
    description: 'this help',
    value: undefined,
    choices: [],
  };
  const of = (command: CommandUnknownOpts, above: string): CompletionCommand[] => {
    const name = `${above} ${command.name()}`.trimStart();
    const [argument] = command.registeredArguments;
    const own: CompletionCommand = {
      name,
      description: command.summary() || command.description(),
      commands: command.commands.map((child) => child.name()),
      options: [...command.options.map(completionOption), ...common, help],
      choices: argument?.argChoices ?? [],
      takesFile: argument?.name() === 'file',
    };
    return [own, ...command.commands.flatMap((child) => of(child, name))];
  };
  const commands = program.commands.flatMap((command) => of(command, ''));
  const byDefault = commands.find(({ name }) => name === 'notify');
  const names = program.commands.map((command) => command.name());
  const whole: CompletionCommand = {
    name: '',
    description: program.description(),
    commands: [...names, 'help'],
    options: byDefault?.options ?? [],
    choices: [],
    takesFile: false,
  };
  return [
    whole,
    ...commands,
    { ...whole, name: 'help', description: 'the help of a command', commands: names, options: [help] },
  ];
}

function completionOption({ short, long, flags, description, argChoices = [] }: Option): CompletionOption {
  const [, placeholder] = /[<[]([^\]>]+)[\]>]/.exec(flags) ?? [];
  const value =
    placeholder === undefined
      ? undefined
      : placeholder === 'file'
        ? 'file'
        : placeholder === 'dir'
          ? 'folder'
          : 'text';
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    value,
    choices: argChoices,
  };
}
