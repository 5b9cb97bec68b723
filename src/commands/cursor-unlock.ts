/** `team-events cursor unlock`: takes away the claim of a run that will not give it back. */
import type { Cursor } from '../cursor/cursor.ts';
import { CursorError, EXIT, type ExitCode } from '../errors.ts';
import { readClientsFile } from '../files/clients-on-disk.ts';
import type { Repository } from '../git/repository.ts';
import { printable } from '../report/style.ts';
import { clientsPath } from './choose-clients.ts';
import { commandLine } from './command-line.ts';
import { notThere } from './cursor-show.ts';
import type { Surroundings } from './notify.ts';
import { runName } from './run-name.ts';
import { withCursors, writeCursor, type StoreOptions } from './with-cursors.ts';

export interface UnlockOptions extends Omit<StoreOptions, 'branch'> {
  readonly clients: string | undefined;
  readonly execute: boolean;
}

export async function unlockCursor(
  client: string,
  options: UnlockOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { console, environment, stop } = surroundings;
  const words = { ...options, branch: undefined };
  return withCursors(words, !options.execute, surroundings, async ({ store, stored, repository }) => {
    const found = stored.cursors.get(client);
    if (found === undefined && !stored.known.has(client)) {
      if (!isInFile(client, repository, options.clients)) throw notThere(client, store, stored);
      await console.print(`${client} has not begun: nothing to unlock\n`);
      return EXIT.done;
    }
    if (found?.kind !== 'cursor') {
      throw new CursorError(
        `the cursor of ${client} is ${found ? `corrupt: ${found.message}` : 'gone'}`,
        `Place it anew: team-events cursor set ${client} REVISION`,
      );
    }
    const { claim, run: _, ...rest } = found.cursor;
    if (claim === undefined) {
      await console.print(`no run has claimed ${client}: nothing to unlock\n`);
      return EXIT.done;
    }
    const has = Date.parse(claim.until) > Date.now() ? 'claimed by' : 'claimed, though that has lapsed, by';
    await console.print(`${client} is ${has} ${printable(claim.run)} until ${claim.until}\n`);
    if (!options.execute) {
      const { repo, cursor, remote, clients, policy } = options;
      const again = commandLine(['cursor', 'unlock', client], {
        '-C': repo === '.' ? undefined : repo,
        '--cursor': cursor,
        '--remote': remote,
        '--clients': clients,
        '--policy': policy,
        '--execute': true,
      });
      console.note(
        `If that run is alive, it stops at its next write, and what it was accepted since the last is sent again.\n` +
          `Nothing was changed. To take the claim away:\n  ${again}`,
      );
      return EXIT.done;
    }
    const cursor: Cursor = { ...rest, run: runName(environment) };
    await writeCursor(store, client, { expected: found.version, cursor }, stop.end);
    await console.print(`${client} is free\n`);
    return EXIT.done;
  });
}

function isInFile(client: string, repository: Repository, named: string | undefined): boolean {
  const { clients, misconfigured } = readClientsFile(clientsPath(repository, named));
  return [...clients, ...misconfigured].some(({ name }) => name === client);
}
