/** What a run does in addition to sending if cursors are kept. */
import type { Delivery } from '../deliver.ts';
import type { DeliveryEnvironment } from './lane.ts';
import type { LaneResult } from './lane-result.ts';

export interface LaneHooks extends Pick<DeliveryEnvironment, 'stopped' | 'progress'> {
  ended(delivery: Delivery): void;
  /** After the last lane: releases all clients for other runs. After that, `resultOf` gives the final results. */
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
