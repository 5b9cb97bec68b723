/** What the operator has named for a run that sends: everything that can be wrong with it is told before the first request. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { BoundClient } from '../clients/bind-client.ts';
import type { ClientsFile } from '../clients/clients-file.ts';
import { UsageError } from '../errors.ts';
import { readAuthorities } from '../files/authorities.ts';
import { openClients, type ClientsOnDisk } from '../files/clients-on-disk.ts';
import { readPolicy, type Policy, type PolicyFlags } from '../files/policy-file.ts';
import { createVariables } from '../files/variables.ts';
import { writeFile } from '../files/write-file.ts';
import type { Repository } from '../git/repository.ts';
import type { ConnectionSettings } from '../http/agents.ts';
import { readProxies } from '../http/proxies.ts';
import { logSafe } from '../log-safe.ts';
import type { RunReport } from '../report/run-report.ts';
import { chooseClients, clientsPath } from './choose-clients.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';

export interface OperatorFiles {
  readonly policy: Policy;
  readonly connections: ConnectionSettings;
  readonly clients: ClientsOnDisk;
  /** The clients of this run, as the file was when it began. */
  readonly chosen: ClientsFile;
}

type FileOptions = PolicyFlags & Pick<NotifyOptions, 'policy' | 'report' | 'clients' | 'client'>;

/** @throws {UsageError | ClientsFileError} */
export function openOperatorFiles(
  repository: Repository,
  options: FileOptions,
  { masker, environment, console }: Surroundings,
): OperatorFiles {
  const policy = readPolicy(options.policy, options);
  if (options.report !== undefined) requireWritable(options.report);
  const path = clientsPath(repository, options.clients);
  const clients = openClients(path, createVariables(environment), ({ everywhere, hosts }) =>
    masker.hide(everywhere, hosts),
  );
  const chosen = chooseClients(clients.initial, options.client, path);
  const urls = chosen.clients.flatMap(({ name, paused }) => {
    const state = clients.state(name);
    return state.kind === 'ready' && !paused ? urlsOf(state.bound) : [];
  });
  const connections = connectionSettings(policy, environment, urls);
  if (chosen.clients.length + chosen.misconfigured.length === 0)
    console.note(`${path} names no client: nobody is told anything`);
  return { policy, connections, clients, chosen };
}

export const urlsOf = ({ endpoints }: BoundClient): string[] => [...endpoints.values()].map(({ url }) => url);

/** How `urls` are reached: by which proxies, and trusting whom. @throws {UsageError} */
export function connectionSettings(
  { ca }: Pick<Policy, 'ca'>,
  environment: NodeJS.ProcessEnv,
  urls: readonly string[],
): ConnectionSettings {
  const proxies = readProxies(environment);
  for (const url of urls) proxies.forUrl(new URL(url));
  return { authorities: readAuthorities(ca, environment), proxies };
}

/** Whether the report can be written afterwards. @throws {UsageError} */
function requireWritable(path: string): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known?.isDirectory()) throw new UsageError(`cannot write the report ${path}: it is a folder`);
    accessSync(known ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write the report ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Gives what went wrong, which undoes nothing that was sent. */
export async function writeReport(
  path: string,
  report: RunReport,
  patienceMs: number,
): Promise<string | undefined> {
  try {
    await writeFile(path, logSafe(`${JSON.stringify(report, null, 2)}\n`), patienceMs);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `the run is over, but its report ${path} could not be written: ${code}`;
  }
}
