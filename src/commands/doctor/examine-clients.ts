/** The clients file, and the variables of each client. */
import { chooseClients, clientsPath } from '../../adapters/files/choose-clients.ts';
import { createVariables, misnamedSecrets } from '../../adapters/files/client-variables.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { bindClient, requiredVariables, type BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { Lookup } from '../../core/requests/template.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { counted } from '../../core/text/counted.ts';
import { placed } from '../../core/yaml/file-problem.ts';
import { EXIT } from '../../errors.ts';
import { withCheck, type CheckedPlace } from '../../reporters/commands/check-lines.ts';
import { variableCommands } from '../../reporters/variable-commands.ts';
import { advice, failed, failedBy, fine, type DoctorFinding } from './doctor-report.ts';
import { pasted } from './remedies.ts';

export interface ExaminedClients {
  readonly findings: readonly DoctorFinding[];
  readonly file: { readonly path: string; readonly content: ClientsFile } | undefined;
  /** Those that have all that their requests need. */
  readonly bound: readonly BoundClient[];
}

interface Asked extends CheckedPlace {
  readonly clients: string | undefined;
  readonly client: readonly string[];
}

export function examineClients(
  repository: Repository,
  asked: Asked,
  { environment, redactor }: Pick<RunContext, 'environment' | 'redactor'>,
): ExaminedClients {
  const { clients, client: names } = asked;
  let path: string | undefined;
  let content: ClientsFile;
  let variables: (client: string) => Lookup;
  let named: readonly string[];
  try {
    path = clientsPath(repository, clients);
    const whole = readClientsFile(path);
    named = [...whole.clients, ...whole.misconfigured].map(({ name }) => name);
    content = chooseClients(whole, names, path);
    variables = createVariables(environment);
  } catch (error) {
    return { findings: [failedBy('clients', withCheck(error, asked))], file: undefined, bound: [] };
  }
  const findings: DoctorFinding[] = [
    fine('clients', `${path}: ${counted(content.clients.length + content.misconfigured.length, 'client')}`),
  ];
  for (const { name, problems } of content.misconfigured) {
    const [first, ...others] = problems.map((problem) => placed(path, problem));
    const told = [...others, 'Correct its entry: the other clients are served meanwhile.'];
    findings.push(failed('clients', EXIT.usage, first ?? '', told.map(advice), name));
  }
  const bound: BoundClient[] = [];
  for (const client of content.clients) {
    const result = bindClient(client, variables(client.name));
    if (result.ok) {
      redactor.add(result.value.hidden.everywhere, result.value.hidden.hosts);
      bound.push(result.value);
      findings.push(fine('clients', describeVariables(client), client.name));
      continue;
    }
    const missing = result.wrong.flatMap(({ variable }) => variable ?? []);
    const [first, ...others] = result.wrong.map((problem) => placed(path, problem));
    const told = missing.length > 0 ? [] : others.map(advice);
    const remedy = [...told, ...variableCommands(client, missing).flatMap(pasted)];
    findings.push(failed('clients', EXIT.usage, first ?? '', remedy, client.name));
  }
  for (const message of misnamedSecrets(environment, named, bound.length < content.clients.length))
    findings.push({ area: 'clients', state: 'warning', message, remedy: [] });
  return { findings, file: { path, content }, bound };
}

function describeVariables(client: Client): string {
  const names = requiredVariables(client);
  const what = names.length === 0 ? 'needs no variable' : `has ${names.join(', ')}`;
  return client.paused ? `${what}; paused` : what;
}
