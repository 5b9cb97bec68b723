/** What helps with a run, as whole commands for people to copy. */
import type { MoreOptions } from '../errors.ts';

export interface RunCommands {
  /** The same run again, for one client if it is named, with more options. */
  again(client?: string | readonly string[], more?: MoreOptions): string;
  /** Options that the first run of a client needs again if that has not begun yet. */
  readonly beginning?: MoreOptions | undefined;
  /** The run for one client that sends the net change only; absent where there is none. */
  squash?(client: string): string;
  /** What to do about a file that cannot be used. */
  readonly check?: readonly string[];
  /** Removes the claim of a dead run; absent where no cursors are kept. */
  unlock?(client: string): string;
}
