/** Lines that set a client's variables, for people to paste into the shell in which the program runs. */
import type { Client } from '../core/clients/file/client.ts';
import { environmentName, variablesOf } from '../core/requests/template.ts';

export interface VariableCommand {
  /** What the command does, to be read before it. */
  readonly how: string;
  /** Whole, for sh, dash, bash and zsh. */
  readonly command: string;
}

/**
 * Asks for a value, which is not shown and of which nothing stays in the history of the shell. Not by `read -s`, which
 * not every sh has.
 */
export const askForVariable = (name: string): VariableCommand => ({
  how: 'Paste the value after this (it is not shown), then press Enter:',
  command: `stty -echo; read -r ${name}; stty echo; export ${name}`,
});

/** How to set each of `missing`: names of environment variables, such as the problems of `bindClient` name them. */
export function variableCommands(
  { name: of, destination }: Pick<Client, 'name' | 'destination'>,
  missing: readonly string[],
): readonly VariableCommand[] {
  const secrets = destination.kind === 'webhook' ? destination.secrets : [];
  const keys = secrets.flatMap(variablesOf).map((variable) => environmentName(of, variable));
  return missing.map((name) =>
    keys.includes(name)
      ? {
          how: `A secret that the receiver has already: ${name} is its value. For a new one, which the receiver needs as well:`,
          command: `export ${name}="whsec_$(openssl rand -base64 32)"`,
        }
      : askForVariable(name),
  );
}
