/** `team-events cursor unlock`: removes the claim of a run that will not release it. */
import { clientsPath } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { claimState, DEFAULT_CLAIM_MS, type ClaimState } from '../../core/cursor/claim.ts';
import type { Cursor } from '../../core/cursor/cursor.ts';
import { printable } from '../../core/text/log-safe.ts';
import { CursorError, EXIT, type ExitCode } from '../../errors.ts';
import { cursorUnlockCommand, goOnCommand, placeAnew } from '../../reporters/commands/cursor-command.ts';
import { withCursors, writeCursor, type StoreOptions } from '../../run/lanes/open-cursors.ts';
import { runName } from '../../run/lanes/run-name.ts';
import { notThere } from './show.ts';

export interface UnlockOptions extends Omit<StoreOptions, 'branch'> {
  readonly clients: string | undefined;
  readonly execute: boolean;
}

const CLAIMED: Readonly<Record<ClaimState, string>> = {
  valid: 'claimed by',
  lapsed: 'claimed (lapsed) by',
  unbelievable: 'claimed (for longer than allowed) by',
};

export async function unlockCursor(
  client: string,
  options: UnlockOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { console, environment } = context;
  const storeOptions = { ...options, branch: undefined };
  return withCursors(storeOptions, !options.execute, context, async ({ store, stored, repository }) => {
    const found = stored.cursors.get(client);
    if (found === undefined && !stored.known.has(client)) {
      if (!isInFile(client, repository, options.clients)) throw notThere(client, store, stored);
      await console.print(`${printable(client)} has not begun: nothing to unlock\n`);
      return EXIT.done;
    }
    if (found?.kind !== 'cursor') {
      throw new CursorError(
        `the cursor of ${client} is ${found ? `corrupt: ${found.message}` : 'gone'}`,
        placeAnew(client, options),
      );
    }
    const { claim, run: _, ...rest } = found.cursor;
    if (claim === undefined) {
      await console.print(`no run has claimed ${printable(client)}: nothing to unlock\n`);
      return EXIT.done;
    }
    const has = CLAIMED[claimState(claim, Date.now(), DEFAULT_CLAIM_MS)];
    await console.print(`${printable(client)} is ${has} ${printable(claim.run)} until ${claim.until}\n`);
    if (!options.execute) {
      console.note([
        'If that run is alive, it stops at its next write; events accepted since its last write are sent again.',
        'Nothing was changed. To remove the claim:',
        `  ${cursorUnlockCommand(client, options)}`,
      ]);
      return EXIT.done;
    }
    const cursor: Cursor = { ...rest, run: runName(environment) };
    await writeCursor(store, client, { expected: found.version, cursor }, context);
    await console.print(`${printable(client)} is free\n`);
    console.note(['The next run serves it. To run it now:', `  ${goOnCommand(client, options)}`]);
    return EXIT.done;
  });
}

function isInFile(client: string, repository: Repository, named: string | undefined): boolean {
  const { clients, misconfigured } = readClientsFile(clientsPath(repository, named));
  return [...clients, ...misconfigured].some(({ name }) => name === client);
}
