/** What clients would be sent first: those that are new compared with the base, or all if that is unknown. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { resolveOrRoot } from '../../../adapters/git/history/resolve-commit.ts';
import type { Client } from '../../../core/clients/file/client.ts';
import { readClients } from '../../../core/clients/file/clients-file.ts';
import { selectForLane } from '../../../core/clients/lane-selection.ts';
import { countTypes } from '../../../core/events/event-counts.ts';
import type { LogStep } from '../../../core/events/log-step.ts';
import { openEventStream } from '../../../run/event-log/event-stream.ts';
import { historyResult } from '../../../run/event-log/history-result.ts';
import { planRange } from '../../../run/event-log/plan-steps.ts';
import type { ClientBeginning } from '../check-report.ts';
import type { Finding } from '../rules/finding.ts';
import { clientsFileAt } from './clients-file-at.ts';
import type { MergedRevision } from './merged-revision.ts';

/** Names of the clients at the last common commit; undefined if they cannot be known. */
export async function clientsBefore(
  repository: Repository,
  revision: { readonly from: string | null; readonly to: string },
  path: string | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (path === undefined) return undefined;
  const before = revision.from === null ? undefined : await clientsFileAt(repository, revision.from, path);
  if (before === undefined)
    return (await clientsFileAt(repository, revision.to, path)) === undefined ? undefined : new Set();
  const { clients, misconfigured } = readClients(before);
  return new Set([...clients, ...misconfigured].map(({ name }) => name));
}

export interface Beginnings {
  readonly beginnings: readonly ClientBeginning[];
  readonly findings: readonly Finding[];
}

/**
 * `before` comes from `clientsBefore`; `merge` is the step that merging adds on top of `from`. A client that takes over
 * the cursor of its former name is not new. `path` is that of the clients file.
 */
export async function findBeginnings(
  {
    repository,
    revision,
    override,
    snapshot,
  }: Pick<MergedRevision, 'repository' | 'revision' | 'override' | 'snapshot'>,
  merge: { readonly from: string | null; readonly step: LogStep | undefined },
  { clients, path }: { readonly clients: readonly Client[]; readonly path: string },
  before: ReadonlySet<string> | undefined,
  stop: AbortSignal,
): Promise<Beginnings> {
  const beginnings: ClientBeginning[] = [];
  const findings: Finding[] = [];
  for (const client of clients) {
    const { name, start, formerly } = client;
    if (before?.has(name) || (formerly !== undefined && before?.has(formerly))) continue;
    const isNew = before === undefined ? undefined : true;
    const log = await historyResult(() => logOf(start));
    if (!log.ok) {
      const message = `start: ${log.wrong.message}; a run could not begin this client (exit code 6)`;
      findings.push({ check: 'client-start', path, client: name, line: client.line, column: 1, message });
    }
    const events = log.ok ? countSent(client, log.value) : undefined;
    beginnings.push({ client: name, isNew, start, events });
  }
  return { beginnings, findings };

  async function logOf(start: string): Promise<readonly LogStep[]> {
    if (start === 'now') return [];
    if (start === 'snapshot') return snapshot === undefined ? [] : [snapshot];
    const at = await resolveOrRoot(repository, start);
    // Merged onto nothing, the merge is all of history: from a start within it, the commits follow one by one.
    const isWithin = merge.from === null && at !== null;
    const log = await logBetween(at, isWithin ? revision : merge.from);
    return merge.step === undefined || isWithin ? log : [...log, merge.step];
  }

  async function logBetween(from: string | null, to: string | null): Promise<readonly LogStep[]> {
    const log: LogStep[] = [];
    if (to === null) return log;
    const steps = await planRange(repository, from, to, { squash: false, onRewrite: 'fail' });
    for await (const step of openEventStream(repository, { from, to, steps }, override, stop).steps())
      log.push(step);
    return log;
  }
}

/** Counts by type, in the order of types in a step. */
function countSent(client: Client, log: readonly LogStep[]): ClientBeginning['events'] {
  return countTypes(
    log.flatMap(({ events }) => {
      const dispositions = selectForLane(client, events);
      return events.filter((_, index) => dispositions[index] === 'send');
    }),
  );
}
