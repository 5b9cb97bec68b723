/**
 * Cursors in one JSON file, for one run at a time.
 *
 *     { "version": 1, "known": ["gitlab-groups"], "clients": { "gitlab-groups": { "commit": "8c1f…", … } } }
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { CLIENT_NAME } from '../clients/client-schema.ts';
import { CursorError } from '../errors.ts';
import { strictMapping } from '../yaml/checked-file.ts';
import { isMapping } from '../yaml/yaml-text.ts';
import type { Cursor } from './cursor.ts';
import { cursorSchema, problemsOf, storedForm, type StoredForm } from './cursor-schema.ts';
import type { CursorStore, Version, WriteResult } from './cursor-store.ts';
import { lockFile, type LockOptions } from './file-lock.ts';
import { cannot, replaceFile, sweepTemporary } from './replace-file.ts';

const clientName = v.pipe(v.string(), v.regex(CLIENT_NAME, 'this is no client name'));
const fileSchema = strictMapping({
  version: v.literal(1, 'expected 1: another version of team-events has written this'),
  known: v.optional(v.array(clientName, 'expected a list of client names'), []),
  clients: v.custom<Record<string, unknown>>(isMapping, 'expected a mapping of client names to cursors'),
});

interface Kept {
  readonly cursor: Cursor;
  readonly form: StoredForm;
  readonly version: Version;
}

interface Content {
  readonly known: ReadonlySet<string>;
  readonly cursors: ReadonlyMap<string, Kept>;
}

/**
 * Locks the file until the store is closed; with `readOnly` it does not, and cannot write.
 * @throws {CursorError} where the folder is not there @throws {ConflictError} where another run holds it
 */
export function openFileStore(
  given: string,
  { readOnly = false, ...options }: { readonly readOnly?: boolean } & Partial<LockOptions> = {},
): CursorStore {
  const path = locate(given);
  const lock = readOnly ? undefined : lockFile(path, options);
  let open = true;
  let swept = lock === undefined;
  /** What was read or written last: thousands of cursors are not understood anew at each write. */
  let last: { readonly text: string; readonly content: Content } | undefined;
  const load = (): Content => {
    // Before anything is read: what a run that has lost the lock is about to rename is then gone.
    if (!swept && lock?.isHeld()) sweepTemporary(path);
    swept = true;
    const text = textOf(path);
    if (text === undefined) return { known: new Set(), cursors: new Map() };
    if (text !== last?.text) last = { text, content: parse(path, text) };
    return last.content;
  };
  return {
    name: `file:${given}`,
    shared: false,
    async read() {
      const { known, cursors } = load();
      return {
        cursors: new Map(
          [...cursors].map(([name, { cursor, version }]) => [name, { kind: 'cursor', cursor, version }]),
        ),
        known,
        empty: known.size === 0,
        others: [],
        branch: undefined,
      };
    },
    async write(changes) {
      if (!open || lock === undefined) throw new Error(`${path} is not open for writing`);
      const before = load();
      const cursors = new Map(before.cursors);
      const results = new Map<string, WriteResult>();
      for (const [name, { expected, cursor }] of changes) {
        if (before.cursors.get(name)?.version !== expected) {
          results.set(name, { kind: 'moved' });
          continue;
        }
        if (!CLIENT_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no client name`);
        const kept = keep(cursor);
        cursors.set(name, kept);
        results.set(name, { kind: 'written', version: kept.version });
      }
      if ([...results.values()].every(({ kind }) => kind === 'moved')) return results;
      const content = { cursors, known: new Set([...before.known, ...cursors.keys()]) };
      const text = format(content);
      const replaced = await replaceFile(path, text, () => lock.isHeld());
      if (!replaced) return new Map([...changes.keys()].map((name) => [name, { kind: 'moved' }]));
      last = { text, content };
      return results;
    },
    holds: () => lock?.holds() ?? false,
    async close() {
      open = false;
      lock?.release();
    },
  };
}

/** The file itself where the path is a link: replacing the link would leave the file behind. */
function locate(given: string): string {
  const path = resolve(given);
  try {
    if (!statSync(dirname(path)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (error) {
    throw new CursorError(
      `there is no folder ${dirname(path)} for the cursor file (${(error as NodeJS.ErrnoException).code})`,
      'Make the folder, or name another file with --cursor file:PATH.',
    );
  }
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  try {
    return realpathSync(path);
  } catch {
    throw new CursorError(`the cursor file ${path} is a link to nothing`, 'Mend the link or remove it.');
  }
}

/** undefined where there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw corrupt(path, 'it is not UTF-8');
    throw cannot('read', path, error);
  }
}

function parse(path: string, text: string): Content {
  if (text.trim() === '') throw corrupt(path, 'it is empty');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, `it is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(fileSchema, json);
  if (!result.success) throw corrupt(path, problemsOf(result.issues));
  const cursors = new Map<string, Kept>();
  // One by one: valibot's record passes over keys such as `constructor`, and that may be a client.
  for (const [name, value] of Object.entries(result.output.clients)) {
    const named = v.safeParse(clientName, name);
    const cursor = v.safeParse(cursorSchema, value);
    if (!named.success) throw corrupt(path, `clients.${name}: ${problemsOf(named.issues)}`);
    if (!cursor.success) throw corrupt(path, `clients.${name}: ${problemsOf(cursor.issues)}`);
    cursors.set(name, keep(cursor.output));
  }
  return { cursors, known: new Set([...result.output.known, ...cursors.keys()]) };
}

const corrupt = (path: string, reason: string): CursorError =>
  new CursorError(
    `the cursor file ${path} is corrupt: ${reason}`,
    'Bring back its last good version; an empty file would make every client begin anew. Nothing was sent.',
  );

const format = ({ known, cursors }: Content): string => {
  const clients = Object.fromEntries([...cursors].map(([name, { form }]) => [name, form]));
  return `${JSON.stringify({ version: 1, known: [...known].sort(), clients }, undefined, 2)}\n`;
};

/** The version is of what is read back, so that it is the same before and after. */
function keep(cursor: Cursor): Kept {
  const form = storedForm(cursor);
  const canonical = v.parse(cursorSchema, form);
  return {
    cursor,
    form,
    version: createHash('sha256').update(JSON.stringify(canonical)).digest('hex'),
  };
}
