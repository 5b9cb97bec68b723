/** Runs all lanes of a run concurrently. */
import { runLane, type DeliveryEnvironment, type LaneEnd } from './lane/lane.ts';
import type { Guard } from './lane/lane-decision.ts';
import type { LanePlan } from './lane/lane-plan.ts';
import { eventsOf } from './lane/open-steps.ts';
import { runTeamLane } from './lane/teams/team-lane.ts';
import type { GuardSettings } from './recipients.ts';
import { guardRemovals } from './removal-guard.ts';

/** Checks that no event is lost: accepted, pending, skipped and filtered must add up to what was pending before. */
function requireBalance(plan: LanePlan, { result }: LaneEnd): void {
  const { client, delivered, pending, skipped, filtered } = result;
  const told = delivered + pending + skipped + filtered;
  if (told === eventsOf(plan)) return;
  throw new Error(`the lane of ${client} accounts for ${told} of ${eventsOf(plan)} events`);
}

export interface Delivery extends LaneEnd {
  readonly plan: LanePlan;
}

/** `breathe` yields to the event loop before each lane's preparation, which takes long if much is pending. */
type SharedEnvironment = DeliveryEnvironment & { readonly breathe?: () => Promise<void> };

/** Whether the lane is one of teams that do not wait for each other, or has to finish what such a lane has left. */
function isByTeam({ client, held = [] }: LanePlan, { clientState }: DeliveryEnvironment): boolean {
  const state = clientState(client);
  return held.length > 0 || (state.kind === 'ready' && state.bound.client.order === 'team');
}

/**
 * Runs all lanes; none waits for another, and `ended` is called as each ends. The results are in the order of `lanes`.
 * @throws what one of them threw, which is a bug, after all have ended
 */
export async function deliver(
  lanes: readonly LanePlan[],
  environment: SharedEnvironment,
  { limits, allowedReachable }: GuardSettings,
  ended: (delivery: Delivery) => void = () => undefined,
): Promise<Delivery[]> {
  const settled = await Promise.allSettled(
    lanes.map(async (plan): Promise<Delivery> => {
      const guard: Guard = (due) => guardRemovals(plan.log, due, limits, allowedReachable);
      await environment.breathe?.();
      const run = isByTeam(plan, environment) ? runTeamLane : runLane;
      const end = await run(plan, environment, guard);
      requireBalance(plan, end);
      const delivery = { ...end, plan };
      ended(delivery);
      return delivery;
    }),
  );
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
