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
import { cursorSchema, problemsOf, storedForm } from './cursor-schema.ts';
import type { CursorStore, WriteResult } from './cursor-store.ts';
import { lockFile } from './file-lock.ts';
import { replaceFile, sweepTemporary } from './replace-file.ts';

const clientName = v.pipe(v.string(), v.regex(CLIENT_NAME, 'this is no client name'));
const fileSchema = strictMapping({
  version: v.literal(1, 'expected 1: another version of team-events has written this'),
  known: v.optional(v.array(clientName, 'expected a list of client names'), []),
  clients: v.custom<Record<string, unknown>>(isMapping, 'expected a mapping of client names to cursors'),
});

interface Content {
  readonly known: ReadonlySet<string>;
  readonly cursors: ReadonlyMap<string, Cursor>;
}

/**
 * Locks the file until the store is closed; with `readOnly` it does not, and cannot write.
 * @throws {CursorError} where the folder is not there @throws {ConflictError} where another run holds it
 */
export function openFileStore(
  given: string,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): CursorStore {
  const path = locate(given);
  const lock = readOnly ? undefined : lockFile(path);
  let open = true;
  if (lock !== undefined) sweepTemporary(path);
  return {
    name: `file:${given}`,
    shared: false,
    async read() {
      const { known, cursors } = load(path);
      return {
        cursors: new Map(
          [...cursors].map(([name, cursor]) => [
            name,
            { kind: 'cursor', cursor, version: versionOf(cursor) },
          ]),
        ),
        known,
        empty: known.size === 0,
        others: [],
        branch: undefined,
      };
    },
    async write(changes) {
      if (!open || lock === undefined) throw new Error(`${path} is not open for writing`);
      const before = load(path);
      const cursors = new Map(before.cursors);
      const results = new Map<string, WriteResult>();
      for (const [name, { expected, cursor }] of changes) {
        const now = before.cursors.get(name);
        if ((now && versionOf(now)) !== expected) {
          results.set(name, { kind: 'moved' });
          continue;
        }
        if (!CLIENT_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no client name`);
        cursors.set(name, cursor);
        results.set(name, { kind: 'written', version: versionOf(cursor) });
      }
      const known = new Set([...before.known, ...cursors.keys()]);
      if ([...results.values()].some(({ kind }) => kind === 'written'))
        replaceFile(path, format({ known, cursors }));
      return results;
    },
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

function load(path: string): Content {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { known: new Set(), cursors: new Map() };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw corrupt(path, 'it is not UTF-8');
    throw new CursorError(`cannot read the cursor file ${path}: ${code ?? String(error)}`);
  }
  if (text.trim() === '') throw corrupt(path, 'it is empty');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, `it is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(fileSchema, json);
  if (!result.success) throw corrupt(path, problemsOf(result.issues));
  const cursors = new Map<string, Cursor>();
  // One by one: valibot's record passes over keys such as `constructor`, and that may be a client.
  for (const [name, value] of Object.entries(result.output.clients)) {
    const named = v.safeParse(clientName, name);
    const cursor = v.safeParse(cursorSchema, value);
    if (!named.success) throw corrupt(path, `clients.${name}: ${problemsOf(named.issues)}`);
    if (!cursor.success) throw corrupt(path, `clients.${name}: ${problemsOf(cursor.issues)}`);
    cursors.set(name, cursor.output);
  }
  return { cursors, known: new Set([...result.output.known, ...cursors.keys()]) };
}

const corrupt = (path: string, reason: string): CursorError =>
  new CursorError(
    `the cursor file ${path} is corrupt: ${reason}`,
    'Bring back its last good version; an empty file would make every client begin anew. Nothing was sent.',
  );

const format = ({ known, cursors }: Content): string => {
  const clients = Object.fromEntries([...cursors].map(([name, cursor]) => [name, storedForm(cursor)]));
  return `${JSON.stringify({ version: 1, known: [...known].sort(), clients }, undefined, 2)}\n`;
};

/** Of what is read back, so that it is the same before and after. */
function versionOf(cursor: Cursor): string {
  const canonical = v.parse(cursorSchema, storedForm(cursor));
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
