/** Help: each command with examples that are right, its options in groups, and exit codes. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { declareProgram } from '../../../src/cli/declared-program.ts';
import { EXAMPLES, PROGRAM_EXAMPLES } from '../../../src/cli/help/examples.ts';
import { EXIT_CODES, EXIT_WORDS } from '../../../src/cli/help/help-texts.ts';
import { EXIT } from '../../../src/errors.ts';

/** Those that do something, by their whole name. */
function leaves(command: CommandUnknownOpts, above = ''): (readonly [string, CommandUnknownOpts])[] {
  const name = `${above} ${command.name()}`.trimStart();
  return command.commands.length > 0
    ? command.commands.flatMap((child) => leaves(child, name))
    : [[name, command]];
}
const commandsOf = (): (readonly [string, CommandUnknownOpts])[] =>
  declareProgram().commands.flatMap((command) => leaves(command));
const NAMES = commandsOf().map(([name]) => name);

/** Everything that `--help` prints. */
function helpOf(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({ writeOut: (more) => (text += more) });
  command.outputHelp();
  return text;
}

/** What is wrong with the arguments of a line for a shell that quotes nothing. @throws where commander refuses them */
function wrongIn(line: string): readonly string[] {
  const [program, ...args] = line.split(' > ')[0]?.split(' ') ?? [];
  const text = ` ${args.join(' ')} `;
  const named = commandsOf().find(([name]) => text.startsWith(` ${name} `));
  const [, command = new Command()] = named ?? commandsOf().find(([name]) => name === 'notify') ?? [];
  command.exitOverride();
  const { operands, unknown } = command.parseOptions(args.slice(named?.[0].split(' ').length ?? 0));
  const { registeredArguments } = command;
  const needed = registeredArguments.filter(({ required }) => required).length;
  const isRightCount = operands.length >= needed && operands.length <= registeredArguments.length;
  const isChoice = (operand: string, index: number): boolean =>
    registeredArguments[index]?.argChoices?.includes(operand) ?? true;
  return [
    ...(program === 'team-events' ? [] : ['another program']),
    ...unknown,
    ...(isRightCount ? [] : ['too many or too few arguments']),
    ...operands.filter((operand, index) => !isChoice(operand, index)),
  ];
}

describe('--help', () => {
  it.each(NAMES)('of %s has examples and exit codes', (name) => {
    const [, command] = commandsOf().find(([one]) => one === name) ?? [];
    const help = command === undefined ? '' : helpOf(command);
    for (const [line] of EXAMPLES[name] ?? []) expect(help).toContain(`  ${line}\n`);
    expect(EXAMPLES[name]?.length).toBeGreaterThan(0);
    for (const code of EXIT_CODES[name] ?? []) expect(help).toContain(`${code}`.padEnd(5) + EXIT_WORDS[code]);
    expect(EXIT_CODES[name]).toContain(EXIT.done);
    expect(help).not.toContain('default: false');
    expect(help).not.toContain('default: []');
  });

  it('has them for no command that is not there', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...NAMES].sort());
    expect(Object.keys(EXIT_CODES).sort()).toEqual([...NAMES].sort());
  });

  it('of the program lists all exit codes, and each command in a group', () => {
    const help = helpOf(declareProgram());
    for (const [code, words] of Object.entries(EXIT_WORDS)) expect(help).toContain(code.padEnd(5) + words);
    expect(new Set(Object.keys(EXIT_WORDS).map(Number))).toEqual(new Set(Object.values(EXIT)));
    expect(help).not.toContain('\nCommands:\n');
    for (const [line] of PROGRAM_EXAMPLES) expect(help).toContain(`  ${line}\n`);
  });

  it('of notify lists its options in groups', () => {
    const [, notify] = commandsOf().find(([name]) => name === 'notify') ?? [];
    const headings = [...helpOf(notify ?? new Command()).matchAll(/^([A-Z][A-Za-z ]+):$/gm)].map(
      ([, heading]) => heading,
    );
    expect(headings).toEqual(
      ['Arguments', 'Range', 'Cursors', 'Files', 'Delivery', 'Selection', 'Output', 'Options'].concat([
        'Global Options',
        'Examples',
        'Exit codes',
      ]),
    );
  });

  it.each([...PROGRAM_EXAMPLES, ...Object.values(EXAMPLES).flat()])('shows what can be run: %s', (line) => {
    expect(wrongIn(line)).toEqual([]);
  });
});
