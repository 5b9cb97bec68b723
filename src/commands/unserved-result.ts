/** The result of a client that gets nothing in a run that keeps no cursor of it. */
import type { Selects } from '../clients/lane-selection.ts';
import type { Client, MisconfiguredClient } from '../clients/clients-file.ts';
import type { ClientState } from '../delivery/lane.ts';
import { countDispositions, eventsOf } from '../delivery/lane-plan.ts';
import { nothingSent, problemsInOneLine, type LaneResult, type LaneStatus } from '../delivery/lane-result.ts';
import type { LogStep } from '../events/log-step.ts';

/** `state` is what the clients file says of it now. */
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
  // Where its entry cannot be read, nobody knows what it wants of these.
  const count =
    'subscriptions' in client
      ? countDispositions(plan, client, selects)
      : { send: eventsOf(plan), skip: 0, filtered: 0 };
  return nothingSent(plan, status, count, problems && problemsInOneLine(problems));
}
