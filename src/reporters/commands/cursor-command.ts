/** Complete commands on cursors, for people to copy from messages. */
import { shellWord } from '../../core/text/shell-word.ts';
import { commandLine, type CommandOptions } from './command-line.ts';

/** The options that name the store and the clients, as on the command line. */
export interface StorePlace {
  readonly repo: string;
  readonly cursor: string | undefined;
  readonly remote: string | undefined;
  readonly branch?: string | undefined;
  readonly clients: string | undefined;
  readonly to?: string | undefined;
  readonly config?: string | undefined;
  readonly policy: string | undefined;
  /** What stands on the command line. */
  readonly given?: CommandOptions;
}

/** The command only shows what it would do, unless `execute` is set. */
export function cursorSetCommand(client: string, place: string, at: StorePlace, execute = false): string {
  const { branch, to, config } = at;
  return commandLine(['cursor', 'set', client, place], {
    ...placeOptions(at),
    '--branch': branch,
    '--to': to,
    '--config': config,
    '--claim-for': at.given?.['--claim-for'],
    ...(execute && { '--execute': true }),
  });
}

export const cursorUnlockCommand = (client: string, at: StorePlace): string =>
  commandLine(['cursor', 'unlock', client], { ...placeOptions(at), '--execute': true });

/** The run that goes on for a client where its cursor is now, with `more` options. */
export const goOnCommand = (client: string, at: StorePlace, more: CommandOptions = {}): string =>
  commandLine([], {
    ...placeOptions(at),
    '--branch': at.branch,
    '--to': at.to,
    '--config': at.config,
    '--client': client,
    '--claim-for': at.given?.['--claim-for'],
    '--late-after': at.given?.['--late-after'],
    ...more,
  });

/** What to do about a cursor that cannot be used, and the command for it, on a line of its own. */
export const placeAnew = (
  client: string,
  at: StorePlace,
  how = 'Set it again',
): readonly [string, string] => [
  `${how} (snapshot may also be now, root or a revision):`,
  `  ${cursorSetCommand(client, 'snapshot', at)}`,
];

/** How to make the store forget a client, whose entry would then begin anew: by git's own means, or in the file. */
export function forgetLines(
  client: string,
  store: string,
  { directory, remote }: { readonly directory: string; readonly remote: string | undefined },
): readonly string[] {
  const [, prefix] = /^tag:(.+)$/s.exec(store) ?? [];
  if (prefix === undefined)
    return [
      `To forget it, take it out of "clients" and of "known" in ${store.replace(/^file:/, '')} while no run is under way.`,
    ];
  const tags = [prefix, `${prefix}/_begun`].map((place) => shellWord(`:refs/tags/${place}/${client}`));
  const where = remote === undefined || remote === directory ? '.' : shellWord(remote);
  return ['To forget it:', `  git -C ${shellWord(directory)} push ${where} ${tags.join(' ')}`];
}

const placeOptions = ({ repo, cursor, remote, clients, policy }: StorePlace) => ({
  '-C': repo === '.' ? undefined : repo,
  '--cursor': cursor,
  '--remote': remote,
  '--clients': clients,
  '--policy': policy,
});
