/** The completion script for fish. */
import type { CompletionCommand, CompletionOption } from './completion-command.ts';

export function fishScript(commands: readonly CompletionCommand[]): string {
  const [program] = commands;
  return `# Completion of team-events for fish: team-events completion fish | source
function __team_events_no_command
  not __fish_seen_subcommand_from ${program?.commands.join(' ') ?? ''}
end
complete -c team-events -f
${commands.flatMap((command) => linesOf(command, commands)).join('\n')}
`;
}

function linesOf(
  { name, commands, options, choices, takesFile }: CompletionCommand,
  all: readonly CompletionCommand[],
): readonly string[] {
  const condition =
    name === ''
      ? '__team_events_no_command'
      : name
          .split(' ')
          .map((word) => `__fish_seen_subcommand_from ${word}`)
          .join('; and ');
  const unlessNamed =
    commands.length > 0 && name !== '' ? `; and not __fish_seen_subcommand_from ${commands.join(' ')}` : '';
  const line = (rest: string, more = ''): string =>
    `complete -c team-events -n '${condition}${more}' ${rest}`;
  const descriptionOf = (child: string): string =>
    all.find((one) => one.name === `${name} ${child}`.trimStart())?.description ?? '';
  return [
    ...commands.map((child) => line(`-a ${child} -d ${quoted(descriptionOf(child))}`, unlessNamed)),
    ...choices.map((choice) => line(`-a ${choice}`)),
    ...(takesFile ? [line('-F')] : []),
    ...options.map((option) => line(optionWords(option))),
  ];
}

function optionWords({ flags, description, value, choices }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values: Readonly<Record<NonNullable<typeof value>, string>> = {
    file: '-r -F',
    folder: "-x -a '(__fish_complete_directories)'",
    text: choices.length > 0 ? `-x -a '${choices.join(' ')}'` : '-x',
  };
  return [...names, ...(value === undefined ? [] : [values[value]]), '-d', quoted(description)].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
