/** Shows the planned replay; sends nothing. */
import { unsendableTo } from '../../adapters/destinations/open-destinations.ts';
import type { Policy } from '../../adapters/files/policy-file.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { forecastLane, recipientsOf } from '../../core/delivery/recipients.ts';
import { type ExitCode, EXIT } from '../../errors.ts';
import { noteClients } from '../../reporters/run/client-notes.ts';
import { RUN_REPORTERS } from '../../reporters/run/formats.ts';
import { printLog } from '../../reporters/run/print-pieces.ts';
import { guardLines } from '../../reporters/run/guard-text.ts';
import { noteProblems, noteUnsendable } from '../../run/event-log/log-notes.ts';
import { exitCodeOfRun } from '../../core/delivery/run-report.ts';
import type { PlannedReplay, ReplayOptions } from './plan-replay.ts';
import { resultWithoutSending } from './unsent-result.ts';

export async function showReplay(
  planned: PlannedReplay,
  path: string,
  { guard: limits, timeoutMs }: Policy,
  options: ReplayOptions,
  { console }: RunContext,
): Promise<ExitCode> {
  const { log, lanes, problems, chosen, selects, allowedReachable } = planned;
  const forecasts = lanes.map(({ plan, client, refused }) =>
    forecastLane(
      plan,
      client,
      selects,
      { limits, allowedReachable, unsendable: unsendableTo },
      refused?.status,
    ),
  );
  const recipients = recipientsOf(forecasts);
  const printer = (await RUN_REPORTERS[options.format]()).events(console.style);
  await console.print(printer.begin(planned));
  const shows: Selects = ({ id }) => recipients.has(id);
  await printLog(printer, log, shows, recipients, console);
  await console.print(printer.end(problems, lanes));
  for (const { client, plan, guard } of forecasts) {
    if (guard !== undefined) console.note(guardLines(client, guard, plan.log, undefined));
  }
  noteProblems(problems, console);
  noteClients(chosen, path, timeoutMs, console);
  console.note('Nothing was sent. To send it again, add --execute.');
  const unserved = lanes.filter(({ refused }) => refused !== undefined && refused.status !== 'paused');
  return exitCodeOfRun(
    unserved.map((lane) => resultWithoutSending(lane, undefined, selects)),
    problems,
    [
      ...(chosen.misconfigured.length > 0 ? [EXIT.usage] : []),
      ...forecasts.flatMap(({ guard }) => (guard === undefined ? [] : [EXIT.guard])),
      ...noteUnsendable(forecasts, console),
    ],
  );
}
