/** The clients file as a commit has it. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { createHistorySource } from '../../../adapters/git/history/history.ts';
import { parseTree } from '../../../adapters/git/history/raw-log.ts';
import { readBlob } from '../../../core/catalogue/history.ts';
import { decode } from '../../../core/catalogue/reading/team-file.ts';

/** The text of the file at `path`; undefined if there is none, or it is no text. */
export async function clientsFileAt(
  repository: Repository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const [file] = parseTree(await repository.git('ls-tree', commit, '--', path));
  if (file?.kind !== 'file') return undefined;
  const decoded = decode(await readBlob(createHistorySource(repository), file.blob));
  return decoded.ok ? decoded.value : undefined;
}
