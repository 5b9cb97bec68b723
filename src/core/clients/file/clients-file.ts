/** The text of the clients file -> its clients, and the misconfigured ones with all their problems. */
import * as v from 'valibot';
import { ClientsFileError } from '../../../errors.ts';
import { parseCheckedFile } from '../../yaml/checked-file.ts';
import { placed, type FileProblem } from '../../yaml/file-problem.ts';
import type { NodePath, Position } from '../../yaml/yaml-text.ts';
import { clientsFileSchema } from './client-schema.ts';
import type { Client } from './client.ts';
import { tooLargeEntries } from './reading/entry-bounds.ts';
import { readClient } from './reading/read-client.ts';

export interface MisconfiguredClient {
  readonly name: string;
  readonly contact: string | undefined;
  readonly line: number;
  readonly problems: readonly FileProblem[];
}

export interface ClientsFile {
  readonly clients: readonly Client[];
  readonly misconfigured: readonly MisconfiguredClient[];
}

const fileSchema = clientsFileSchema(v.unknown());

/**
 * Parses a clients file; `path` is used in messages. A client with a problem is left out, the others are kept.
 * @throws {ClientsFileError} if the document itself is invalid, or two clients have the same name
 */
export function parseClientsFile(text: string, path: string): ClientsFile {
  const { problems, ...file } = readClients(text);
  if (problems.length === 0) return file;
  throw new ClientsFileError(
    path,
    problems.map((problem) => placed(path, problem)),
  );
}

/** As `parseClientsFile`, but returns `problems` where that throws: with any of them the file cannot be used at all. */
export function readClients(text: string): ClientsFile & { readonly problems: readonly FileProblem[] } {
  const file = parseCheckedFile(text, fileSchema, { hasEntries: true });
  if (!file.ok) return { clients: [], misconfigured: [], problems: firstOf(file.wrong) };
  const { content, locate: locateInFile } = file.value;
  const clients: Client[] = [];
  const misconfigured: MisconfiguredClient[] = [];
  const placesByName = new Map<string, Position[]>();
  const lines = text.split('\n');
  const indentAt = ({ line, column }: Position): number | undefined =>
    lines[line - 1]?.[column - 1] === '{' ? undefined : column - 1;
  const tooLarge = tooLargeEntries(content.clients, text.length);
  for (const [index, entry] of content.clients.entries()) {
    const locate = (node: NodePath): Position => locateInFile(['clients', index, ...node]);
    const place = locate([]);
    const message = tooLarge.get(index);
    const read =
      message === undefined
        ? readClient(entry, locate)
        : { ok: false as const, wrong: [{ ...place, message }] };
    const name = nameOf(entry) ?? `(client ${index + 1})`;
    placesByName.set(name, [...(placesByName.get(name) ?? []), place]);
    if (read.ok) clients.push({ ...read.value, indent: indentAt(place) });
    else {
      const problems = firstOf(read.wrong);
      misconfigured.push({ name, contact: contactOf(entry), line: place.line, problems });
    }
  }
  const problems = [...placesByName].flatMap(([name, [first, ...others]]) =>
    others.map((place) => ({
      ...place,
      message: `the client ${name} is already on line ${first?.line}`,
    })),
  );
  return { clients, misconfigured, problems: firstOf(problems) };
}

const TOLD = 20;

/** The first 20 problems, and a count of the rest. */
function firstOf(problems: readonly FileProblem[]): readonly FileProblem[] {
  const [next, ...more] = problems.slice(TOLD);
  if (next === undefined) return problems;
  return [...problems.slice(0, TOLD), { ...next, message: `… and ${more.length + 1} more problems` }];
}

const textAt = (entry: unknown, key: string): string | undefined => {
  const value: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, key) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const nameOf = (entry: unknown): string | undefined => textAt(entry, 'name');
const contactOf = (entry: unknown): string | undefined => textAt(entry, 'contact');
