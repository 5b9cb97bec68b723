/** Everything that the operator configured for a run that sends; problems are found before the first request. */
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import type { Repository } from '../git/clone/repository.ts';
import type { ConnectionSettings } from '../network/agents.ts';
import type { RunContext } from '../process/run-context.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import { createVariables, misnamedSecrets } from './client-variables.ts';
import { openClients, type ClientsOnDisk } from './clients-on-disk.ts';
import { connectionSettings, urlsOf } from './connection-settings.ts';
import { openJournal, type Journal } from './journal.ts';
import { readPolicy, type Policy, type PolicyFlags } from './policy-file.ts';
import { requireWritable } from './report-file.ts';

export interface OperatorSettings {
  readonly policy: Policy;
  readonly connections: ConnectionSettings;
  /** Where the clients file is; undefined if there is none. */
  readonly clientsPath: string | undefined;
  readonly clients: ClientsOnDisk;
  /** The clients of this run, as in the file when the run began. */
  readonly chosen: ClientsFile;
  /** undefined where none is asked for. */
  readonly journal: Journal | undefined;
}

type FileOptions = PolicyFlags & {
  readonly policy: string | undefined;
  readonly report: string | undefined;
  readonly journal: string | undefined;
  readonly clients: string | undefined;
  readonly client: readonly string[];
};

/** @throws {UsageError | ClientsFileError} */
export function openOperatorSettings(
  repository: Repository,
  options: FileOptions,
  { redactor, environment, console }: RunContext,
): OperatorSettings {
  const policy = readPolicy(options.policy, options);
  if (options.report !== undefined) requireWritable(options.report);
  const path = clientsPath(repository, options.clients);
  const clients = openClients(path, createVariables(environment), ({ everywhere, hosts }) =>
    redactor.add(everywhere, hosts),
  );
  const chosen = chooseClients(clients.initial, options.client, path);
  const urls = chosen.clients.flatMap(({ name, paused }) => {
    const state = clients.state(name);
    return state.kind === 'ready' && !paused ? urlsOf(state.bound) : [];
  });
  const connections = connectionSettings(policy, environment, urls);
  if (chosen.clients.length + chosen.misconfigured.length === 0)
    console.note(`${path} names no client: nothing is sent`);
  const { initial } = clients;
  const named = [...initial.clients, ...initial.misconfigured].map(({ name }) => name);
  const isMissing = chosen.clients.some(({ name }) => clients.state(name).kind === 'misconfigured');
  for (const message of misnamedSecrets(environment, named, isMissing))
    console.note(`${console.noteStyle.yellow('warning')}: ${message}`);
  const journal = options.journal === undefined ? undefined : openJournal(options.journal);
  return { policy, connections, clientsPath: path, clients, chosen, journal };
}
