/** What was wrong before a merge request: at the last common commit, read with its own team-events.yml. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { readClients } from '../../../core/clients/file/clients-file.ts';
import { readCatalogueAt } from '../read-catalogue.ts';
import type { CheckedFiles } from '../read-files.ts';
import { checkClients } from '../rules/client-checks.ts';
import type { Finding } from '../rules/finding.ts';
import { clientsFileAt } from './clients-file-at.ts';

/**
 * The findings of the catalogue, and of the clients file if it is in the teams repo: nobody can know what a file
 * elsewhere was before. `commit` is the last common one.
 */
export async function findingsBefore(
  repository: Repository,
  commit: string,
  { override, clients, clientsInRepo }: Pick<CheckedFiles, 'override' | 'clients' | 'clientsInRepo'>,
  source: string,
): Promise<readonly Finding[]> {
  const catalogue =
    override.kind === 'broken' ? undefined : await readCatalogueAt(repository, commit, override, source);
  const text = clientsInRepo && (await clientsFileAt(repository, commit, clientsInRepo));
  const ofClients = clients && text ? checkClients({ ...clients, ...readClients(text) }) : [];
  return [...(catalogue?.findings ?? []), ...ofClients];
}
