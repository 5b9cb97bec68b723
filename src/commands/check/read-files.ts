/** Reads the files of a check other than the catalogue: their contents and problems. */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { CLIENTS_FILE } from '../../adapters/files/clients-on-disk.ts';
import { DEFAULT_TIMEOUT_MS, policySchema } from '../../adapters/files/policy-file.ts';
import { ownFileProblem, readTextFile } from '../../adapters/files/read-file.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { parseConfiguration, type Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { requiredVariables } from '../../core/clients/binding/bind-client.ts';
import { readClients } from '../../core/clients/file/clients-file.ts';
import { DEFAULT_GUARD_LIMITS, type GuardLimits } from '../../core/delivery/removal-guard.ts';
import { parseCheckedFile } from '../../core/yaml/checked-file.ts';
import type { FileProblem } from '../../core/yaml/file-problem.ts';
import type { Checked, UnderstoodClients } from './check-report.ts';
import { checkClients, type CheckedClients } from './rules/client-checks.ts';
import type { CheckName, Finding } from './rules/finding.ts';

export interface CheckedFiles {
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  /** The configuration that `--config` names. */
  readonly override: NamedConfiguration;
  readonly guard: GuardLimits;
  readonly clients: CheckedClients | undefined;
  /** The path of the clients file inside the teams repo, if it is there. */
  readonly clientsInRepo: string | undefined;
}

/** Of one that is `broken` the problems stand in `findings`. */
export type NamedConfiguration =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'usable'; readonly path: string; readonly configuration: Configuration };

export interface FileOptions {
  readonly clients: string | undefined;
  readonly config: string | undefined;
  readonly policy: string | undefined;
}

/** @throws {UsageError} if one of them cannot be read */
export function readCheckedFiles(repository: Repository, options: FileOptions): CheckedFiles {
  const findings: Finding[] = [];
  const checked: Checked[] = [];
  const tell = (check: CheckName, path: string, problems: readonly FileProblem[]): void => {
    for (const problem of problems) findings.push({ check, path, ...problem });
  };

  let override: NamedConfiguration = { kind: 'none' };
  if (options.config !== undefined) {
    const text = readTextFile(options.config, 'the configuration', 'Name it with --config FILE.');
    const path = shownPath(repository, options.config);
    const parsed = parseConfiguration(text);
    override = parsed.ok ? { kind: 'usable', path, configuration: parsed.value } : { kind: 'broken' };
    if (!parsed.ok) tell('configuration', path, parsed.wrong);
  }

  let guard: GuardLimits = DEFAULT_GUARD_LIMITS;
  let allowsHttp: CheckedClients['allowsHttp'] = () => false;
  let timeoutMs = DEFAULT_TIMEOUT_MS;
  if (options.policy !== undefined) {
    const text = readTextFile(options.policy, 'the policy file', 'Name it with --policy FILE.');
    const path = shownPath(repository, options.policy);
    checked.push({ kind: 'policy', path });
    const parsed = parseCheckedFile(text, policySchema);
    if (parsed.ok) {
      const { network, delivery } = parsed.value.content;
      timeoutMs = delivery.timeout ?? DEFAULT_TIMEOUT_MS;
      guard = parsed.value.content.guard;
      allowsHttp = (host) => network.http || network.allow.some((one) => one.toLowerCase() === host);
    } else tell('policy', path, parsed.wrong);
  }

  let clients: CheckedClients | undefined;
  const named = options.clients ?? defaultClients(repository);
  const problem = named === undefined || repository.bare ? undefined : ownFileProblem(repository.root, named);
  if (named !== undefined && problem !== undefined) {
    const path = relative(repository.root, named);
    tell('clients-file', path, [{ line: 1, column: 1, message: `not read: ${problem}` }]);
  } else if (named !== undefined) {
    const text = readTextFile(named, 'the clients file', 'Name it with --clients FILE.');
    clients = { path: shownPath(repository, named), allowsHttp, timeoutMs, ...readClients(text) };
    const { path } = clients;
    checked.push({ kind: 'clients', path });
    const all = [...clients.clients, ...clients.misconfigured].sort((a, b) => a.line - b.line);
    for (const { name } of all) checked.push({ kind: 'clients', path, client: name });
    for (const finding of checkClients(clients)) findings.push(finding);
  }
  const clientsInRepo =
    named === undefined || problem !== undefined ? undefined : pathInRepo(repository, named);
  return { findings, checked, override, guard, clients, clientsInRepo };
}

/** The clients file of the teams repo, if it has one. */
function defaultClients({ bare, root }: Repository): string | undefined {
  const path = join(root, CLIENTS_FILE);
  return !bare && existsSync(path) ? path : undefined;
}

function pathInRepo({ bare, root }: Repository, path: string): string | undefined {
  if (bare) return undefined;
  const inside = relative(realpathSync(root), realpathSync(path));
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : inside;
}

/** Relative to the root of the teams repo if the file is in it, else as the user named it. */
const shownPath = (repository: Repository, path: string): string => pathInRepo(repository, path) ?? path;

export const understoodClients = ({ path, clients }: CheckedClients): UnderstoodClients => ({
  path,
  clients: clients.map((client) => ({
    name: client.name,
    events: [...client.subscriptions.keys()],
    start: client.start,
    paused: client.paused,
    variables: requiredVariables(client),
  })),
});
