/**
 * The text of a cursor file <-> cursors.
 *
 *     { "version": 1, "known": ["gitlab-groups"], "clients": { "gitlab-groups": { "commit": "8c1f…", … } } }
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import type { Cursor } from '../../core/cursor/cursor.ts';
import { cursorSchema, problemsOf, storedForm, type StoredForm } from '../../core/cursor/cursor-schema.ts';
import type { Version } from '../../core/cursor/cursor-store.ts';
import { strictMapping } from '../../core/yaml/checked-file.ts';
import { isMapping, parseYaml, type NodePath, type Position } from '../../core/yaml/yaml-text.ts';

const clientName = v.pipe(v.string(), v.regex(CLIENT_NAME, 'this is not a client name'));
const fileSchema = strictMapping({
  version: v.literal(1, 'expected 1: another version of team-events has written this'),
  known: v.optional(v.array(clientName, 'expected a list of client names'), []),
  clients: v.custom<Record<string, unknown>>(isMapping, 'expected a mapping of client names to cursors'),
});

/** A cursor, the form in which it is written, and the version of what is read back. */
export interface Kept {
  readonly cursor: Cursor;
  readonly form: StoredForm;
  readonly version: Version;
}

export interface FileContent {
  readonly known: ReadonlySet<string>;
  readonly cursors: ReadonlyMap<string, Kept>;
}

/** `problem`: why the file is corrupt; `content` is then what could still be read. */
export interface ReadFile {
  readonly content: FileContent;
  readonly problem?: string;
  /** Set if a later version of the program wrote the file: this version must not repair it. */
  readonly isNewer?: true;
}

const NOTHING: FileContent = { known: new Set(), cursors: new Map() };

export function parseCursorFile(bytes: Buffer): ReadFile {
  if (!isUtf8(bytes)) return { content: NOTHING, problem: 'it is not UTF-8' };
  const text = bytes.toString();
  if (text.trim() === '') return { content: NOTHING, problem: 'it is empty' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { content: NOTHING, problem: `it is not JSON: ${(error as Error).message}` };
  }
  const result = v.safeParse(fileSchema, json);
  if (!result.success) {
    const isNewer = isMapping(json) && Number(json['version']) > 1;
    return {
      content: NOTHING,
      problem: problemsOf(result.issues, locatorOf(text)),
      ...(isNewer && { isNewer }),
    };
  }
  const known = new Set(result.output.known);
  const cursors = new Map<string, Kept>();
  let problem: string | undefined;
  // One by one, because valibot's record skips keys such as `constructor`, which may be a client's name.
  for (const [name, value] of Object.entries(result.output.clients)) {
    const named = v.safeParse(clientName, name);
    const cursor = v.safeParse(cursorSchema, value);
    if (named.success) known.add(name);
    const issues = named.issues ?? cursor.issues;
    if (issues) problem ??= problemsOf(issues, locatorOf(text), ['clients', name]);
    if (!issues && cursor.success) cursors.set(name, keepCursor(cursor.output));
  }
  return { content: { known, cursors }, ...(problem !== undefined && { problem }) };
}

/** Positions in the file, which as JSON is YAML too. Only for messages: a healthy file is not parsed twice. */
function locatorOf(text: string): ((path: NodePath) => Position) | undefined {
  const yaml = parseYaml(text);
  return yaml.ok ? (path) => yaml.value.locate([0, ...path]) : undefined;
}

export const formatCursorFile = ({ known, cursors }: FileContent): string => {
  const clients = Object.fromEntries([...cursors].map(([name, { form }]) => [name, form]));
  return `${JSON.stringify({ version: 1, known: [...known].sort(), clients }, undefined, 2)}\n`;
};

/** @throws if it is no valid cursor */
export function keepCursor(cursor: Cursor): Kept {
  const form = storedForm(cursor);
  const canonical = v.parse(cursorSchema, form);
  return {
    cursor,
    form,
    version: createHash('sha256').update(JSON.stringify(canonical)).digest('hex'),
  };
}
