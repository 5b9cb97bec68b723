/** A state of docs/operations.md: brought about with the built program, and mended by what it said. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { copied, type Result } from '../../support/program.ts';
import type { SampleSite } from '../../support/sample-site.ts';
import { gitEnvironment } from '../../support/sample-repo.ts';

export interface RedState {
  /** The run that met it. */
  readonly red: Result;
  /** Does what `red` said. */
  readonly mend: () => Promise<unknown>;
  /** The run afterwards, as before. */
  readonly again: () => Promise<Result>;
}

/** By the name that the page gives the state. */
export type Scenarios = Readonly<Record<string, () => Promise<RedState>>>;

export const told = ({ stdout, stderr }: Result): string => `${stdout}\n${stderr}`;

/** The only printed command that has `part`; it may be the end of a line. */
export function commandIn(result: Result, part: string): string {
  const commands = [...told(result).matchAll(/(?:^ *|: )((?:team-events|git|rm) \S.*)$/gm)]
    .map(([, command = '']) => command)
    .filter((command) => command.includes(part));
  const [command] = commands;
  if (command === undefined || new Set(commands).size > 1)
    throw new Error(`${commands.length} commands with ${part} in:\n${told(result)}`);
  return command;
}

/** Pastes a printed command into a shell, and expects it to end with 0. */
export async function paste(command: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
  if (!command.startsWith('team-events ')) {
    const options = { env: { ...gitEnvironment(), ...env }, encoding: 'utf8', stdio: 'pipe' } as const;
    return { code: 0, stdout: execFileSync('sh', ['-c', command], options), stderr: '' };
  }
  const result = await copied(command, env);
  if (result.code !== 0) throw new Error(`exit ${result.code} of ${command}\n${told(result)}`);
  return result;
}

/** Pastes a command that only shows what it would do, then the one that it prints to do it. */
export async function pasteBoth(command: string): Promise<Result> {
  return paste(commandIn(await paste(command), '--execute'));
}

/** Writes the printed line, as it is printed, into the entry that is named with it. */
export function writeIntoEntry(result: Result): void {
  const [, path = '', line = '', text = ''] =
    / its entry, (\S+):(\d+), as it is indented here:\n(.*)\n/.exec(told(result)) ?? [];
  changeLines(path, (lines) => lines.splice(Number(line), 0, text));
}

/** Changes the lines of a file in place. */
export function changeLines(path: string, change: (lines: string[]) => void): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  change(lines);
  writeFileSync(path, lines.join('\n'));
}

export const notifyOf =
  (site: SampleSite, ...more: string[]) =>
  () =>
    site.notify(...more);

/** The client `one` gets everything from the first commit on. */
export const FROM_ROOT = '    contact: "#one"\n    start: root\n';
