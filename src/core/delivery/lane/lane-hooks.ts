/** What a run does besides sending, where cursors are kept. */
import type { Delivery } from '../deliver.ts';
import type { DeliveryEnvironment } from './lane.ts';
import type { LaneResult } from './lane-result.ts';

export interface LaneHooks extends Pick<DeliveryEnvironment, 'stopped' | 'progress'> {
  ended(delivery: Delivery): void;
  /** After the last lane: nothing is kept from other runs any more. The results are then what `resultOf` makes of them. */
  finish(): Promise<void>;
  resultOf(delivery: Delivery): LaneResult;
}

export const NO_HOOKS: LaneHooks = {
  stopped: () => undefined,
  progress: () => undefined,
  ended: () => undefined,
  finish: () => Promise.resolve(),
  resultOf: ({ result }) => result,
};
