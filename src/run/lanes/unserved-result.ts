/** The result of a client that gets nothing, in a run that keeps no cursor for it. */
import { type ClientState, misconfiguredProblem } from '../../core/clients/client-state.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { MisconfiguredClient } from '../../core/clients/file/clients-file.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { countDispositions, eventsOf } from '../../core/delivery/lane/open-steps.ts';
import { nothingSent, type LaneResult } from '../../core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../core/delivery/lane/lane-status.ts';
import type { LogStep } from '../../core/events/log-step.ts';

/** `state` is what the clients file now says about it. */
export function unservedResult(
  client: Client | MisconfiguredClient,
  state: ClientState | undefined,
  log: readonly LogStep[],
  selects: Selects,
): LaneResult {
  const { name, contact } = client;
  const plan = { client: name, contact, log };
  const problems =
    'problems' in client ? client.problems : state?.kind === 'misconfigured' ? state.problems : undefined;
  const status = ((): LaneStatus => {
    if (problems !== undefined) return 'misconfigured';
    return state?.kind === 'removed' ? 'removed' : 'stopped';
  })();
  // If its entry cannot be read, it is unknown which of these events it wants: all count as pending.
  const count =
    'subscriptions' in client
      ? countDispositions(plan, client, selects)
      : { send: eventsOf(plan), skip: 0, filtered: 0 };
  return { ...nothingSent(plan, status, count), problem: problems && misconfiguredProblem(problems) };
}
