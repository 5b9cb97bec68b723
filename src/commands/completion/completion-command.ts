/** What completion scripts know of a command; made from its declaration. */

export interface CompletionOption {
  /** `-C`, `--repo` */
  readonly flags: readonly string[];
  readonly description: string;
  /** What follows it; undefined for a switch. */
  readonly value: 'file' | 'folder' | 'text' | undefined;
  readonly choices: readonly string[];
}

export interface CompletionCommand {
  /** `cursor set`; empty for the program itself. */
  readonly name: string;
  readonly description: string;
  /** Names of the commands in it. */
  readonly commands: readonly string[];
  /** Its options, and those of the program. */
  readonly options: readonly CompletionOption[];
  /** Of its first argument. */
  readonly choices: readonly string[];
  /** Whether that is a file. */
  readonly takesFile: boolean;
}
