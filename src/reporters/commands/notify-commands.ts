/** Complete commands for a run of `notify`, for people to copy from its verdict. */
import type { RunCommands } from '../run-commands.ts';
import { checkLines } from './check-lines.ts';
import { andGiven, commandLine, type CommandOptions } from './command-line.ts';
import { cursorUnlockCommand } from './cursor-command.ts';

/** The options that a run is repeated with, as the command line declares them. */
export interface RepeatedOptions {
  readonly repo: string;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  readonly clients: string | undefined;
  readonly client: readonly string[];
  readonly type: readonly string[];
  readonly team: readonly string[];
  readonly config: string | undefined;
  readonly policy: string | undefined;
  readonly allowHost: readonly string[];
  readonly onRewrite?: string;
  readonly squash?: boolean;
  readonly init?: boolean;
  /** What stands on the command line: what is not said here is repeated as it was written. */
  readonly given?: CommandOptions;
}

/** Options that a command says anew: what is asked for, and at its end what is different from the run before. */
const SAID_ANEW = ['--from', '--cursor', '--on-rewrite', '--squash', '--init', '--print-events'];

/** `origin`: what the run is asked for, as options. `to`: the full id of its end. */
export function notifyCommands(
  origin: { readonly '--cursor': string } | { readonly '--from': string },
  asked: { readonly to: string },
  to: string,
  options: RepeatedOptions,
): RunCommands {
  const ofCursors = '--cursor' in origin;
  const { onRewrite = 'fail', squash = false, client: chosen } = options;
  const of = (
    client: string | readonly string[],
    end: string | undefined,
    more: CommandOptions,
    isSquashed: boolean,
  ): string =>
    commandLine([], {
      ...andGiven(
        {
          '-C': options.repo === '.' ? undefined : options.repo,
          ...origin,
          '--to': end,
          ...repeated(options, ofCursors),
          '--client': client,
        },
        options.given,
        SAID_ANEW,
      ),
      '--on-rewrite': onRewrite === 'fail' ? undefined : onRewrite,
      ...(isSquashed && { '--squash': true }),
      ...more,
      '--allow-host': [...options.allowHost, ...[more['--allow-host'] ?? []].flat().filter(isText)],
    });
  const end = ofCursors && asked.to === 'HEAD' ? undefined : asked.to;
  return {
    again: (client, more = {}) => of(client ?? chosen, end, more, squash),
    check: checkLines(options),
    ...(options.init && { beginning: { '--init': true } }),
    // The whole id: what is skipped is what was looked at.
    squash: (client) => of(client, to, {}, true),
    ...(ofCursors && {
      unlock: (client: string) => cursorUnlockCommand(client, { ...options, cursor: origin['--cursor'] }),
    }),
  };
}

function repeated(options: RepeatedOptions, ofCursors: boolean): CommandOptions {
  const { remote, branch, clients, type, team, config, policy, allowHost } = options;
  return {
    '--remote': ofCursors ? remote : undefined,
    '--branch': ofCursors ? branch : undefined,
    '--clients': clients,
    '--type': type,
    '--team': team,
    '--config': config,
    '--policy': policy,
    '--allow-host': allowHost,
  };
}

const isText = (value: string | true): value is string => value !== true;
