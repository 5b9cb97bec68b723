/** Sends the planned replay while holding its lanes. */
import type { OperatorSettings } from '../../adapters/files/operator-settings.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { NO_HOOKS } from '../../core/delivery/lane/lane-hooks.ts';
import type { ExitCode } from '../../errors.ts';
import type { OpenCursors } from '../../run/lanes/open-cursors.ts';
import { unservedResult } from '../../run/lanes/unserved-result.ts';
import { serveLanes } from '../../run/serving/serve-lanes.ts';
import type { RunPlan } from '../../run/serving/run-plan.ts';
import { holdLanes } from './hold-lanes.ts';
import type { PlannedReplay, ReplayOptions } from './plan-replay.ts';
import { replayCommands } from './replay-commands.ts';
import type { ReplayLane } from './replay-lanes.ts';
import { resultWithoutSending } from './unsent-result.ts';

export async function sendReplay(
  planned: PlannedReplay,
  files: OperatorSettings,
  cursors: OpenCursors | undefined,
  options: ReplayOptions,
  context: RunContext,
): Promise<ExitCode> {
  const { log, lanes, problems, selects, chosen } = planned;
  const states = new Map(lanes.map(({ client: { name } }) => [name, files.clients.state(name)]));
  const isSent = ({ client, refused, due }: ReplayLane): boolean =>
    refused === undefined && due.flat().length > 0 && states.get(client.name)?.kind === 'ready';
  const sent = lanes.filter(isSent);
  const work: RunPlan = {
    ...planned,
    first: {
      log,
      lanes: sent.map(({ plan }) => plan),
      others: [
        ...lanes
          .filter((lane) => !isSent(lane))
          .map((lane) => resultWithoutSending(lane, states.get(lane.name), selects)),
        ...chosen.misconfigured.map((client) => unservedResult(client, undefined, log, selects)),
      ],
      waiting: [],
      problems,
    },
    commands: replayCommands(options),
    pausedIsFine: false,
    replay: true,
  };
  const hooks = cursors
    ? await holdLanes(cursors, sent, work.to, options.claimFor, options, context)
    : NO_HOOKS;
  return serveLanes(work, files, hooks, { ...options, lateAfter: undefined }, context);
}
