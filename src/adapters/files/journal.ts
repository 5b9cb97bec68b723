/** The file of `--journal`: a line for each attempt, added as it ends. It never hinders what it tells of. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { JournalLine } from '../../core/delivery/journal-line.ts';
import { logSafe } from '../../core/text/log-safe.ts';
import { UsageError } from '../../errors.ts';

export interface Journal {
  /** Never throws: after the first line that cannot be written, none is. */
  add(line: JournalLine): void;
  /** Returns an error message if lines are missing. */
  close(): string | undefined;
}

/** A pipe or device that takes nothing now must not stop the run. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;

/** Adds to what is there. @throws {UsageError} if the file cannot be opened for that */
export function openJournal(path: string): Journal {
  let file: number;
  try {
    file = openSync(path, FLAGS, 0o666);
  } catch (error) {
    throw new UsageError(`cannot write the journal ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
  let failure: string | undefined;
  let missing = 0;
  const write = (line: JournalLine): void => {
    const bytes = Buffer.from(logSafe(`${JSON.stringify(line)}\n`));
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  };
  return {
    add(line) {
      if (failure === undefined) {
        try {
          write(line);
          return;
        } catch (error) {
          failure = (error as NodeJS.ErrnoException).code ?? String(error);
        }
      }
      missing++;
    },
    close() {
      closeSync(file);
      return failure === undefined
        ? undefined
        : `the run is over, but its journal ${path} could not be written: ${failure}; attempts that are not in it: ${missing}`;
    },
  };
}
