/** `team-events completion`: the scripts, in real shells. zsh and fish are tried where they are installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { completionCommands } from '../../../src/cli/help/completion-commands.ts';
import { declareProgram } from '../../../src/cli/declared-program.ts';
import { teamEvents } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const scripts = new Map<string, string>();
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    scripts.set(shell, (await teamEvents(['completion', shell])).stdout);
});

/** What bash offers for each of these lines; the last word is the one that is completed. */
function inBash(lines: readonly (readonly string[])[], cwd = tempFolder()): string[][] {
  const word = (text: string): string => `'${text}'`;
  const tries = lines.map(
    (words) =>
      `COMP_WORDS=(team-events ${words.map(word).join(' ')}); COMP_CWORD=${words.length}; _team_events; echo "\${COMPREPLY[*]}"`,
  );
  const script = `${scripts.get('bash')}\ncomplete -p team-events\n${tries.join('\n')}\n`;
  const printed = execFileSync('bash', ['--norc', '-u', '-c', script], { cwd, encoding: 'utf8' });
  const [registered, ...offered] = printed.split('\n');
  expect(registered).toBe('complete -F _team_events team-events');
  return offered.slice(0, lines.length).map((line) => line.split(' ').filter((one) => one !== ''));
}

describe.skipIf(!has('bash'))('in bash', () => {
  it.each<[string, string, string[]]>([
    ['commands', 's', ['status', 'schema', 'send']],
    ['commands in a command', 'cursor s', ['show', 'set']],
    ['options', 'status --form', ['--format']],
    ['options of a command in a command', 'cursor set groups --ex', ['--execute']],
    ['options of the default command', '--print', ['--print-events']],
    ['options of the program', 'cursor show --col', ['--color']],
    ['choices', 'status --format m', ['markdown']],
    ['choices after an equals sign, where bash splits', 'status --format = m', ['markdown']],
    ['all of them right after it', 'status --color =', ['auto', 'always', 'never']],
    ['choices of an argument', 'completion f', ['fish']],
    ['a command after an option and its value', '--cursor status stat', ['status']],
    ['a command after an option with an equals sign', '--cursor = tag:x stat', ['status']],
    ['nothing where anything may stand', 'replay --since ', []],
    ['a switch that takes a value elsewhere', 'status --events --ch', ['--check']],
    ['commands to help with', 'help cu', ['cursor']],
  ])('%s', (_, line, offered) => {
    expect(inBash([line.split(' ')])).toEqual([offered]);
  });

  it('files and folders', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'teams'));
    writeFileSync(join(folder, 'team-events.yml'), '');
    const lines = ['--clients te', '--config = te', 'send te', 'report --events te', '-C te'];
    const both = ['team-events.yml', 'teams'];
    const offered = inBash(
      lines.map((line) => line.split(' ')),
      folder,
    );
    expect(offered.map((files) => files.sort())).toEqual([both, both, both, both, ['teams']]);
  });

  it('each option of each command, and each choice of each', () => {
    const commands = completionCommands(declareProgram());
    const wanted = commands.flatMap(({ name, options, choices }) => {
      const words = name.split(' ').filter((word) => word !== '');
      const withChoices = options.flatMap((option) =>
        option.choices.length > 0
          ? option.flags.map((flag) => [[...words, flag, ''], option.choices] as const)
          : [],
      );
      return [
        [[...words, '-'], options.flatMap(({ flags }) => flags)] as const,
        ...(choices.length > 0 ? [[[...words, ''], choices] as const] : []),
        ...withChoices,
      ];
    });
    expect(wanted.length).toBeGreaterThan(30);
    expect(inBash(wanted.map(([words]) => words))).toEqual(wanted.map(([, offered]) => offered));
  });
});

it.skipIf(!has('zsh'))('in zsh, the script is one', () => {
  expect(spawnSync('zsh', ['-fn'], { input: scripts.get('zsh') })).toMatchObject({ status: 0 });
});

describe.skipIf(!has('fish'))('in fish', () => {
  it.each([
    ['team-events st', ['status']],
    ['team-events cursor ', ['set', 'show', 'unlock']],
    ['team-events cursor set groups --ex', ['--execute']],
    ['team-events schema p', ['policy']],
    ['team-events status --color ', ['always', 'auto', 'never']],
  ])('%j', (line, offered) => {
    const script = `${scripts.get('fish')}\ncomplete -C '${line}'\n`;
    const printed = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
    expect(
      printed
        .trim()
        .split('\n')
        .map((one) => one.split('\t')[0]),
    ).toEqual(offered);
  });
});

it('refuses another shell', async () => {
  expect(await teamEvents(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish.'),
  });
});
