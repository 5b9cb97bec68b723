/** What a run would come to if every receiver accepted: the same result, and the same exit code, from forecasts. */
import type { Problem } from '../../core/catalogue/team.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { MisconfiguredClient } from '../../core/clients/file/clients-file.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { eventsOf } from '../../core/delivery/lane/open-steps.ts';
import { nothingSent, problemAt, type LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { Forecast } from '../../core/delivery/recipients.ts';
import { exitCodeOfRun } from '../../core/delivery/run-report.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { ExitCode } from '../../errors.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import type { RunKind, RunOutcome } from '../../reporters/run/run-reporter.ts';
import { advised, adviceSource } from '../../reporters/run/verdict/advice.ts';
import { guarded } from '../../reporters/run/verdict/guard-text.ts';
import { totalsOf } from '../../reporters/run/verdict/totals.ts';
import { excusedClients } from './excused-clients.ts';

export interface Forecasted {
  readonly kind: Exclude<RunKind, 'run'>;
  readonly from: string | null;
  readonly to: string;
  readonly log: readonly LogStep[];
  readonly shows: Selects;
  readonly forecasts: readonly Forecast[];
  /** Results of the clients that would get nothing at all; they win over forecasts. */
  readonly unsent: readonly LaneResult[];
  readonly chosen: {
    readonly clients: readonly Client[];
    readonly misconfigured: readonly MisconfiguredClient[];
  };
  readonly clientsPath: string;
  readonly problems: readonly Problem[];
  readonly commands: RunCommands;
  readonly pausedIsFine: boolean;
  /** Exit codes from other causes than clients. */
  readonly codes: readonly ExitCode[];
}

export function forecastOutcome(forecasted: Forecasted): RunOutcome {
  const { kind, from, to, log, shows, forecasts, unsent, chosen, clientsPath, problems } = forecasted;
  const { commands, pausedIsFine, codes } = forecasted;
  const results = new Map(forecasts.map((one) => [one.client, forecastResult(one, commands)]));
  for (const result of unsent) results.set(result.client, result);
  const entries = [...chosen.clients, ...chosen.misconfigured].sort((a, b) => a.line - b.line);
  const source = adviceSource(entries, clientsPath, commands, pausedIsFine);
  const clients = entries.flatMap(({ name }) => {
    const result = results.get(name);
    return result === undefined ? [] : [advised(result, source)];
  });
  const excused = excusedClients(clients, pausedIsFine, undefined, 0);
  return {
    kind,
    resumes: pausedIsFine,
    totals: totalsOf(log, shows),
    report: {
      version: 1,
      from,
      to,
      exitCode: exitCodeOfRun(clients, problems, codes, excused),
      events: log.reduce((sum, { events }) => sum + events.length, 0),
      clients,
      problems,
    },
  };
}

function forecastResult(forecast: Forecast, commands: RunCommands): LaneResult {
  const { client, plan, accepted, left, skipped, requests, status, guard, unsendable } = forecast;
  const filtered = eventsOf(plan) - accepted.length - left.length - skipped;
  const counts = { send: left.length, skip: skipped, filtered };
  return {
    ...nothingSent({ client, contact: plan.contact }, status, counts),
    delivered: accepted.length,
    ...(requests !== undefined && { requests }),
    ...(unsendable
      ? { problem: problemAt({ verdict: 'refused' }, [unsendable.event], unsendable.reason) }
      : guard && guarded(client, guard, plan.log, commands)),
  };
}
