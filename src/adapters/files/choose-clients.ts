/** Chooses the clients of a run. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { UsageError } from '../../errors.ts';
import type { Repository } from '../git/clone/repository.ts';
import { CLIENTS_FILE } from './clients-on-disk.ts';
import { ownFileProblem } from './read-file.ts';

/** Path of the clients file: as named, else at the root of the work tree. @throws {UsageError} */
export function clientsPath({ root, bare, directory }: Repository, named: string | undefined): string {
  if (bare && named === undefined)
    throw new UsageError(
      `${directory} is a bare repository: it has no clients file`,
      'Name one with --clients FILE.',
    );
  if (named === undefined && !hasClientsFile({ root, bare })) throw noClientsFile(root);
  const path = named ?? join(root, CLIENTS_FILE);
  const problem = bare ? undefined : ownFileProblem(root, path);
  if (problem === undefined) return path;
  throw new UsageError(
    `the clients file ${path} is not read: ${problem}`,
    'Name the file itself with --clients FILE.',
  );
}

/** Whether the root of the work tree has one. */
export const hasClientsFile = ({ root, bare }: Pick<Repository, 'root' | 'bare'>): boolean =>
  !bare && existsSync(join(root, CLIENTS_FILE));

function noClientsFile(root: string): UsageError {
  const where = relative(process.cwd(), root) === '' ? '' : ` -C ${shellWord(root)}`;
  return new UsageError(`cannot read the clients file ${join(root, CLIENTS_FILE)}: there is no such file`, [
    'If clients are served already, it is elsewhere: name it with --clients FILE, or the teams repo with -C DIR. If there is none yet, write it:',
    `  team-events init${where} --ci none --yes`,
  ]);
}

/** Only the clients with these names; all if no names are given. @throws {UsageError} for an unknown name */
export function chooseClients(file: ClientsFile, names: readonly string[], path: string): ClientsFile {
  if (names.length === 0) return file;
  const chosen = <Each extends { readonly name: string }>(all: readonly Each[]): Each[] =>
    all.filter(({ name }) => names.includes(name));
  const result = { clients: chosen(file.clients), misconfigured: chosen(file.misconfigured) };
  const known = new Set([...result.clients, ...result.misconfigured].map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const all = [...file.clients, ...file.misconfigured].map(({ name }) => name).join(', ');
    throw new UsageError(
      `no client is called ${unknown.join(', ')} in ${path}`,
      `Its clients are: ${all || '(none)'}`,
    );
  }
  return result;
}
