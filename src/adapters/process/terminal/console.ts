/**
 * Where a run writes: the result to stdout, everything else, masked, to stderr. The result holds events, whose bytes
 * may not be touched, and what receivers said, which was masked when it came.
 */
import type { Redactor } from '../secrets/redactor.ts';
import { openOutput, type Output } from './output.ts';
import { createStyle, type ColorChoice, type Style } from './style.ts';

/** How long the reader of a result may take nothing of it before it is given up, once the run is told to end. */
const PATIENCE_AT_STOP_MS = 1000;
/** And of messages, at any end; what only shows something waits for the reader of its result as any filter does. */
const PATIENCE_FOR_NOTES_MS = 30_000;
/** More messages than this, in bytes, are not kept for a reader that takes none. */
const MAX_NOTES_WAITING = 1024 * 1024;

export interface Console {
  readonly style: Style;
  /** Whether nobody reads the result any more, or it cannot be written. */
  readonly closed: boolean;
  /** How much of the result its reader has not taken yet, in bytes. */
  readonly waiting: number;
  /** The result. Waits where the reader is slower. */
  print(text: string): Promise<void>;
  /** The result as commands for a CI system; see {@link Output.command}. */
  command(lines: string): Promise<void>;
  /** From now on the result is no longer waited with for a reader that takes nothing of it for so long. */
  waitAtMost(milliseconds: number): void;
  /** Logs, warnings, progress. A line break inside a line came from outside, and is shown as an escape. */
  note(lines: string | readonly string[]): void;
  readonly noteStyle: Style;
}

export interface ProcessConsole extends Console {
  /**
   * Waits until all has been taken, and tells what became of the result: `whole`, also where its reader wanted no
   * more; `cut` short, as nobody read it; `failed`, where it could not be written.
   */
  end(): Promise<'whole' | 'cut' | 'failed'>;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** `stop` aborts when the run is told to end. */
export function createConsole(
  { stdout, stderr }: Streams,
  environment: NodeJS.ProcessEnv,
  color: ColorChoice,
  { redact }: Pick<Redactor, 'redact'>,
  stop: AbortSignal,
): ProcessConsole {
  const style = createStyle(color, environment, 'stdout', stdout.isTTY);
  const noteStyle = createStyle(color, environment, 'stderr', stderr.isTTY);
  const result = openOutput(stdout, style.level > 0);
  const notes = openOutput(stderr, noteStyle.level > 0);
  let patienceMs = Infinity;
  let cut = false;
  let unread = 0;

  const note = (lines: string | readonly string[]): void => {
    if (notes.waiting > MAX_NOTES_WAITING) unread++;
    // Masked as a whole: a secret may be wrapped, inside a line or over several.
    else void notes.write(`${redact([lines].flat().map(marked).join('\n')).replaceAll(MARK, '\\n')}\n`);
  };
  const printBy = async (written: () => Promise<void>): Promise<void> => {
    if (cut || (await isTaken(result, written(), patienceMs, stop)) || cut) return;
    cut = true;
    note('nobody reads stdout: the rest of the result was not printed');
  };
  const print = (text: string): Promise<void> => printBy(() => result.write(text));
  return {
    style,
    noteStyle,
    get closed() {
      return result.closed || result.failure !== undefined || (cut && !stop.aborted);
    },
    get waiting() {
      return result.waiting;
    },
    print,
    command: (lines) => printBy(() => result.command(lines)),
    waitAtMost(milliseconds) {
      patienceMs = milliseconds;
    },
    note,
    async end() {
      await print('');
      const { failure } = result;
      if (failure !== undefined) {
        note(`the result could not be written to stdout: ${failure}`);
        note('What was sent is sent all the same. Make room there, or write it elsewhere.');
      }
      const told = await isTaken(notes, notes.write(''), PATIENCE_FOR_NOTES_MS, stop);
      if (told && unread > 0) {
        note(`${unread} messages were left out, as nobody read stderr`);
        await isTaken(notes, notes.write(''), PATIENCE_FOR_NOTES_MS, stop);
      }
      return failure !== undefined ? 'failed' : cut ? 'cut' : 'whole';
    },
  };
}

/** Stands for the line breaks inside a line; as good as one to the redactor. */
const MARK = '\r';
const marked = (line: string): string => line.replace(/\r?\n|\r/g, MARK);

/** Waits for what is being written as long as the reader takes anything of what is on its way. */
async function isTaken(
  output: Output,
  writing: Promise<void>,
  patienceMs: number,
  stop: AbortSignal,
): Promise<boolean> {
  const written = writing.then(() => 'written' as const);
  for (;;) {
    const before = output.waiting;
    const why = await firstOf(
      written,
      stop.aborted ? Math.min(patienceMs, PATIENCE_AT_STOP_MS) : patienceMs,
      stop,
    );
    if (why === 'written') return true;
    if (why === 'late' && output.waiting === before) return false;
  }
}

function firstOf(
  written: Promise<'written'>,
  patienceMs: number,
  stop: AbortSignal,
): Promise<'written' | 'stop' | 'late'> {
  return new Promise((resolve) => {
    const stopped = (): void => end('stop');
    const timer = patienceMs === Infinity ? undefined : setTimeout(() => end('late'), patienceMs);
    const end = (why: 'written' | 'stop' | 'late'): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
      resolve(why);
    };
    stop.addEventListener('abort', stopped);
    void written.then(end);
  });
}
