/** `team-events completion SHELL`: a script that completes commands, options and their choices. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { bashScript } from './bash.ts';
import type { CompletionCommand } from './completion-command.ts';
import { fishScript } from './fish.ts';

const SCRIPTS = {
  bash: bashScript,
  zsh: (commands: readonly CompletionCommand[]) =>
    '# Completion of team-events for zsh, after compinit: source <(team-events completion zsh)\n' +
    `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`,
  fish: fishScript,
} as const;

export type Shell = keyof typeof SCRIPTS;

/** `commands`: all of them, the program first. */
export async function printCompletion(
  shell: Shell,
  commands: readonly CompletionCommand[],
  { console }: Pick<RunContext, 'console'>,
): Promise<ExitCode> {
  await console.print(SCRIPTS[shell](commands));
  return EXIT.done;
}
