/** The completion script for bash, which zsh can run too. */
import type { CompletionCommand, CompletionOption } from './completion-command.ts';

export function bashScript(commands: readonly CompletionCommand[]): string {
  return `# Completion of team-events for bash: source <(team-events completion bash)
_team_events_of() {
  case $1 in
${commands.map(commandCase).join('\n')}
  esac
}
_team_events() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command='' option='' word names options valued files i
  _team_events_of ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [[ $word == = ]] && continue # bash splits --format=json
    if [[ -n $option ]]; then
      option=''
    elif [[ " $valued " == *" $word "* ]]; then
      option=$word
    elif [[ " $names " == *" $word "* ]]; then
      command="\${command:+$command }$word"
      _team_events_of "$command"
    fi
  done
  [[ $cur == = ]] && cur=''
  COMPREPLY=()
  if [[ -z $option && $cur == -* ]]; then
    names=$options files=''
  elif [[ -n $option ]]; then
    names='' files=''
    case "$command $option" in
${commands.flatMap(valueCases).join('\n')}
    esac
  elif [[ -z $names$files ]]; then
    names=$options
  fi
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$names" -- "$cur"))
  if [[ -n $files ]]; then
    compopt -o filenames 2> /dev/null # zsh has none
    IFS=$'\\n'
    COMPREPLY+=($(compgen "$files" -- "$cur"))
  fi
}
complete -F _team_events team-events
`;
}

const flagsOf = (options: readonly CompletionOption[]): string =>
  options.flatMap(({ flags }) => flags).join(' ');

function commandCase({ name, commands, options, choices, takesFile }: CompletionCommand): string {
  const valued = options.filter(({ value }) => value !== undefined);
  const names = [...commands, ...choices].join(' ');
  return [
    `    '${name}')`,
    `      names='${names}' files='${takesFile ? '-f' : ''}'`,
    `      options='${flagsOf(options)}'`,
    `      valued='${flagsOf(valued)}' ;;`,
  ].join('\n');
}

function valueCases({ name, options }: CompletionCommand): readonly string[] {
  return options.flatMap(({ flags, value, choices }) => {
    const words = flags.map((flag) => `'${name} ${flag}'`).join(' | ');
    if (choices.length > 0) return [`      ${words}) names='${choices.join(' ')}' ;;`];
    if (value === 'file') return [`      ${words}) files=-f ;;`];
    return value === 'folder' ? [`      ${words}) files=-d ;;`] : [];
  });
}
