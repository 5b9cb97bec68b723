/** All lanes of a run, side by side. */
import type { Client } from '../clients/clients-file.ts';
import { selectForLane, type Interest, type Selects } from '../clients/lane-selection.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { runLane, type DeliveryEnvironment, type LaneResult } from './lane.ts';
import { guardRemovals, type GuardLimits, type GuardStop, type Population } from './removal-guard.ts';

export interface GuardSettings {
  readonly limits: GuardLimits;
  /** Teams and memberships before the range. */
  readonly start: Population;
  /** The last step whose removals were allowed; -1 for none. */
  readonly allowedStep: number;
}

export interface Delivery {
  readonly result: LaneResult;
  readonly guard: GuardStop | undefined;
}

/** Runs a lane for each client; none waits for another. The results stand in the order of `clients`. */
export function deliver(
  clients: readonly Client[],
  environment: DeliveryEnvironment,
  { limits, start, allowedStep }: GuardSettings,
): Promise<Delivery[]> {
  return Promise.all(
    clients.map(async (client): Promise<Delivery> => {
      const events = laneEvents(client, environment.log, environment.selects);
      const guard = guardRemovals(events, start, environment.log, limits, allowedStep);
      const result = await runLane(client.name, client.contact, environment, guard);
      return { result, guard: result.status === 'guarded' ? guard : undefined };
    }),
  );
}

/** The events that a client is sent, in order. */
export function laneEvents(
  interest: Interest,
  log: readonly (readonly LoggedEvent[])[],
  selects: Selects,
): LoggedEvent[] {
  return log.flatMap((step) => {
    const dispositions = selectForLane(interest, step, selects);
    return step.filter((_, index) => dispositions[index] === 'send');
  });
}
