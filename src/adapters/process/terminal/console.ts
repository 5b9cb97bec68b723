/**
 * A run's output: the result goes to stdout, everything else, redacted, to stderr. The result holds events, whose bytes
 * must not change, and messages of receivers, which were redacted on arrival.
 */
import type { Redactor } from '../secrets/redactor.ts';
import { openOutput, type Output } from './output.ts';
import { createStyle, type ColorChoice, type Style } from './style.ts';

/** Once the run was told to stop: how long the reader of a result may take nothing before it is given up. */
const PATIENCE_AT_STOP_MS = 1000;
/**
 * The same for messages, at any end. Without a stop, the reader of a result is waited for without limit, as filters do.
 */
const PATIENCE_FOR_NOTES_MS = 30_000;
/** If this many bytes of messages are waiting for a reader, further ones are dropped. */
const MAX_NOTES_WAITING = 1024 * 1024;

export interface Console {
  readonly style: Style;
  /** Whether nobody reads the result any more, or it cannot be written. */
  readonly closed: boolean;
  /** Bytes of the result that its reader has not taken yet. */
  readonly waiting: number;
  /** Prints the result. Waits if the reader is slower. */
  print(text: string): Promise<void>;
  /** The result as commands for a CI system; see {@link Output.command}. */
  command(lines: string): Promise<void>;
  /** From now on, gives up on a reader of the result that takes nothing for this long. */
  waitAtMost(milliseconds: number): void;
  /** Logs, warnings, progress. A line break inside a line came from outside, and is shown escaped. */
  note(lines: string | readonly string[]): void;
  readonly noteStyle: Style;
}

export interface ProcessConsole extends Console {
  /**
   * Waits until everything has been taken, and tells what happened to the result: `whole`, also if its reader closed
   * early; `cut` short, because nobody read it; `failed`, if it could not be written.
   */
  end(): Promise<'whole' | 'cut' | 'failed'>;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** `stop` aborts when the run is told to stop. */
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
    // Redacted as a whole, because a secret may be wrapped within a line or over several.
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
        note('What was sent stays sent. Make room there, or write the result elsewhere.');
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

/** Stands for a line break inside a line; the redactor treats it as one. */
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
