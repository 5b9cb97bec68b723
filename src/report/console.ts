/**
 * Where a run writes: the result to stdout, everything else, masked, to stderr. The result holds events, whose bytes
 * may not be touched, and what receivers said, which was masked when it came.
 */
import type { Masker } from './masker.ts';
import { createStyle, type ColorChoice, type Style } from './style.ts';

export interface Console {
  readonly style: Style;
  /** Whether nobody reads the result any more. */
  readonly closed: boolean;
  /** The result. Waits where the reader is slower. */
  print(text: string): Promise<void>;
  /** Logs, warnings, progress; one line or several. */
  note(text: string): void;
  readonly noteStyle: Style;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function createConsole(
  { stdout, stderr }: Streams,
  environment: NodeJS.ProcessEnv,
  color: ColorChoice,
  { mask }: Pick<Masker, 'mask'>,
): Console {
  // A reader such as `head` that has seen enough is no failure, and no reason to stop sending.
  let closed = false;
  let silent = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
    stdout.emit('drain'); // for whoever waits to write more
  });
  stderr.on('error', () => (silent = true));
  return {
    style: createStyle(color, environment, 'stdout', stdout.isTTY),
    noteStyle: createStyle(color, environment, 'stderr', stderr.isTTY),
    get closed() {
      return closed;
    },
    async print(text) {
      if (closed || text === '' || stdout.write(text)) return;
      await new Promise((resolve) => stdout.once('drain', resolve));
    },
    note(text) {
      if (!silent) stderr.write(mask(text.endsWith('\n') ? text : `${text}\n`));
    },
  };
}
