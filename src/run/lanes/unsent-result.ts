/** The result of a client that gets nothing in a run, or would get nothing, and whose cursor is not touched. */
import { misconfiguredProblem, type ClientState } from '../../core/clients/client-state.ts';
import { countDispositions, eventsOf } from '../../core/delivery/lane/open-steps.ts';
import { type LaneProblem, nothingSent, type LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../core/delivery/lane/lane-status.ts';
import type { FileProblem } from '../../core/yaml/file-problem.ts';
import { againLines } from '../../reporters/commands/again-lines.ts';
import { placeAnew, type StorePlace } from '../../reporters/commands/cursor-command.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import type { PendingLane } from './pending.ts';

/** What the clients file says of a client. */
export type Standing =
  | { readonly kind: 'ready'; readonly paused: boolean }
  | { readonly kind: 'misconfigured'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'removed' };

export function standingOf(state: ClientState): Standing {
  switch (state.kind) {
    case 'ready':
      return { kind: 'ready', paused: state.bound.client.paused };
    case 'misconfigured':
      return state;
    case 'removed':
    case 'unusable':
      return { kind: 'removed' };
  }
}

/** `at` and `commands` are for the commands that help. undefined: the client is to be served. */
export function unsentResult(
  lane: PendingLane,
  standing: Standing,
  at: StorePlace,
  commands: RunCommands,
): LaneResult | undefined {
  const found = whyUnsent(lane, standing, at, commands);
  if (found === undefined) return undefined;
  const { name, contact, client, plan } = lane;
  const { status, problem, help } = found;
  const all = plan === undefined ? 0 : eventsOf(plan);
  const count =
    plan === undefined || client === undefined
      ? { send: all, skip: 0, filtered: 0 }
      : countDispositions(plan, client, () => true);
  return { ...nothingSent({ client: name, contact }, status, count), problem, ...(help && { help }) };
}

interface Unsent {
  readonly status: LaneStatus;
  readonly problem: LaneProblem | undefined;
  readonly help?: readonly string[] | undefined;
}

function whyUnsent(
  { name, client, beginning, problem, older }: PendingLane,
  standing: Standing,
  at: StorePlace,
  commands: RunCommands,
): Unsent | undefined {
  const because = (status: LaneStatus, message: string, help?: readonly string[]): Unsent => ({
    status,
    problem: { message, event: undefined },
    help,
  });
  if (standing.kind === 'misconfigured')
    return {
      status: 'misconfigured',
      problem: misconfiguredProblem(standing.problems),
      help:
        beginning.kind === 'new' && client?.start === 'now'
          ? [
              'It has not begun: what comes before the first run that can serve it is not sent to it (start: now).',
            ]
          : undefined,
    };
  if (standing.kind === 'removed') return { status: 'removed', problem: undefined };
  if (beginning.kind === 'unusable') return because('cursor', beginning.message, placeAnew(name, at));
  if (beginning.kind === 'claimed') return because('claimed', `${beginning.run}, until ${beginning.until}`);
  if (problem !== undefined) {
    return because('history', problem.message, [
      ...(problem.remedy?.split('\n') ?? []),
      ...againLines(commands, problem.again, name),
      ...placeAnew(name, at, 'Otherwise set its cursor again'),
    ]);
  }
  if (older) return { status: 'done', problem: undefined };
  return standing.paused ? { status: 'paused', problem: undefined } : undefined;
}
