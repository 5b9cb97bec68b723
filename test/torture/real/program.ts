/** The built program as a process that may be killed at any time. */
import { spawn } from 'node:child_process';
import { PROGRAM } from '../../support/program.ts';

export interface ProgramEnd {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<ProgramEnd>;
  /** Of the program alone: git that it has started lives on, as it would. */
  signal(signal: NodeJS.Signals): void;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** A command that runs it, such as strace with its options. */
  readonly through?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Beside the run before it. Else its clock is an hour ahead of that one's: the claims of the dead have lapsed by then. */
  readonly beside?: boolean;
}

let hours = 0;

const clockAhead = (): string => {
  const shift = `const now = Date.now; Date.now = () => now() + ${hours * 3_600_000};`;
  return `--import=data:text/javascript,${encodeURIComponent(shift)}`;
};

export function startProgram(
  args: readonly string[],
  { cwd, through = [], env = {}, beside = false }: ProgramOptions = {},
): Running {
  if (!beside) hours++;
  const [command = '', ...rest] = [...through, process.execPath, PROGRAM, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      NODE_OPTIONS: clockAhead(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.on('error', reject);
    // Not `close`: git that outlives the program holds its output open.
    child.on('exit', (code) => setImmediate(() => resolve({ code, stdout, stderr })));
  });
  return { ended, signal: (signal) => child.kill(signal) };
}

export const runProgram = (args: readonly string[], options?: ProgramOptions): Promise<ProgramEnd> =>
  startProgram(args, options).ended;
