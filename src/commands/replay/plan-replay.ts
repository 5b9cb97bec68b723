/** Plans what a replay would send again, and to which clients. */
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import type { PolicyFlags } from '../../adapters/files/policy-file.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { selector } from '../../core/clients/event-selector.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { isBeforeFirst } from '../../core/cursor/cursor.ts';
import { counted } from '../../core/text/counted.ts';
import { type StorePlace, placeAnew } from '../../reporters/commands/cursor-command.ts';
import { allowedReachableOf } from '../../run/event-log/allowed-removals.ts';
import { openEventStream, readLog } from '../../run/event-log/event-stream.ts';
import { noteWarnings } from '../../run/event-log/log-notes.ts';
import type { OpenCursors } from '../../run/lanes/open-cursors.ts';
import type { NotifyOptions } from '../../run/run-options.ts';
import type { RunPlan, Wave } from '../../run/serving/run-plan.ts';
import { planReplay, type ReplayLane } from './replay-lanes.ts';
import { replayRange, type ReplayRequest } from './replay-range.ts';

export type ReplayOptions = ReplayRequest &
  PolicyFlags &
  Pick<
    NotifyOptions,
    | 'repo'
    | 'cursor'
    | 'remote'
    | 'branch'
    | 'clients'
    | 'client'
    | 'type'
    | 'team'
    | 'format'
    | 'all'
    | 'config'
    | 'policy'
    | 'allowRemovals'
    | 'report'
    | 'journal'
    | 'claimFor'
    | 'maxDuration'
    | 'given'
  > & { readonly execute: boolean };

export interface PlannedReplay
  extends Pick<RunPlan, 'to' | 'selects' | 'allowedReachable'>, Pick<Wave, 'log' | 'problems'> {
  readonly from: string | null;
  readonly chosen: ClientsFile;
  readonly lanes: readonly ReplayLane[];
}

export async function planIn(
  repository: Repository,
  cursors: OpenCursors | undefined,
  chosen: ClientsFile,
  options: ReplayOptions,
  { console, stop, args }: RunContext,
): Promise<PlannedReplay> {
  const selects = selector(options);
  const override = readConfigurationFile(options.config);
  const { range, includes } = await replayRange(repository, options, cursors?.stored.branch, args);
  const stream = openEventStream(repository, range, override, stop.stopping);
  const all = await readLog(stream, includes);
  noteWarnings(stream, console);
  const planned = await planReplay(
    repository,
    chosen.clients,
    cursors && { stored: cursors.stored, claimMs: options.claimFor },
    range,
    all,
    selects,
  );
  const lanes = planned.map((lane) => withAdvice(lane, { ...options, to: undefined }));
  for (const { client, held, left } of lanes) {
    if (held === undefined || left === 0) continue;
    const { cursor } = held;
    const at = isBeforeFirst(cursor) ? 'before the first commit' : `at ${cursor.commit.slice(0, 12)}`;
    console.note(
      `${client.name}: ${counted(left, 'event')} after its cursor ${at}: pending, so left to the next run and not replayed`,
    );
  }
  return {
    from: range.from,
    to: range.to,
    log: all.slice(
      0,
      lanes.reduce((most, { plan }) => Math.max(most, plan.log.length), 0),
    ),
    problems: await stream.problems(),
    selects,
    allowedReachable: await allowedReachableOf(repository, range.to, options.allowRemovals),
    chosen,
    lanes,
  };
}

/** Adds the command that repairs an unusable cursor. */
const withAdvice = (lane: ReplayLane, at: StorePlace): ReplayLane =>
  lane.refused?.status === 'cursor'
    ? {
        ...lane,
        refused: {
          ...lane.refused,
          message: `${lane.refused.message}. ${placeAnew(lane.name, at).join('')}`,
        },
      }
    : lane;
