/** `team-events cursor show`: what the store holds, as it holds it. */
import { trailersOf } from '../../adapters/cursor-stores/tag-message.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Style } from '../../adapters/process/terminal/style.ts';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import { storedForm, type StoredForm } from '../../core/cursor/cursor-schema.ts';
import type { CursorStore, StoredCursors } from '../../core/cursor/cursor-store.ts';
import { printable } from '../../core/text/log-safe.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { withCursors, type StoreOptions } from '../../run/lanes/open-cursors.ts';

export interface ShowOptions extends Omit<StoreOptions, 'policy' | 'branch'> {
  /** Where it is named, its clients that have not begun are shown too, and those that it does not hold are marked. */
  readonly clients: string | undefined;
  readonly format: 'text' | 'json';
}

/** Absent is null. */
interface ShownEntry {
  readonly client: string;
  readonly kind: 'cursor' | 'corrupt' | 'gone' | 'new';
  readonly cursor: StoredForm | null;
  /** Why it cannot be used. */
  readonly problem: string | null;
  /** What moves it has to name this: of a tag the object. */
  readonly version: string | null;
}

/** Of all clients where none is named. */
export async function showCursors(
  client: string | undefined,
  options: ShowOptions,
  context: RunContext,
): Promise<ExitCode> {
  const storeOptions = { ...options, policy: undefined, branch: undefined };
  return withCursors(storeOptions, true, context, async ({ store, stored }) => {
    const { console } = context;
    const named = options.clients === undefined ? undefined : namesIn(options.clients);
    const shown = entriesOf(stored, named).filter((entry) => client === undefined || entry.client === client);
    if (client !== undefined && shown.length === 0) throw notThere(client, store, stored);
    const others = client === undefined ? stored.others : [];
    if (options.format === 'json') {
      const { name, remote, tip = null } = stored.branch ?? {};
      const branch = name === undefined ? null : { name, remote, tip };
      const whole = { version: 1, store: store.name, branch, clients: shown, others };
      await console.print(`${JSON.stringify(whole)}\n`);
      return EXIT.done;
    }
    if (shown.length === 0) console.note(`${store.name} holds no cursor`);
    await console.print(shown.map((entry) => entryText(entry, named, console.style)).join('\n'));
    for (const ref of others) await console.print(`\n${printable(ref)} is no cursor\n`);
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

const entriesOf = ({ cursors, known }: StoredCursors, named: ReadonlySet<string> = new Set()): ShownEntry[] =>
  [...new Set([...known, ...named])].sort().map((client) => {
    const stored = cursors.get(client);
    if (!known.has(client)) return { client, kind: 'new', cursor: null, problem: null, version: null };
    if (stored === undefined) return { client, kind: 'gone', cursor: null, problem: null, version: null };
    const { kind, version } = stored;
    return kind === 'cursor'
      ? { client, kind, cursor: storedForm(stored.cursor), problem: null, version }
      : { client, kind, cursor: null, problem: stored.message, version };
  });

const WITHOUT_CURSOR: Readonly<Partial<Record<ShownEntry['kind'], string>>> = {
  gone: 'gone: it has begun, but there is no cursor',
  new: 'it has not begun',
};

function entryText(
  { client, kind, cursor, problem, version }: ShownEntry,
  named: ReadonlySet<string> | undefined,
  style: Style,
): string {
  const lines = cursor
    ? [['Commit', cursor.commit] as const, ...trailersOf(cursor)].map(([key, value]) => `${key}: ${value}`)
    : [WITHOUT_CURSOR[kind] ?? `corrupt: ${problem}`];
  if (named?.has(client) === false) lines.push('Not in the clients file');
  if (version !== null) lines.push(`Version: ${version}`);
  return `${style.bold(printable(client))}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
}
