/** Where a run writes: the result to stdout, everything else to stderr, both through the masker. */
import { once } from 'node:events';
import type { Masker } from './masker.ts';
import { createStyle, type ColorChoice, type Style } from './style.ts';

export interface Console {
  readonly style: Style;
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
  return {
    style: createStyle(color, environment, 'stdout', stdout.isTTY),
    noteStyle: createStyle(color, environment, 'stderr', stderr.isTTY),
    async print(text) {
      if (text !== '' && !stdout.write(mask(text))) await once(stdout, 'drain');
    },
    note(text) {
      stderr.write(mask(text.endsWith('\n') ? text : `${text}\n`));
    },
  };
}
