/** Served lanes -> the result that the run reports. */
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import type { Delivery } from '../../core/delivery/deliver.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { recipientsOf, type LaneShare } from '../../core/delivery/recipients.ts';
import { exitCodeOfRun } from '../../core/delivery/run-report.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { ExitCode } from '../../errors.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import { advised, adviceSource } from '../../reporters/run/verdict/advice.ts';
import { guarded } from '../../reporters/run/verdict/guard-text.ts';
import { totalsOf } from '../../reporters/run/verdict/totals.ts';
import { joinedLog } from '../lanes/pending.ts';
import { excusedClients } from './excused-clients.ts';
import type { RunPlan } from './run-plan.ts';
import type { ServedWaves } from './serve-waves.ts';

export interface ResultSettings {
  /** The clients of the run; results are in their order. */
  readonly chosen: ClientsFile;
  /** undefined if they are in no file. */
  readonly clientsPath: string | undefined;
  /** The result of a served lane, including whether its cursor was written. */
  readonly resultOf: (delivery: Delivery) => LaneResult;
  /** Exit codes from other causes than lanes. */
  readonly codes: readonly ExitCode[];
  readonly lateAfterMs: number | undefined;
  readonly nowMs: number;
  readonly atMost: number;
}

export function runResult(
  plan: Pick<RunPlan, 'from' | 'to' | 'shows' | 'pausedIsFine' | 'commands'>,
  { waves, deliveries }: Pick<ServedWaves, 'waves' | 'deliveries'>,
  { chosen, clientsPath, resultOf, codes, lateAfterMs, nowMs, atMost }: ResultSettings,
): RunResult {
  const log = joinedLog(waves);
  const problems = waves.at(-1)?.problems ?? [];
  const results = new Map(waves.flatMap(({ others }) => others).map((result) => [result.client, result]));
  for (const delivery of deliveries) {
    const { guard, plan: lane } = delivery;
    const result = resultOf(delivery);
    const stopped = guard && guarded(lane.client, guard, lane.log, plan.commands);
    results.set(lane.client, result.status === 'guarded' ? { ...result, ...stopped } : result);
  }
  const entries = [...chosen.clients, ...chosen.misconfigured].sort((a, b) => a.line - b.line);
  const source = adviceSource(entries, clientsPath, plan.commands, plan.pausedIsFine);
  const clients = entries.flatMap(({ name }) => {
    const result = results.get(name);
    return result === undefined ? [] : [advised(result, source)];
  });
  const excused = excusedClients(clients, plan.pausedIsFine, lateAfterMs, nowMs);

  const share = (
    client: string,
    accepted: readonly LoggedEvent[],
    left: readonly LoggedEvent[],
  ): LaneShare => ({
    client,
    accepted,
    left,
    status: results.get(client)?.status ?? 'stopped',
  });
  const shares = [
    ...deliveries.map((delivery) => share(delivery.plan.client, delivery.accepted, delivery.left)),
    ...waves.flatMap(({ waiting }) => waiting).map(({ client, left }) => share(client, [], left)),
  ];
  const recipients = recipientsOf(shares);
  return {
    kind: 'run',
    resumes: plan.pausedIsFine,
    totals: totalsOf(log, plan.shows ?? ((event) => recipients.has(event))),
    report: {
      version: 1,
      from: plan.from === undefined ? (log[0]?.from ?? null) : plan.from,
      to: plan.to,
      exitCode: exitCodeOfRun(clients, problems, codes, excused),
      events: log.reduce((sum, { events }) => sum + events.length, 0),
      clients,
      problems,
    },
    log,
    asked: plan.shows,
    shares,
    recipients,
    atMost,
  };
}
