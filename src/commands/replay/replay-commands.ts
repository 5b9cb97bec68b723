/** The command of a replay, for people to copy. */
import { checkLines } from '../../reporters/commands/check-lines.ts';
import { andGiven, commandLine } from '../../reporters/commands/command-line.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import { cursorUnlockCommand } from '../../reporters/commands/cursor-command.ts';
import type { ReplayOptions } from './plan-replay.ts';

/** The same replay again; it sends. */
export function replayCommands(options: ReplayOptions): RunCommands {
  const { repo, range, since, until, to, cursor, remote, branch, clients, client, type, team } = options;
  const { config, policy, allowHost, given } = options;
  const timed = (milliseconds: number | undefined): string | undefined =>
    milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
  return {
    again: (name, more = {}) =>
      commandLine(['replay', ...(range === undefined ? [] : [range])], {
        ...andGiven(
          {
            '-C': repo === '.' ? undefined : repo,
            '--since': timed(since),
            '--until': timed(until),
            '--to': range === undefined ? to : undefined,
            '--cursor': cursor,
            '--remote': remote,
            '--branch': branch,
            '--clients': clients,
            '--client': name ?? client,
            '--type': type,
            '--team': team,
            '--config': config,
            '--policy': policy,
            '--allow-host': allowHost,
          },
          given,
        ),
        ...more,
        '--execute': true,
      }),
    check: checkLines(options),
    ...(cursor !== undefined && { unlock: (name: string) => cursorUnlockCommand(name, options) }),
  };
}
