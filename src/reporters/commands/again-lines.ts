/** The commands with which a run passes that has met a history error: first to look, then to do it. */
import type { MoreOptions } from '../../errors.ts';
import type { RunCommands } from '../run-commands.ts';

/** Nothing if there are no such options. `--print-events` stands in the first, because what is sent cannot be taken back. */
export function againLines(
  commands: Pick<RunCommands, 'again'>,
  again: MoreOptions | undefined,
  client?: string,
): readonly string[] {
  if (again === undefined) return [];
  return [
    'To look first, then to send it:',
    `  ${commands.again(client, { ...again, '--print-events': true })}`,
    `  ${commands.again(client, again)}`,
  ];
}
