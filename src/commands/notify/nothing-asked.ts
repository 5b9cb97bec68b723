/** What to say where neither a range nor a cursor is named: the commands to choose from, each whole. */
import { openRepository } from '../../adapters/git/clone/repository.ts';
import { UsageError, type MoreOptions } from '../../errors.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import { startBefore } from '../../run/event-log/range.ts';

/** `to`: the end of a range without a start. `args`: the command line as it was given. */
export async function nothingAsked(
  to: string | undefined,
  repo: string,
  args: readonly string[],
): Promise<UsageError> {
  const given = (more: MoreOptions): string => `  ${commandLine(args, more)}`;
  // Where it cannot be opened, the command that is pasted says why.
  const repository = await openRepository(repo).catch(() => undefined);
  const from = await startBefore(repository, to ?? 'HEAD');
  if (to !== undefined)
    return new UsageError('--to needs --from or --cursor', [
      'To send what is pending for each client:',
      given({ '--cursor': 'tag:team-events' }),
      'To send the events of a range, such as that commit:',
      given({ '--from': from }),
    ]);
  return new UsageError('nothing is sent without a range or a cursor', [
    'To see what the last change of the catalogue would send:',
    given({ '--print-events': true }),
    'To send what is pending for each client, and remember how far each got:',
    given({ '--cursor': 'tag:team-events' }),
    'To send the events of a range, such as the last commit:',
    given({ '--from': from, '--to': 'HEAD' }),
  ]);
}
