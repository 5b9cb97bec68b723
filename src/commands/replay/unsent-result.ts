/** The result of a lane to which a replay sends nothing. */
import type { ClientState } from '../../core/clients/client-state.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { unservedResult } from '../../run/lanes/unserved-result.ts';
import type { ReplayLane } from './replay-lanes.ts';

/** The result of a lane that gets nothing. */
export function resultWithoutSending(
  { client, plan, refused }: ReplayLane,
  state: ClientState | undefined,
  selects: Selects,
): LaneResult {
  const result = unservedResult(client, state, plan.log, selects);
  if (result.status === 'misconfigured') return result;
  const { status = 'done', message } = refused ?? {};
  return { ...result, status, problem: message === undefined ? undefined : { message, event: undefined } };
}
