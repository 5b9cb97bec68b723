/** `team-events cursor set`: places a client by hand, after showing what that would send again or never send. */
import { clientsPath } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { readCommits } from '../../adapters/git/history/commits.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Beginning } from '../../core/cursor/beginning.ts';
import type { Cursor } from '../../core/cursor/cursor.ts';
import { printable } from '../../core/text/log-safe.ts';
import { ConflictError, EXIT, type ExitCode } from '../../errors.ts';
import {
  cursorSetCommand,
  cursorUnlockCommand,
  goOnCommand,
} from '../../reporters/commands/cursor-command.ts';
import { withCursors, writeCursor } from '../../run/lanes/open-cursors.ts';
import { runName } from '../../run/lanes/run-name.ts';
import { moveText } from './move-text.ts';
import { planMove, type SetOptions } from './plan-move.ts';

/** `destination`: `now`, `snapshot`, `root`, `after:evt_…` or a revision. */
export async function setCursor(
  client: string,
  destination: string,
  options: SetOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { console, environment, stop } = context;
  const storeOptions = { ...options, mends: true } as const;
  return withCursors(storeOptions, !options.execute, context, async (cursors) => {
    const { store, stored, repository, corrupt } = cursors;
    if (corrupt !== undefined) console.note(`${console.noteStyle.yellow('warning')}: ${corrupt.message}`);
    const { move, wanted, before } = await planMove(client, destination, cursors, options, stop.stopping);
    const { beginning } = before;
    if (options.execute && beginning.kind === 'claimed') throw held(client, beginning, options);
    await console.print(moveText(move, await readCommits(repository, move.commits), console.style));
    if (move.kind === 'there' && corrupt === undefined) return EXIT.done;
    if (!options.execute) {
      if (beginning.kind === 'claimed') {
        console.note(`${held(client, beginning, options).message}: --execute would be refused`);
      }
      if (corrupt !== undefined) {
        console.note(
          'With --execute a copy of the file is kept, and a new one is written with what can be read of it. Clients whose ' +
            'cursors are lost are then reported as gone, and have to be placed in the same way.',
        );
      }
      console.note([
        'Nothing was changed. To do it:',
        `  ${cursorSetCommand(client, destination, options, true)}`,
      ]);
      return EXIT.done;
    }
    if (corrupt !== undefined) {
      const { clients, misconfigured } = readClientsFile(clientsPath(repository, options.clients));
      const copy = await store.restart?.([...clients, ...misconfigured].map(({ name }) => name));
      console.note(`The corrupt file is kept as ${copy}`);
    }
    const cursor: Cursor = { ...wanted, run: runName(environment) };
    const expected = stored.cursors.get(client)?.version;
    await writeCursor(store, client, { expected, cursor }, context);
    await console.print(`${printable(client)} is set\n`);
    if (!move.anyEvent)
      console.note(['The next run goes on there. To run it now:', `  ${goOnCommand(client, options)}`]);
    return EXIT.done;
  });
}

const held = (
  client: string,
  { run, until }: Extract<Beginning, { kind: 'claimed' }>,
  options: SetOptions,
): ConflictError =>
  new ConflictError(
    `${client} is claimed by ${run} until ${until}`,
    `Wait for it. If that run is dead: ${cursorUnlockCommand(client, options)}`,
  );
