/** What help says after the options: examples that can be pasted, and exit codes. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { EXIT, type ExitCode } from '../../errors.ts';
import { EXAMPLES, PROGRAM_EXAMPLES, type Example } from './examples.ts';

/** In the order in which they are listed. */
export const EXIT_WORDS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: 'done, or nothing to do',
  [EXIT.bug]: 'a bug: please report it',
  [EXIT.usage]: 'an option, a configuration, the clients file or an entry of it is wrong',
  [EXIT.behind]: 'a client is behind; the next run goes on there',
  [EXIT.brokenFile]: 'a team file is broken; it holds its last valid content',
  [EXIT.conflict]: 'another run holds a cursor, or has moved it',
  [EXIT.history]: 'history: a missing commit, a shallow clone, rewritten, or not on the branch',
  [EXIT.guard]: 'the removal guard stopped a client',
  [EXIT.cursor]: 'the cursor store: unreachable, empty without --init, or a cursor is corrupt or gone',
  [EXIT.interrupted]: 'interrupted; cursors are saved',
  [EXIT.terminated]: 'terminated; cursors are saved',
};

const ALL = Object.keys(EXIT_WORDS).map(Number) as readonly ExitCode[];
const FILES_ONLY: readonly ExitCode[] = [EXIT.done, EXIT.bug, EXIT.usage];
const STORE: readonly ExitCode[] = [...FILES_ONLY, EXIT.cursor];

/** Exit codes of a command; the names of commands in commands are joined by a space. */
export const EXIT_CODES: Readonly<Record<string, readonly ExitCode[]>> = {
  init: [...FILES_ONLY, EXIT.history],
  doctor: [...FILES_ONLY, EXIT.behind, EXIT.history, EXIT.cursor],
  notify: ALL,
  replay: ALL,
  status: [...FILES_ONLY, EXIT.behind, EXIT.brokenFile, EXIT.history, EXIT.cursor],
  explain: [...FILES_ONLY, EXIT.history, EXIT.cursor],
  'cursor show': STORE,
  'cursor set': [...FILES_ONLY, EXIT.conflict, EXIT.history, EXIT.cursor],
  'cursor unlock': [...FILES_ONLY, EXIT.conflict, EXIT.cursor],
  check: [...FILES_ONLY, EXIT.brokenFile, EXIT.history, EXIT.guard],
  report: FILES_ONLY,
  schema: FILES_ONLY,
  completion: FILES_ONLY,
  listen: FILES_ONLY,
  send: [...FILES_ONLY, EXIT.behind, EXIT.interrupted, EXIT.terminated],
};

/** Adds them to the program and to each of its commands. */
export function addHelpTexts(program: CommandUnknownOpts): void {
  program.addHelpText('after', () => `${examplesText(PROGRAM_EXAMPLES)}\n${exitCodesText(ALL)}`);
  const add = (command: CommandUnknownOpts, name: string): void => {
    for (const child of command.commands) add(child, `${name} ${child.name()}`.trimStart());
    const codes = EXIT_CODES[name];
    if (codes !== undefined)
      command.addHelpText('after', () => `${examplesText(EXAMPLES[name] ?? [])}\n${exitCodesText(codes)}`);
  };
  for (const command of program.commands) add(command, command.name());
}

const examplesText = (examples: readonly Example[]): string =>
  ['\nExamples:', ...examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]), ''].join('\n');

const exitCodesText = (codes: readonly ExitCode[]): string =>
  ['Exit codes:', ...codes.map((code) => `  ${String(code).padEnd(3)}  ${EXIT_WORDS[code]}`)].join('\n');
