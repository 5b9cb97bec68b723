/** Complete commands on cursors, for people to copy from messages. */
import { commandLine } from './command-line.ts';

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
}

/** The command only shows what it would do, unless `execute` is set. */
export function cursorSetCommand(client: string, place: string, at: StorePlace, execute = false): string {
  const { branch, to, config } = at;
  return commandLine(['cursor', 'set', client, place], {
    ...placeOptions(at),
    '--branch': branch,
    '--to': to,
    '--config': config,
    ...(execute && { '--execute': true }),
  });
}

export const cursorUnlockCommand = (client: string, at: StorePlace): string =>
  commandLine(['cursor', 'unlock', client], { ...placeOptions(at), '--execute': true });

/** What to do about a cursor that cannot be used, and the command for it, on a line of its own. */
export const placeAnew = (
  client: string,
  at: StorePlace,
  how = 'Set it again',
): readonly [string, string] => [
  `${how} (snapshot may also be now, root or a revision):`,
  `  ${cursorSetCommand(client, 'snapshot', at)}`,
];

const placeOptions = ({ repo, cursor, remote, clients, policy }: StorePlace) => ({
  '-C': repo === '.' ? undefined : repo,
  '--cursor': cursor,
  '--remote': remote,
  '--clients': clients,
  '--policy': policy,
});
