/** A piece of the program for other processes, which cannot read TypeScript. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The JavaScript of `script`, with all that it imports; paths are relative to the project. */
export async function bundle(script: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' },
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

export interface Script {
  readonly child: ChildProcess;
  /** The next line that it prints; undefined once it has ended. */
  line(): Promise<string | undefined>;
  /** Its exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export function start(command: string, args: readonly string[], options: { uid?: number } = {}): Script {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', ...options });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  return {
    child,
    ended,
    async line() {
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    },
  };
}
