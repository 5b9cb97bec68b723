/** The file of a run's report (`--report`). */
import { statSync, accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'path/posix';
import { logSafe } from '../../core/text/log-safe.ts';
import { UsageError } from '../../errors.ts';
import { writeFile } from './write-file.ts';

/** Checks that the report can be written at the end of the run. @throws {UsageError} */
export function requireWritable(path: string): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known?.isDirectory()) throw new UsageError(`cannot write the report ${path}: it is a folder`);
    accessSync(known ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write the report ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Writes the report. Returns the error message if that fails; what was sent stays sent. */
export async function writeReport(
  path: string,
  report: object,
  patienceMs: number,
): Promise<string | undefined> {
  try {
    await writeFile(path, logSafe(`${JSON.stringify(report, null, 2)}\n`), patienceMs);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `the run is over, but its report ${path} could not be written: ${code}`;
  }
}
