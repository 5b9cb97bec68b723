/** The built program: inside this process, which costs a tenth, and as the process that people start. */
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TeamEvent } from '../../src/core/events/team-event.ts';
import { loadProgram, type Result, type RunInside } from './own-process.ts';

export type { Result };

export const PROGRAM = fileURLToPath(new URL('../../bin/team-events.js', import.meta.url));
export const BUNDLE = fileURLToPath(new URL('../../dist/team-events.cjs', import.meta.url));

let inside: RunInside | undefined;

/**
 * Runs the bundle of `team-events` inside this process, with nothing of its environment but PATH: what people get, but for
 * signals, pipes and what node does before and after it (that both say the same, `test/e2e/process/inside.test.ts` holds).
 */
export function teamEvents(args: readonly string[], { env = {} }: Environment = {}): Promise<Result> {
  inside ??= loadProgram(BUNDLE);
  return inside(args, environment(env));
}

export interface Environment {
  readonly env?: Readonly<Record<string, string>>;
}

const environment = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  ...(process.env['TMPDIR'] !== undefined && { TMPDIR: process.env['TMPDIR'] }),
  ...env,
});

export interface ProcessOptions extends Environment {
  readonly nodeArgs?: readonly string[];
  /** Given a way to send a signal, as soon as it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Told each piece of stderr as it comes, with a way to send a signal. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Nobody reads its stdout, which takes a few hundred kilobytes and then no more. */
  readonly stdoutUnread?: boolean;
}

/** Less than a test may take (vitest.config.ts), so that a run that does not end tells what it said, and is killed. */
const LIMIT_MS = 150_000;

/** The same as a process of its own. Rejects where it does not end, and kills it. */
export function startTeamEvents(
  args: readonly string[],
  { env = {}, nodeArgs = [], onStart, onStderr, stdoutUnread = false }: ProcessOptions = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs, PROGRAM, ...args], {
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      const said = `stdout: ${stdout.slice(-2000)}\nstderr: ${stderr.slice(-2000)}`;
      reject(new Error(`team-events ${args.join(' ')} has not ended after ${LIMIT_MS} ms\n${said}`));
    }, LIMIT_MS);
    onStart?.((signal) => child.kill(signal));
    let stdout = '';
    let stderr = '';
    if (stdoutUnread) child.on('exit', () => child.stdout.destroy());
    else child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr?.(text, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}

/** A command that the program told people to copy, taken by a shell. */
export function copied(told: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
  const words = execFileSync('sh', ['-c', `set -- ${told}; printf '%s\\0' "$@"`], { encoding: 'utf8' });
  return teamEvents(words.split('\0').slice(1, -1), { env });
}

/** The events of a dry run. */
export async function printedEvents(repo: string, ...args: string[]): Promise<TeamEvent[]> {
  const { code, stdout, stderr } = await teamEvents([
    '-C',
    repo,
    '--print-events',
    '--format',
    'ndjson',
    ...args,
  ]);
  if (code !== 0 && code !== 4) throw new Error(`exit ${code}: ${stderr}`);
  return eventsOf(stdout);
}

export const eventsOf = (ndjson: string): TeamEvent[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TeamEvent);

/** `type team`, the shortest word for an event. */
export const brief = (events: readonly TeamEvent[]): string[] =>
  events.map(({ type, subject }) => `${type} ${subject}`);
