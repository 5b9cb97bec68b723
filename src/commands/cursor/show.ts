/** `team-events cursor show`: shows the store's contents as they are. */
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import type { CursorStore, StoredCursors } from '../../core/cursor/cursor-store.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { withCursors, type StoreOptions } from '../../run/lanes/open-cursors.ts';
import { CURSOR_REPORTERS, type CursorFormat } from './formats/formats.ts';
import { shownEntries } from './shown-cursors.ts';

export interface ShowOptions extends Omit<StoreOptions, 'policy' | 'branch'> {
  /** If given, its clients that have not begun are shown too, and cursors of clients not in it are marked. */
  readonly clients: string | undefined;
  readonly format: CursorFormat;
}

/** Shows one client, or all if none is named. */
export async function showCursors(
  client: string | undefined,
  options: ShowOptions,
  context: RunContext,
): Promise<ExitCode> {
  const requested = { ...options, policy: undefined, branch: undefined };
  return withCursors(requested, true, context, async ({ store, stored }) => {
    const { console } = context;
    const named = options.clients === undefined ? undefined : namesIn(options.clients);
    const clients = shownEntries(stored, named).filter(
      (entry) => client === undefined || entry.client === client,
    );
    if (client !== undefined && clients.length === 0) throw notThere(client, store, stored);
    if (clients.length === 0 && options.format === 'text') console.note(`${store.name} holds no cursor`);
    const { branch } = stored;
    const shown = {
      store: store.name,
      branch:
        branch === undefined ? null : { name: branch.name, remote: branch.remote, tip: branch.tip ?? null },
      clients,
      others: client === undefined ? stored.others : [],
    };
    const report = await CURSOR_REPORTERS[options.format]();
    await console.print(report(shown, named, console.style));
    return EXIT.done;
  });
}

export const notThere = (client: string, { name }: CursorStore, { known }: StoredCursors): UsageError =>
  new UsageError(
    `${name} holds no cursor of ${client}`,
    `It holds those of: ${[...known].sort().join(', ') || '(none)'}`,
  );

function namesIn(path: string): ReadonlySet<string> {
  const { clients, misconfigured } = readClientsFile(path);
  return new Set(
    [...clients, ...misconfigured].map(({ name }) => name).filter((name) => CLIENT_NAME.test(name)),
  );
}
