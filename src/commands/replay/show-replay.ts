/** Shows the planned replay; sends nothing. */
import { unsendableTo } from '../../adapters/destinations/unsendable-to.ts';
import type { Policy } from '../../adapters/files/policy-file.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { forecastLane, recipientsOf } from '../../core/delivery/recipients.ts';
import type { ExitCode } from '../../errors.ts';
import { noteClients } from '../../reporters/run/client-notes.ts';
import { RUN_REPORTERS } from '../../reporters/run/formats.ts';
import { listedAtMost } from '../../reporters/run/listed-steps.ts';
import { printLog } from '../../reporters/run/print-pieces.ts';
import { unservedResult } from '../../run/lanes/unserved-result.ts';
import { forecastOutcome } from '../../run/serving/forecast-outcome.ts';
import { noteVerdict } from '../../run/serving/print-result.ts';
import type { PlannedReplay, ReplayOptions } from './plan-replay.ts';
import { replayCommands } from './replay-commands.ts';
import { resultWithoutSending } from './unsent-result.ts';

export async function showReplay(
  planned: PlannedReplay,
  clientsPath: string,
  { guard: limits, timeoutMs }: Policy,
  options: ReplayOptions,
  { console }: RunContext,
): Promise<ExitCode> {
  const { log, lanes, problems, chosen, selects, allowedReachable } = planned;
  const settings = { limits, allowedReachable, unsendable: unsendableTo };
  const forecasts = lanes.map(({ plan, client, refused }) =>
    forecastLane(plan, client, selects, settings, refused?.status),
  );
  const recipients = recipientsOf(forecasts);
  const printer = (await RUN_REPORTERS[options.format]()).events(console.style, listedAtMost(options));
  await console.print(printer.begin(planned));
  const shows: Selects = (event) => recipients.has(event);
  await printLog(printer, log, shows, recipients, console);
  noteClients(chosen, clientsPath, timeoutMs, console);
  const outcome = forecastOutcome({
    ...planned,
    kind: 'replay',
    shows,
    forecasts,
    unsent: [
      ...lanes
        .filter(({ refused }) => refused !== undefined)
        .map((lane) => resultWithoutSending(lane, undefined, selects)),
      ...chosen.misconfigured.map((client) => unservedResult(client, undefined, log, selects)),
    ],
    clientsPath,
    commands: replayCommands(options),
    pausedIsFine: false,
    codes: [],
  });
  noteVerdict(outcome, options.format, console);
  await console.print(printer.end(problems, outcome));
  const again = replayCommands(options).again();
  console.note(['Nothing was sent. To send it again, add --execute:', `  ${again}`]);
  return outcome.report.exitCode;
}
