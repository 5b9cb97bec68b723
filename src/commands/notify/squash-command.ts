/** The command that skips a removal and its revert: the same run for one client, with the net change as one step. */
import { commandLine } from '../../reporters/commands/command-line.ts';
import type { NotifyOptions } from '../../run/run-options.ts';

type Options = Pick<
  NotifyOptions,
  'repo' | 'remote' | 'branch' | 'clients' | 'type' | 'team' | 'config' | 'policy' | 'allowHost' | 'onRewrite'
>;

/** `origin`: the options that say where the run begins. */
export function squashCommand(
  origin: { readonly '--cursor': string } | { readonly '--from': string },
  to: string,
  client: string,
  options: Options,
): string {
  const { repo, remote, branch, clients, type, team, config, policy, allowHost, onRewrite } = options;
  const ofCursors = '--cursor' in origin;
  return commandLine([], {
    '-C': repo === '.' ? undefined : repo,
    ...origin,
    '--to': to,
    '--remote': ofCursors ? remote : undefined,
    '--branch': ofCursors ? branch : undefined,
    '--clients': clients,
    '--client': client,
    '--type': type,
    '--team': team,
    '--config': config,
    '--policy': policy,
    '--allow-host': allowHost,
    '--on-rewrite': onRewrite === 'fail' ? undefined : onRewrite,
    '--squash': true,
  });
}
